"""What changed since last time, and what was rewritten into what."""
