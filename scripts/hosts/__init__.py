"""Real coding agents, run with a model of our own: the parts of ``scripts/try-hosts``."""
