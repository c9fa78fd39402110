"""Opening of LMDB environments, and translation of LMDB's and the system's errors into sentences."""

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import lmdb

from tracker.errors import LedgerForeign, LedgerFull, LedgerUnavailable
from tracker.ledger import integrity
from tracker.ledger.codec import UnreadableRecord
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT, MIB, growth_notice, larger_map_size, map_size
from tracker.ledger.tables import TABLES

DAMAGE: Final = (
    lmdb.CorruptedError,
    lmdb.PageNotFoundError,
    lmdb.InvalidError,
    lmdb.PanicError,
    lmdb.IncompatibleError,
    UnreadableRecord,
)
"""Errors that mean that the data file is damaged."""

FULL: Final = lmdb.MapFullError
"""Error of a transaction that does not fit in the map."""

_MAX_READERS: Final = 512
_TRIES: Final = 30
"""Attempts to open an environment. A new attempt cures ``lmdb.LockError``: two processes with the same PID in two PID
namespaces collide in the reader table."""

_WAITS: Final = "new commits wait in the spool"


def open_environment(path: Path, size_limit: int, least: int = 0) -> lmdb.Environment:
    """Open the environment in the directory ``path``, with a map for its data file (``map_size``).

    ``least``: the fewest bytes of the map, where a smaller one was full. Where nobody can write it is opened for
    reading alone, without LMDB's lock file, which could not be written either. Raises lmdb.Error.
    """
    attempt = 0
    is_read_only = integrity.is_read_only(path)
    while True:
        try:
            return lmdb.open(
                str(path),
                map_size=max(least, map_size(data_size(path), size_limit)),
                max_dbs=len(TABLES) + 1,
                max_readers=_MAX_READERS,
                mode=0o600,
                lib_version=0,
                readonly=is_read_only,
                lock=not is_read_only,
                create=not is_read_only,
            )
        except (lmdb.LockError, lmdb.MapResizedError):
            attempt += 1
            if attempt == _TRIES:
                raise
            time.sleep(0.001 * attempt)


