"""The ledger: one LMDB environment for all projects. The only room that opens LMDB.

It owns the file (locking, sizes, damage), the tables, the one write transaction, and the totals.
"""

from tracker.ledger.database import Ledger
from tracker.ledger.map_size import DEFAULT_SIZE_LIMIT, LARGEST_SIZE_LIMIT, SMALLEST_SIZE_LIMIT
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
