"""The ledger: one LMDB environment for all projects. The only package that opens LMDB.

It owns locking, opening, sizes, damage and transactions; what the records mean is decided above it.
"""

from tracker.ledger.database import DEFAULT_SIZE_LIMIT, LARGEST_SIZE_LIMIT, SMALLEST_SIZE_LIMIT, Ledger
from tracker.ledger.tables import Snapshot, Table, Transaction

__all__ = [
    "DEFAULT_SIZE_LIMIT",
    "LARGEST_SIZE_LIMIT",
    "SMALLEST_SIZE_LIMIT",
    "Ledger",
    "Snapshot",
    "Table",
    "Transaction",
]