class KeptEnvironment:
    """The environment in the directory ``path``: opened for each use, or kept open between uses while ``is_kept``.

    A kept environment is opened anew where the data file is another one by now (set aside, replaced), and in a process
    that was forked since. Raises lmdb.Error.
    """

    def __init__(self, path: Path, size_limit: int) -> None:
        self._path = path
        self._size_limit = size_limit
        self._environment: lmdb.Environment | None = None
        self._opened_by = 0
        self._file: tuple[int, int] | None = None
        self._uses = 0
        self._least = 0
        self._outgrown: int | None = None
        self.is_kept = False

    @contextlib.contextmanager
    def use(self) -> Iterator[lmdb.Environment]:
        """Return the environment inside the block. After an error inside the block it is closed."""
        if self._environment is None or self._opened_by != os.getpid() or self._file != _identity(self._path):
            self.close()
            self._open()
        assert self._environment is not None  # noqa: S101 - it was opened
        self._uses += 1
        stays_open = False
        try:
            yield self._environment
            stays_open = self.is_kept
        finally:
            self._uses -= 1
            if not stays_open and not self._uses:
                self.close()

    def close(self) -> None:
        """Close the environment if it is open: no other one of the same directory may be opened beside it."""
        if self._environment is not None and self._opened_by == os.getpid():
            self._environment.close()
        self._environment = None

    def is_replaced(self) -> bool:
        """Return True if another data file took the place of the one that the environment maps."""
        return _identity(self._path) not in {None, self._file}

    def grow(self) -> bool:
        """Have the environment opened with a larger map from now on; return False if it cannot grow.

        Call it after an error in a block of ``use``, which closed the environment. LMDB must not map a file anew while
        a transaction of the process is open, so it does not grow inside another block.
        """
        if self._uses:
            return False
        size = self._map_size()
        larger = larger_map_size(size, self._size_limit)
        if larger is None:
            return False
        self._least, self._outgrown = larger, self._outgrown or size
        return True

    def take_growth_notices(self) -> list[str]:
        """Return a sentence for the user if the file has outgrown its map since this was asked the last time."""
        outgrown, self._outgrown = self._outgrown, None
        if outgrown is None or data_size(self._path) <= outgrown:
            return []
        return [growth_notice(self._path, outgrown, self._map_size(), self._size_limit)]

    def _map_size(self) -> int:
        """Return the bytes of the map that the environment gets when it is opened."""
        return max(self._least, map_size(data_size(self._path), self._size_limit))

    def _open(self) -> None:
        """Open the environment, and remember which file it maps."""
        for _ in range(_TRIES):
            before = _identity(self._path)
            self._environment = open_environment(self._path, self._size_limit, self._least)
            self._opened_by = os.getpid()
            self._file = _identity(self._path)
            if before in {None, self._file}:
                return
            self.close()  # the file was set aside between the two
        raise lmdb.InvalidError("the data file is replaced again and again")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode number of the data file; None if there is none."""
    try:
        status = integrity.file_in(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def begin_transaction(environment: lmdb.Environment, *, write: bool = False) -> lmdb.Transaction:
    """Begin a transaction, also if another process has grown the file since the environment was opened."""
    try:
        return environment.begin(write=write)
    except lmdb.MapResizedError:
        environment.set_mapsize(0)
        return environment.begin(write=write)


def data_size(path: Path) -> int:
    """Return the bytes of the data file in the directory ``path``; 0 if there is none."""
    try:
        return integrity.file_in(path).stat().st_size
    except OSError:
        return 0


@contextlib.contextmanager
def translated_errors(path: Path, size_limit: int) -> Iterator[None]:
    """Raise errors of LMDB and the system inside the block as LedgerUnavailable errors.

    ``DAMAGE`` passes unchanged: only the caller knows what is to be done about it.
    """
    try:
        yield
    except FULL as error:
        is_largest = size_limit >= LARGEST_SIZE_LIMIT
        raise_it = "no limit is higher" if is_largest else "raise it: agent-tracker config set --user size-limit 2GiB"
        raise LedgerFull(
            f"the ledger {path} has reached its size limit of {size_limit // MIB} MiB: {raise_it}", _WAITS
        ) from error
    except lmdb.VersionMismatchError as error:
        raise foreign_ledger(path, "it holds an LMDB file of another format") from error
    except lmdb.Error as error:
        if isinstance(error, DAMAGE):
            raise
        raise _unavailable(path, error) from error
    except OSError as error:
        raise _unavailable(path, error) from error


def foreign_ledger(path: Path, complaint: str) -> LedgerForeign:
    """Return the error for a path that holds something else than a ledger; ``complaint`` is a clause about what."""
    return LedgerForeign(
        f"{path} is no ledger of agent-tracker: {complaint}",
        "name another path with --ledger or AGENT_TRACKER_LEDGER",
    )


def _unavailable(path: Path, error: lmdb.Error | OSError) -> LedgerUnavailable:
    """Return the error for an error of LMDB or the system."""
    number = _number(error)
    if is_disk_full(path, error):
        return LedgerFull(f"the disk that holds the ledger {path} is full: make room", _WAITS)
    system = error.strerror if isinstance(error, OSError) else None
    reason = system or (os.strerror(number) if number > 0 else str(error))
    return LedgerUnavailable(f"the ledger {path} cannot be opened: {reason}", _WAITS)


def _number(error: lmdb.Error | OSError) -> int:
    """Return the ``errno`` number of an error of LMDB or the system; 0 if it has none."""
    return int((error.errno if isinstance(error, OSError) else getattr(error, "code", 0)) or 0)


def is_disk_full(path: Path, error: lmdb.Error | OSError) -> bool:
    """Return True if an error says that the disk is full: LMDB reports EIO when only a part of what it writes fits."""
    import shutil

    number = _number(error)
    if number != errno.EIO:
        return number in {errno.ENOSPC, errno.EDQUOT}
    try:
        return shutil.disk_usage(path).free < MIB
    except OSError:
        return False
