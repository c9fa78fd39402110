"""The writer lock of a ledger: a lock file with a deadline, whose note tells how the last writer left the data file."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tracker.errors import LedgerBusy
from tracker.files import FileLock
from tracker.ledger import integrity


@contextlib.contextmanager
def hold(path: Path, deadline: float) -> Iterator[str]:
    """Hold the writer lock of the ledger at ``path`` while the block runs; yields the last writer's note.

    LMDB's own writer mutex has no deadline: a suspended writer would stop every commit in every project. The folder is
    made if it is missing. A reason to read every page outlasts a block that fails or is killed. Raises LedgerBusy after
    ``deadline`` seconds, OSError.
    """
    lock = lock_file(path)
    try:
        is_held = lock.acquire(deadline)
    except FileNotFoundError:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_held = lock.acquire(deadline)
    if not is_held:
        holder = lock.holder()
        who = f"process {holder}" if holder else "another process"
        raise LedgerBusy(
            f"the ledger {path} has been locked by {who} for more than {deadline:g} seconds: let it finish or end it",
            "new commits wait in the spool",
        )
    try:
        suspects = integrity.is_suspect(path, lock.previous_note)
        lock.write_note(integrity.unsealed(lock.previous_note, os.getpid(), suspects=suspects))
        try:
            yield lock.previous_note
        except BaseException:
            if not suspects:  # else what gave the reason may never have been looked at
                _seal(lock, path)
            raise
        _seal(lock, path)
    finally:
        lock.release()


def _seal(lock: FileLock, path: Path) -> None:
    with contextlib.suppress(OSError):  # without a seal the next writer reads more pages, nothing else
        lock.write_note(integrity.seal(path))


def lock_file(path: Path) -> FileLock:
    """Return the lock of the ledger at ``path``, not held."""
    return FileLock(integrity.file_in(path, "writer.lock"))
