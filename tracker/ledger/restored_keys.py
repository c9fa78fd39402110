"""The keys of a restored ledger, which follow its data file into their places.

Three files cannot be replaced at once. So the keys are written into a folder beside the data file before that is
replaced, with the mark that the new data file has too. Whoever holds the writer lock next puts them in place if the
data file in use has that mark, and else removes them (``unfinished``): they never come to another ledger, and a process
that was killed between two steps loses none.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.files import atomic_write, read_regular
from tracker.ledger import integrity, record_copy
from tracker.ledger.integrity import State
from tracker.ledger.lmdb_access import begin_transaction, open_environment
from tracker.ledger.tables import Snapshot

RESTORED: Final = "restored"
"""The name in ``meta`` of a text that tells each restored ledger from the one before."""

KEYS: Final = (integrity.KEY, integrity.USER_KEY)
_MARK: Final = "mark"
_LONGEST_MARK: Final = 64
_BYTES: Final = 32


def prepare(path: Path, new: Path, mark: str) -> None:
    """Keep the keys of the ledger in the folder ``new`` for the data file with this mark, which is not in place yet.

    Needs the writer lock of the ledger at ``path``. Raises OSError.
    """
    discard(path)
    folder = path / integrity.RESTORED_KEYS
    folder.mkdir(mode=0o700)
    for name, key in _keys_in(new):
        atomic_write(folder / name, key, durable=True)
    atomic_write(folder / _MARK, mark.encode(), durable=True)  # the last: without it the keys are of nothing
    with contextlib.suppress(OSError):  # Windows opens no folder
        record_copy.make_durable(folder, os.O_RDONLY)


def are_waiting(path: Path) -> bool:
    """Return True if there are keys that wait for their places."""
    return (path / integrity.RESTORED_KEYS).exists()


def put_in_place(path: Path, size_limit: int) -> None:
    """Put the keys that wait in place if the data file in use is theirs; remove those that belong to none.

    Needs the writer lock, and no environment of the ledger open in this process. Raises OSError, and then they wait.
    """
    state, _ = integrity.inspect(path)
    if state is State.DAMAGED:
        return  # nobody knows whose they are before that file is set aside
    mark = _mark_of_keys(path)
    if mark and state is State.SOUND and mark == _mark_of_ledger(path, size_limit):
        for name, key in _keys_in(path / integrity.RESTORED_KEYS):
            atomic_write(path / name, key, durable=True)
    discard(path)


def discard(path: Path) -> None:
    """Remove the keys that wait, the mark first. Raises OSError."""
    folder = path / integrity.RESTORED_KEYS
    (folder / _MARK).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def keys_of(path: Path, mark: str | None) -> dict[str, bytes]:
    """Return the keys of the ledger at ``path`` by their names, of which those of a restored one may still wait.

    ``mark``: that of the ledger, None if it was never restored. Raises OSError.
    """
    waits = mark is not None and _mark_of_keys(path) == mark
    return {**dict(_keys_in(path)), **dict(_keys_in(path / integrity.RESTORED_KEYS) if waits else ())}


def _keys_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the keys in a folder; a file that holds something else is none."""
    for name in KEYS:
        with contextlib.suppress(FileNotFoundError):
            key = read_regular(folder / name, _BYTES + 1)
            if len(key) == _BYTES:
                yield name, key


def _mark_of_keys(path: Path) -> str:
    try:
        return read_regular(path / integrity.RESTORED_KEYS / _MARK, _LONGEST_MARK).decode("ascii", "replace")
    except FileNotFoundError:
        return ""


def _mark_of_ledger(path: Path, size_limit: int) -> str | None:
    with contextlib.closing(open_environment(path, size_limit)) as environment, begin_transaction(environment) as raw:
        mark = Snapshot(environment, raw).meta(RESTORED)
        return mark if isinstance(mark, str) else None
