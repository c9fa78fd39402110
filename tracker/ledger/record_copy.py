"""Copies of a ledger's data file, made record by record, and files that take the place of others.

LMDB's own copy keeps pages that are partly filled, and refuses a file in which pages were lost. A copy in the order of
the keys has neither.
"""

import contextlib
import os
import shutil
from itertools import zip_longest
from pathlib import Path

import lmdb

from tracker.ledger.tables import META, Snapshot


def copy_records(source: Snapshot, copy: lmdb.Environment) -> None:
    """Copy every record of a snapshot in one transaction, also of tables that only a newer program knows."""
    with copy.begin(write=True) as write:
        for name, cursor in source.cursors():
            write.cursor(db=copy.open_db(name, txn=write)).putmulti(iter(cursor), append=True)


def are_equal(source: Snapshot, copy: lmdb.Environment) -> bool:
    """Return True if a snapshot and a copy have the same tables with the same records."""
    with copy.begin() as raw:
        copied = Snapshot(copy, raw)
        return all(
            one is not None
            and other is not None
            and one[0] == other[0]
            and all(row == copied_row for row, copied_row in zip_longest(one[1], other[1]))
            for one, other in zip_longest(source.cursors(), copied.cursors())
        )


def bring_in_step(copy: lmdb.Environment, last: int) -> None:
    """Give a new copy another transaction if the number of its last one is even where ``last`` is odd, or the reverse.

    So it can be used with the lock file of the environment whose last transaction that is (``compaction``).
    """
    if not is_in_step(copy, last):
        with copy.begin(write=True) as write:  # which changes nothing, and counts as a transaction
            meta = copy.open_db(META.encode(), txn=write)
            write.put(b"schema", write.get(b"schema", db=meta) or b"", db=meta)


def is_in_step(copy: lmdb.Environment, last: int) -> bool:
    """Return True if a copy can be used with the lock file of the environment whose last transaction is ``last``."""
    in_copy = copy.info()["last_txnid"]
    return bool(in_copy <= last and (last - in_copy) % 2 == 0)


def put_in_place(copy: Path, file: Path) -> None:
    """Put a file in the place of another one, as durably as LMDB writes. The mode is that of the other. Raises OSError.

    A process that is killed leaves the one or the other.
    """
    target = Path(os.path.realpath(file))
    if target.exists():
        shutil.copymode(target, copy)
    make_durable(copy, os.O_RDWR)
    copy.replace(target)
    with contextlib.suppress(OSError):  # Windows opens no folder; the copy is in place all the same
        make_durable(target.parent, os.O_RDONLY)


def make_durable(path: Path, flags: int) -> None:
    """Have the system write a file or a folder to the disk. ``flags``: those to open it with. Raises OSError."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
