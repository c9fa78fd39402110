"""Handling of damaged and missing data files: find damage, set the file aside, report it. Never deletes data."""

import contextlib
import time
from collections.abc import Collection
from itertools import chain
from pathlib import Path
from typing import Any, Final

from tracker.errors import LedgerBusy, LedgerDamaged, LedgerUnavailable
from tracker.ledger import integrity, migrations
from tracker.ledger.codec import UnreadableRecord
from tracker.ledger.integrity import State
from tracker.ledger.lmdb_access import DAMAGE, begin_transaction, foreign_ledger, open_environment
from tracker.ledger.tables import TABLES, Snapshot, Table
from tracker.model import Progress

_STEP: Final = 500
"""Records after which the progress is told."""


def inspect(path: Path, size_limit: int, note: str | None = None) -> tuple[State, str]:
    """Return the state of the ledger at ``path``, and a clause that says what is wrong with it.

    With the last writer's ``note``, which needs the writer lock, every page and record is read where the note gives a
    reason to. Raises LedgerUnavailable when the file cannot be read.
    """
    try:
        state, complaint = integrity.inspect(path)
        is_suspect = state is State.SOUND and note is not None and integrity.is_suspect(path, note)
        damage = find_damage(path, size_limit) if is_suspect else None
        if is_suspect and not damage and not integrity.is_read_only(path):
            (path / integrity.SUSPECT).unlink(missing_ok=True)
    except OSError as error:
        raise LedgerUnavailable(f"the ledger {path} cannot be read: {error.strerror or error}.") from error
    return (State.DAMAGED, damage) if damage else (state, complaint)


def find_damage(
    path: Path, size_limit: int, besides: Collection[Table[Any]] = (), progress: Progress | None = None
) -> str | None:
    """Read every page and record; return a clause that says what is wrong, or None. Needs the writer lock.

    ``besides``: tables whose records are not read. ``progress`` is told in records. Raises LedgerNewer and LedgerOlder
    for a ledger with a schema that is not known.
    """
    return integrity.examine(path) or _find_unreadable_record(path, size_limit, besides, progress)


def check_wholly(path: Path, size_limit: int, note: str) -> None:
    """Raise LedgerDamaged or LedgerForeign unless every page and record can be read. Needs the writer lock.

    The next writer sets a damaged file aside. Raises also what ``inspect`` and ``find_damage`` raise.
    """
    state, complaint = inspect(path, size_limit, note)
    if state is State.SOUND and (found := find_damage(path, size_limit)):
        mark_suspect(path)
        state, complaint = State.DAMAGED, found
    if state is not State.SOUND:
        raise unsound_ledger(path, state, complaint)


def _find_unreadable_record(
    path: Path, size_limit: int, besides: Collection[Table[Any]], progress: Progress | None
) -> str | None:
    try:
        with (
            contextlib.closing(open_environment(path, size_limit)) as environment,
            begin_transaction(environment) as raw,
        ):
            snapshot = Snapshot(environment, raw)
            migrations.check(snapshot)  # records of a schema that is not known are no damage
            tables = [table for table in TABLES if table not in besides]
            expected = sum(snapshot.count(table) for table in tables)
            records = chain.from_iterable(snapshot.scan(table) for table in tables)
            for number, _ in enumerate(records):
                if progress and (number + 1) % _STEP == 0:
                    progress(number + 1, expected)
    except DAMAGE as error:
        return complaint_about(error)
    return None


def complaint_about(error: Exception) -> str:
    """Return a clause about an error that means damage."""
    return _UNREADABLE if isinstance(error, UnreadableRecord) else f"it cannot be read ({error})"


_UNREADABLE: Final = "it holds a record that cannot be read"


def make_usable(path: Path, size_limit: int, note: str) -> str | None:
    """Set a damaged data file aside; return the sentence about a damaged or missing file, or None. Needs the lock.

    Raises LedgerForeign when the path holds something else than a ledger.
    """
    state, complaint = inspect(path, size_limit, note)
    if state is State.FOREIGN:
        raise unsound_ledger(path, state, complaint)
    if state is State.DAMAGED:
        return str(set_aside(path, complaint))
    if state is State.GONE:
        (path / integrity.MARKER).unlink()
        return (
            f"a new ledger was begun at {path} because {complaint}: 'agent-tracker restore' puts a backup in its place;"
            " without one run 'agent-tracker sync' in each project to record again what git and the spool know; other"
            " grades, bugs and reinstatements are lost."
        )
    return None


def set_aside(path: Path, complaint: str) -> LedgerDamaged:
    """Move the data file into a new directory below ``set-aside``; return the error that says so. Needs the lock.

    Raises LedgerDamaged when no such directory can be made.
    """
    place = new_folder_aside(path)
    if place is None:
        raise LedgerDamaged(f"the ledger {path} is damaged: {complaint}, and cannot be set aside: remove it.")
    # The lock file goes too: it carries the last transaction number of the file that it was made for.
    for name in ("data.mdb", "lock.mdb", integrity.SUSPECT):
        with contextlib.suppress(FileNotFoundError):
            (path / name).replace(place / name)
    with contextlib.suppress(FileNotFoundError):
        (path / integrity.MARKER).unlink()
    return LedgerDamaged(
        f"the ledger {path} was damaged: {complaint}",
        f"it was set aside as {place}, and a new one was begun: 'agent-tracker restore' puts a backup in its place;"
        " without one run 'agent-tracker sync' in each project to record again what git and the spool know; other"
        " grades, bugs and reinstatements are only in the file set aside",
    )


def new_folder_aside(path: Path) -> Path | None:
    """Return a new directory below ``set-aside`` of the ledger at ``path``; None if there are too many."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(1000):
        place = path / integrity.SET_ASIDE / f"{stamp}-{number}"
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o700, parents=True)
            return place
    return None


def unsound_ledger(path: Path, state: State, complaint: str) -> LedgerUnavailable:
    """Return the error for a ledger that is foreign or damaged, and was not changed."""
    if state is State.FOREIGN:
        return foreign_ledger(path, complaint)
    return LedgerDamaged(
        f"the ledger {path} is damaged: {complaint}",
        "'agent-tracker restore' puts a backup in its place; without one 'agent-tracker sync' sets it aside and records"
        " again what git and the spool know; other grades, bugs and reinstatements then are only in the file set aside",
    )


def check_unchanged(path: Path, before: tuple[int, ...] | None) -> None:
    """Raise LedgerBusy if the file was written to since it had the fingerprint ``before``; None: it was locked."""
    if before is not None and before != integrity.fingerprint(path):
        raise LedgerBusy(
            f"the ledger {path} cannot be written from here, and another process wrote to it while it was read: try"
            " again."
        )


def mark_begun(path: Path) -> None:
    """Leave the mark that a ledger was begun in the directory ``path``, unless it is there."""
    if not integrity.is_begun(path):
        (path / integrity.MARKER).write_bytes(integrity.MARK)


def mark_suspect(path: Path) -> None:
    """Have the next writer read every page and record. Without effect where the directory cannot be written."""
    with contextlib.suppress(OSError):
        (path / integrity.SUSPECT).touch()
