"""Exchange: what a ledger holds as events in JSON lines, for other ledgers and other programs (README.md)."""
