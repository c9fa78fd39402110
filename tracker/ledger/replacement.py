"""A ledger put in the place of another one, which is set aside and never deleted.

Needs the writer lock. The new data file is written beside the old one first, whole; then the old one gets a second name
in the folder ``set-aside``, and one rename replaces it. A process that is killed leaves the old ledger or the new one,
and the next writer removes what else it left (``unfinished``). The keys follow the data file
(``restored_keys``). The lock file of a sound ledger stays, so
the new file agrees with it (``compaction``); that of a damaged one is removed with it.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import lmdb
import orjson

from tracker.errors import LedgerDamaged, LedgerUnavailable
from tracker.ledger import damage, integrity, record_copy, restored_keys, unfinished
from tracker.ledger.database import Ledger
from tracker.ledger.integrity import State
from tracker.ledger.lmdb_access import begin_transaction, data_size, open_environment
from tracker.ledger.map_size import MIB
from tracker.ledger.restored_keys import RESTORED
from tracker.ledger.tables import META, Snapshot


def check_ledger(new: Path, size_limit: int) -> None:
    """Check every page and record of the ledger in the folder ``new``, which nobody else uses.

    Raises LedgerDamaged, LedgerForeign, LedgerNewer and LedgerOlder.
    """
    damage.check_wholly(new, size_limit, integrity.seal(new))


class Replaced(NamedTuple):
    """The ledger that was there before. ``set_aside``: its folder; None if there was none."""

    set_aside: Path | None
    was_damaged: bool


def replace_ledger(ledger: Ledger, new: Path) -> Replaced:
    """Put the ledger in the folder ``new`` in the place of a ledger, and return what was there before.

    ``new`` is checked first. Raises LedgerDamaged for one that is damaged, LedgerNewer and
    LedgerOlder for a schema that is not known, LedgerForeign where something else than a ledger is in its place, and
    the other LedgerUnavailable errors; nothing is changed then.
    """
    with ledger.alone() as note:
        check_ledger(new, ledger.size_limit)
        mark = _mark(new, ledger.size_limit)
        return _replace(ledger.path, ledger.size_limit, new, (note, mark))


def _mark(new: Path, size_limit: int) -> str:
    """Have the new ledger say that it was put back, by a text that no other one has; return that.

    What other files say that the ledger has seen may be gone from it (``sharing.places.means_of_reading``).
    """
    with contextlib.closing(open_environment(new, size_limit)) as environment, environment.begin(write=True) as write:
        meta = environment.open_db(META.encode(), txn=write)
        mark = os.urandom(8).hex()
        write.put(RESTORED.encode(), orjson.dumps(mark), db=meta)
    return mark


def _replace(path: Path, size_limit: int, new: Path, known: tuple[str, str]) -> Replaced:
    """Replace a ledger. ``known``: the last writer's note, and the new ledger's mark."""
    note, mark = known
    state, complaint = damage.inspect(path, size_limit, note)
    if state is State.FOREIGN:
        raise damage.unsound_ledger(path, state, complaint)
    is_there = state in {State.SOUND, State.DAMAGED}
    try:
        last = _last_transaction(path, size_limit) if state is State.SOUND else None
        copied = _write(path, size_limit, new, last)
        place = _keep(path, state) if is_there else None
        restored_keys.prepare(path, new, mark)
        _put_in_place(copied, path, keeps_lock=last is not None)
        _put_keys_in_place(path, size_limit)
        return Replaced(place, state is State.DAMAGED)
    finally:
        unfinished.finish(path, size_limit)


def _write(path: Path, size_limit: int, new: Path, last: int | None) -> Path:
    """Write the records of the new ledger into a folder beside the old one; check them; return it."""
    copied = path / integrity.COMPACTED
    copied.mkdir(mode=0o700, parents=True)
    with contextlib.closing(open_environment(new, size_limit)) as source, begin_transaction(source) as raw:
        snapshot = Snapshot(source, raw)
        with contextlib.closing(open_environment(copied, size_limit, data_size(new) + MIB)) as copy:
            record_copy.copy_records(snapshot, copy)
            if last is not None:
                record_copy.bring_in_step(copy, last)
            _check(path, snapshot, copy)
    return copied


def _put_in_place(copied: Path, path: Path, *, keeps_lock: bool) -> None:
    """Give the ledger the data file in ``copied``."""
    if not keeps_lock:
        _remove_lock(path)
    record_copy.put_in_place(copied / "data.mdb", path / "data.mdb")
    if not keeps_lock:
        _remove_lock(path)  # that of a reader which came between the two, and has the old file
    damage.mark_begun(path)
    (path / integrity.SUSPECT).unlink(missing_ok=True)


def _put_keys_in_place(path: Path, size_limit: int) -> None:
    """Give the ledger the keys with which files of its projects are sealed."""
    try:
        restored_keys.put_in_place(path, size_limit)
    except OSError as error:
        raise LedgerUnavailable(
            f"the ledger {path} is the restored one now, and its keys wait in {path / integrity.RESTORED_KEYS}, because"
            f" they cannot be put in place: {error.strerror or error}. What uses the ledger next tries again."
        ) from error


def _remove_lock(path: Path) -> None:
    """Remove LMDB's lock file, which has the number of the last transaction of a file that is damaged or gone."""
    (path / "lock.mdb").unlink(missing_ok=True)


def _check(path: Path, source: Snapshot, copy: lmdb.Environment) -> None:
    complaint = integrity.examine(Path(copy.path()))
    if complaint is None and not record_copy.are_equal(source, copy):
        complaint = "a record is not as in the backup"
    if complaint is not None:
        raise LedgerDamaged(f"a copy was made to replace the ledger {path}, but {complaint}", "nothing was changed")


def _last_transaction(path: Path, size_limit: int) -> int:
    with contextlib.closing(open_environment(path, size_limit)) as environment:
        return int(environment.info()["last_txnid"])


def _keep(path: Path, state: State) -> Path:
    """Return a new folder with the data file and the keys of a ledger that is to be replaced. Raises OSError."""
    place = damage.new_folder_aside(path)
    if place is None:
        raise LedgerUnavailable(f"the ledger {path} cannot be set aside: remove old folders from {path / 'set-aside'}.")
    for name in ("data.mdb", *restored_keys.KEYS):
        with contextlib.suppress(FileNotFoundError):
            _link(path / name, place / name)
    if state is State.DAMAGED:
        damage.mark_suspect(place)
    else:
        (place / integrity.MARKER).write_bytes(integrity.MARK)
    return place


def _link(file: Path, place: Path) -> None:
    """Give a file a second name, or copy it where the file system has no such names."""
    try:
        os.link(os.path.realpath(file), place)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(file, place)
