"""Compaction: the records of a ledger written into a new data file, which takes the place of the old one.

Deletions leave free pages, which LMDB uses again but never gives back, and pages that are partly filled. The copy has
neither (``record_copy``).

Everything happens under the writer lock, and one rename replaces the file: a process that is killed leaves the old file
or the new one, whole. A process that has the old one open keeps it, and maps the new one at its next use, because that
has another inode number (``KeptEnvironment``). LMDB's lock file stays where it is, since it cannot be replaced in the
same moment. So processes with the old file and with the new one can share it, and the new one must agree with the
number of the last transaction there: of the two meta pages, LMDB reads the one that this number selects by being even
or odd, and it counts on from it. Therefore the number of the copy's last transaction is not larger, and is even or odd
as that is: 1 or 2. Slots of readers of the old file only keep pages of the new one from being used again.
"""

import contextlib
import shutil
from pathlib import Path
from typing import Final, NamedTuple

import lmdb

from tracker.errors import LedgerDamaged, LedgerFull, LedgerUnavailable
from tracker.ledger import damage, integrity, record_copy, unfinished
from tracker.ledger.database import Ledger
from tracker.ledger.lmdb_access import begin_transaction, data_size, is_disk_full, open_environment
from tracker.ledger.map_size import MIB
from tracker.ledger.tables import Snapshot
from tracker.text import size_shown

_LEAST_SHARE: Final = 100
_LEAST_BYTES: Final = 64 << 10
"""A copy that is smaller by less than a hundredth, or by fewer bytes than these, does not replace the file."""


class Compacted(NamedTuple):
    """Bytes of the data file before and after; they are the same where there was nothing to give back."""

    before: int
    after: int


def compact(ledger: Ledger) -> Compacted:
    """Replace the data file of a ledger by a compacted copy, if that is smaller.

    Raises LedgerFull when the disk has no room for the copy, LedgerDamaged when the ledger is damaged, or the copy not
    equal to it, and the other LedgerUnavailable errors, also where there is no ledger, or nobody may write the file;
    nothing is changed then.
    """
    with ledger.read(begin=False):
        pass  # it is there, and ours
    with ledger.alone() as note:
        damage.check_wholly(ledger.path, ledger.size_limit, note)
        return _compact(ledger.path, ledger.size_limit)


def _compact(path: Path, size_limit: int) -> Compacted:
    if integrity.is_read_only(path):
        raise LedgerUnavailable(f"the ledger {path} cannot be written: make its file and its file system writable.")
    before, place = data_size(path), path / integrity.COMPACTED
    unfinished.remove_copy(path)
    try:
        after = _copy(path, place, size_limit)
        if before - after < max(before // _LEAST_SHARE, _LEAST_BYTES):
            return Compacted(before, before)
        record_copy.put_in_place(place / "data.mdb", path / "data.mdb")
        return Compacted(before, after)
    except (lmdb.Error, OSError) as error:
        if is_disk_full(path, error):
            raise _no_room(path, before) from error
        raise
    finally:
        unfinished.remove_copy(path)


def _copy(path: Path, place: Path, size_limit: int) -> int:
    """Write the copy into the folder ``place``, check it, and return its bytes."""
    with contextlib.closing(open_environment(path, size_limit)) as source, begin_transaction(source) as raw:
        snapshot, last = Snapshot(source, raw), source.info()["last_txnid"]
        needed = snapshot.used_bytes()
        if shutil.disk_usage(path).free < needed + MIB:
            raise _no_room(path, needed)
        place.mkdir(mode=0o700)
        with contextlib.closing(open_environment(place, size_limit, source.info()["map_size"] + MIB)) as copy:
            record_copy.copy_records(snapshot, copy)
            record_copy.bring_in_step(copy, last)
            _check(path, snapshot, last, copy)
    return data_size(place)


def _check(path: Path, source: Snapshot, last: int, copy: lmdb.Environment) -> None:
    """Raise LedgerDamaged unless the copy is sound, and has each record of the source and no other."""
    complaint = integrity.examine(Path(copy.path()))
    if complaint is None and not record_copy.are_equal(source, copy):
        complaint = "a record is not as in the ledger"
    if complaint is None and not record_copy.is_in_step(copy, last):
        complaint = "its last transaction has a wrong number"
    if complaint is not None:
        raise LedgerDamaged(
            f"a compacted copy of the ledger {path} was made, but {complaint}",
            "nothing was changed: 'agent-tracker verify' checks the ledger",
        )


def _no_room(path: Path, needed: int) -> LedgerFull:
    return LedgerFull(
        f"the disk that holds the ledger {path} has no room for a compacted copy of up to {size_shown(needed)}: make"
        " room",
        "nothing was changed",
    )
