"""The data of opencode-agent-tracker 0.0.1, the original of this program (README.md of the room above)."""
