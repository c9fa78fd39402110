"""The read side of the ledger: status.json, player sheets, verify, doctor."""
