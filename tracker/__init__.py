"""agent-tracker: a private, local ledger of which coding agent made which commit, and how well it went."""

__version__ = "0.1.0"
