"""One tracked repository: its id, its files, its settings and its spool."""
