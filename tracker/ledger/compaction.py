"""Compaction: the records of a ledger written into a new data file, which takes the place of the old one.

Deletions leave free pages, which LMDB uses again but never gives back, and pages that are partly filled. The copy is
made record by record in the order of the keys, so it has neither; LMDB's own compacting copy keeps partly filled pages,
and refuses a file in which pages were lost.

Everything happens under the writer lock, and one rename replaces the file: a process that is killed leaves the old file
or the new one, whole. A process that has the old one open keeps it, and maps the new one at its next use, because that
has another inode number (``KeptEnvironment``). LMDB's lock file stays where it is, since it cannot be replaced in the
same moment. So processes with the old file and with the new one can share it, and the new one must agree with the
number of the last transaction there: of the two meta pages, LMDB reads the one that this number selects by being even
or odd, and it counts on from it. Therefore the number of the copy's last transaction is not larger, and is even or odd
as that is: 1 or 2. Slots of readers of the old file only keep pages of the new one from being used again.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

import lmdb

from tracker.errors import LedgerDamaged, LedgerFull, LedgerUnavailable
from tracker.ledger import damage, integrity
from tracker.ledger.lmdb_access import begin_transaction, data_size, is_disk_full, open_environment
from tracker.ledger.map_size import MIB
from tracker.ledger.tables import META, Snapshot
from tracker.text import size_shown

_LEAST_SHARE: Final = 100
_LEAST_BYTES: Final = 64 << 10
"""A copy that is smaller by less than a hundredth, or by fewer bytes than these, does not replace the file."""


class Compacted(NamedTuple):
    """Bytes of the data file before and after; they are the same where there was nothing to give back."""

    before: int
    after: int


def compact(path: Path, size_limit: int) -> Compacted:
    """Replace the data file of the ledger at ``path`` by a compacted copy, if that is smaller.

    Needs the writer lock, and no environment of the ledger open in this process. Raises LedgerFull when the disk has no
    room for the copy, LedgerUnavailable when nobody may write the file, LedgerDamaged when the copy is not equal to the
    ledger, lmdb.Error, OSError; nothing is changed then.
    """
    if integrity.is_read_only(path):
        raise LedgerUnavailable(f"the ledger {path} cannot be written: make its file and its file system writable.")
    before, place = data_size(path), path / integrity.COMPACTED
    damage.remove_copy(path)
    try:
        after = _copy(path, place, size_limit)
        if before - after < max(before // _LEAST_SHARE, _LEAST_BYTES):
            return Compacted(before, before)
        _replace(path / "data.mdb", place / "data.mdb")
        return Compacted(before, after)
    except (lmdb.Error, OSError) as error:
        if is_disk_full(path, error):
            raise _no_room(path, before) from error
        raise
    finally:
        damage.remove_copy(path)


def _copy(path: Path, place: Path, size_limit: int) -> int:
    """Write the copy into the folder ``place``, check it, and return its bytes."""
    with contextlib.closing(open_environment(path, size_limit)) as source:
        with begin_transaction(source) as raw:
            needed = Snapshot(source, raw).used_bytes()
        if shutil.disk_usage(path).free < needed + MIB:
            raise _no_room(path, needed)
        place.mkdir(mode=0o700)
        with contextlib.closing(open_environment(place, size_limit, source.info()["map_size"] + MIB)) as copy:
            _copy_records(source, copy)
            _check(source, copy, place)
    return data_size(place)


def _replace(file: Path, copy: Path) -> None:
    """Put the copy in the place of the file, as durably as LMDB writes."""
    target = Path(os.path.realpath(file))
    shutil.copymode(target, copy)
    descriptor = os.open(copy, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(target)
    with contextlib.suppress(OSError):  # Windows opens no folder; the copy is in place all the same
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _no_room(path: Path, needed: int) -> LedgerFull:
    return LedgerFull(
        f"the disk that holds the ledger {path} has no room for a compacted copy of up to {size_shown(needed)}: make"
        " room",
        "nothing was changed",
    )


def _tables(environment: lmdb.Environment, raw: lmdb.Transaction) -> Iterator[tuple[bytes, lmdb._Database]]:
    """Yield the name of each table, also of one that only a newer program knows, and its database."""
    for name in [bytes(name) for name in raw.cursor().iternext(values=False)]:
        yield name, environment.open_db(name, txn=raw, create=False)


def _copy_records(source: lmdb.Environment, copy: lmdb.Environment) -> None:
    """Copy every record in one transaction, and make another one if the number of the source's last is even."""
    with source.begin() as raw, copy.begin(write=True) as write:
        for name, database in _tables(source, raw):
            into = copy.open_db(name, txn=write)
            write.cursor(db=into).putmulti(iter(raw.cursor(db=database)), append=True)
    if not _are_in_step(source, copy):
        with copy.begin(write=True) as write:  # which changes nothing, and counts as a transaction
            meta = copy.open_db(META.encode(), txn=write)
            write.put(b"schema", write.get(b"schema", db=meta) or b"", db=meta)


def _check(source: lmdb.Environment, copy: lmdb.Environment, place: Path) -> None:
    """Raise LedgerDamaged unless the copy is sound, and has each record of the source and no other."""
    complaint = integrity.examine(place)
    if complaint is None and not _are_equal(source, copy):
        complaint = "a record is not as in the ledger"
    if complaint is None and not _are_in_step(source, copy):
        complaint = "its last transaction has a wrong number"
    if complaint is not None:
        raise LedgerDamaged(
            f"a compacted copy of the ledger {Path(source.path())} was made, but {complaint}",
            "nothing was changed: 'agent-tracker verify' checks the ledger",
        )


def _are_equal(source: lmdb.Environment, copy: lmdb.Environment) -> bool:
    """Return True if both have the same tables with the same records."""
    with source.begin() as old, copy.begin() as new:
        return all(
            name == name_in_copy
            and all(one == other for one, other in zip_longest(old.cursor(db=table), new.cursor(db=table_in_copy)))
            for (name, table), (name_in_copy, table_in_copy) in zip_longest(_tables(source, old), _tables(copy, new))
        )


def _are_in_step(source: lmdb.Environment, copy: lmdb.Environment) -> bool:
    """Return True if the copy can be used with the lock file of the source (see above)."""
    last, last_in_copy = source.info()["last_txnid"], copy.info()["last_txnid"]
    return last_in_copy <= last and (last - last_in_copy) % 2 == 0
