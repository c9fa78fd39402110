"""The flat tables of a ledger for other programs, and the formats in which they are written."""
