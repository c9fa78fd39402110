"""The read side: log, status and status.json, verify, doctor."""
