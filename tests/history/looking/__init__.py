"""Equality of ledgers that were looked at differently while the same git commands ran.

``ledger_state`` holds what the program says of a repository's history and compares two of it; ``watched`` runs a look
after git's commands; ``random_sequences`` makes sequences of operations whose oids are equal in every run.
"""
