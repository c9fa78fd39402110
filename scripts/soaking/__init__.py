"""The parts of scripts/soak.py: who works, the work itself with a diary, kills of recorders, and the comparison."""
