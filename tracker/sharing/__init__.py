"""A user's machines share events through refs of the repository (docs/sharing.md)."""
