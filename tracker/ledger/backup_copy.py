"""A consistent copy of a ledger in a folder, made while others write: the data file and the keys."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tracker.errors import LedgerDamaged
from tracker.files import atomic_write
from tracker.ledger import integrity, migrations, record_copy, restored_keys
from tracker.ledger.database import Ledger
from tracker.ledger.integrity import MARK, MARKER
from tracker.ledger.lmdb_access import open_environment, translated_errors
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT, MIB
from tracker.ledger.restored_keys import RESTORED
from tracker.ledger.tables import LedgerState, Snapshot


@contextlib.contextmanager
def read_in_present_schema(ledger: Ledger) -> Iterator[Snapshot]:
    """Run the block with a consistent snapshot in the present schema, of a ledger that is only read.

    An older one is copied, and the copy is migrated: the numbers by which equal statements stay apart in other ledgers
    are made by a migration. Raises the LedgerUnavailable errors, also where there is no ledger, and OSError.
    """
    with ledger.read(begin=False) as snapshot:
        if migrations.check(snapshot) == len(migrations.STEPS):
            yield snapshot
            return
    with tempfile.TemporaryDirectory() as folder:
        copy_ledger(ledger, Path(folder))
        copy = Ledger(Path(folder), LARGEST_SIZE_LIMIT)
        copy.begin()
        with copy.read(begin=False) as migrated:
            yield migrated


def copy_ledger(ledger: Ledger, place: Path) -> LedgerState:
    """Write a ledger as it is at this moment, and its keys, into the folder ``place``; return its state.

    Others may write meanwhile. Raises LedgerDamaged when the copy is not equal to the ledger, LedgerFull, and the other
    LedgerUnavailable errors, also where there is no ledger.
    """
    with ledger.read(begin=False) as snapshot, translated_errors(place, ledger.size_limit):
        _write(ledger.path, snapshot, place)
        for name, key in restored_keys.keys_of(ledger.path, snapshot.meta(RESTORED)).items():
            atomic_write(place / name, key)
        return snapshot.state()


def _write(path: Path, source: Snapshot, place: Path) -> None:
    size = source.used_bytes() + MIB
    with contextlib.closing(open_environment(place, LARGEST_SIZE_LIMIT, size)) as copy:
        record_copy.copy_records(source, copy)
        complaint = integrity.examine(place)
        if complaint is None and not record_copy.are_equal(source, copy):
            complaint = "a record is not as in the ledger"
    if complaint is not None:
        raise LedgerDamaged(f"a copy of the ledger {path} was made, but {complaint}", "the ledger was not changed")
    (place / "lock.mdb").unlink(missing_ok=True)
    (place / MARKER).write_bytes(MARK)
