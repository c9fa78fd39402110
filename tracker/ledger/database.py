"""Opening the ledger: the writer lock with a deadline, LMDB's traps, damage set aside, errors as sentences.

Every use opens, reads or writes once, and closes: an environment is never held across a fork, and a process that
stays alive never keeps a reader slot. See docs/ledger.md for what can go wrong and what is then done.
"""

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import lmdb

from tracker.errors import LedgerBusy, LedgerDamaged, LedgerForeign, LedgerFull, LedgerUnavailable
from tracker.files import FileLock
from tracker.ledger import integrity, migrations
from tracker.ledger.codec import UnreadableRecord
from tracker.ledger.integrity import State
from tracker.ledger.tables import TABLES, Snapshot, Transaction

MIB: Final = 1 << 20
SMALLEST_SIZE_LIMIT: Final = MIB
DEFAULT_SIZE_LIMIT: Final = 512 * MIB
LARGEST_SIZE_LIMIT: Final = 2048 * MIB

_MAX_READERS: Final = 512
_TRIES: Final = 30
"""Opening again cures lmdb.LockError: two processes with one PID in two PID namespaces collide in the reader table."""

_DAMAGE: Final = (
    lmdb.CorruptedError,
    lmdb.PageNotFoundError,
    lmdb.InvalidError,
    lmdb.PanicError,
    lmdb.IncompatibleError,
    UnreadableRecord,
)


class Ledger:
    """The ledger at a path. Cheap to make: nothing is opened until it is read or written.

    ``size_limit`` is in bytes, the most that the data file may grow to. ``notices`` collects the sentences about
    damage that was set aside, for whoever can show them.
    """

    def __init__(self, path: Path, size_limit: int = DEFAULT_SIZE_LIMIT, deadline: float = 10.0) -> None:
        self.path = path
        self.size_limit = size_limit
        self.deadline = deadline
        self.notices: list[str] = []

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """One write transaction: all of it is durable when the block ends, or none of it.

        Raises LedgerBusy when another writer holds the lock past the deadline (seconds), and the other
        LedgerUnavailable errors; LedgerDamaged means that the damaged file was set aside and a retry begins anew.
        """
        with self._translated(), self._writer_lock() as left:
            self._make_ready(left)
            try:
                with contextlib.closing(self._open()) as environment:
                    environment.reader_check()
                    with _begin(environment, write=True) as raw:
                        is_empty = not environment.stat()["entries"]
                        transaction = Transaction(environment, raw, int(time.time()))
                        if not is_empty and transaction.meta("schema") is None:
                            raise self._unsound(State.FOREIGN, "it holds somebody else's data")
                        migrations.migrate(transaction)
                        yield transaction
                        transaction.finish()
            except _DAMAGE as error:
                raise LedgerDamaged(self._set_aside(f"it could not be read ({error})")) from error
            self._mark()

    def recover(self) -> bool:
        """Set the file aside if it is damaged; whether a ledger that can be used is there now.

        Looks at every page and every record under the writer lock, since another process may have done so already.
        """
        with self._translated(), self._writer_lock() as left:
            state, _ = self._inspect()
            if state is State.SOUND:
                complaint = self._complaint()
                if complaint is None:
                    return False
                self._set_aside(complaint)
            self._make_ready(left)
            return True

    def _complaint(self) -> str | None:
        """What is wrong with any page or record, or None. Under the writer lock."""
        return integrity.examine(self.path) or self._unreadable_record()

    def _unreadable_record(self) -> str | None:
        try:
            with contextlib.closing(self._open()) as environment, _begin(environment) as raw:
                snapshot = Snapshot(environment, raw)
                for table in TABLES:
                    for _ in snapshot.scan(table):
                        pass
        except _DAMAGE as error:
            return f"it holds a record that cannot be read ({error})"
        return None

    @contextlib.contextmanager
    def read(self, *, begin: bool = True) -> Iterator[Snapshot]:
        """A consistent view, without waiting for writers. Raises the LedgerUnavailable errors.

        ``begin``: whether a ledger is begun where there is none, and an older one brought to the present schema.
        """
        self._assure(begin=begin)
        try:
            with contextlib.ExitStack() as opened:
                snapshot, schema = self._snapshot(opened)
                if begin and schema < len(migrations.STEPS):
                    opened.close()
                    with contextlib.suppress(LedgerUnavailable), self.write():
                        pass  # where it cannot be written it is read as it is
                    snapshot, _ = self._snapshot(opened)
                yield snapshot
        except _DAMAGE as error:
            self._suspect()
            raise self._unsound(State.DAMAGED, f"it could not be read ({error})") from error

    def _snapshot(self, opened: contextlib.ExitStack) -> tuple[Snapshot, int]:
        """A view that holds until ``opened`` is closed, and the schema that it has."""
        with self._translated():
            environment = opened.enter_context(contextlib.closing(self._open()))
            raw = opened.enter_context(_begin(environment))
        snapshot = Snapshot(environment, raw)
        schema = migrations.check(snapshot)
        if not schema:
            raise self._unsound(State.FOREIGN, "it holds somebody else's data")
        return snapshot, schema

    def _assure(self, *, begin: bool) -> None:
        """Begin a new ledger if that is wanted; raise what is wrong with one that cannot be mapped."""
        state, _ = self._inspect()
        if state is State.NEW:
            if not begin:
                raise LedgerUnavailable(
                    f"there is no ledger at {self.path}: mount or restore it, or run 'agent-tracker init'."
                )
            with self.write():
                return
        if state is State.SOUND and not integrity.is_suspect(self.path, self._lock().peek()):
            return
        # Perhaps a writer was at work: only with the lock in hand does the verdict hold.
        with self._translated(), self._writer_lock() as left:
            state, complaint = self._inspect(left)
            if state is not State.SOUND:
                raise self._unsound(state, complaint)

    def examine(self) -> str | None:
        """Look at every page and record: what is wrong with them, or None. Takes the writer lock.

        What is found is left to the next writer to set aside. Raises the LedgerUnavailable errors.
        """
        with self._translated(), self._writer_lock():
            state, complaint = self._inspect()
            if state is State.FOREIGN:
                raise self._unsound(state, complaint)
            if state is State.NEW:
                return None
            found = self._complaint() if state is State.SOUND else complaint
            if found:
                self._suspect()
            return found

    def is_new(self) -> bool:
        """Whether nothing was ever begun at the path, as far as can be told there."""
        with self._translated():
            return self._inspect()[0] is State.NEW

    def place(self) -> str:
        """The folders that the ledger is in, from the root down, each as device and file number."""
        return " ".join(identity for folder in reversed(self.path.parents) if (identity := _identity(folder)))

    def is_away_from(self, place: str) -> bool:
        """Whether the deepest folder of the path that is there is not the one of ``place`` (a disk not mounted).

        Where it is, what is missing below it was taken away.
        """
        there, before = self.place().split(), place.split()
        return len(there) > len(before) or there[-1:] != before[len(there) - 1 : len(there)]

    def size(self) -> int:
        """Bytes of the data file; 0 when there is none."""
        try:
            return (self.path / "data.mdb").stat().st_size
        except OSError:
            return 0

    # -- locking and opening -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _writer_lock(self) -> Iterator[str]:
        """The note of the last writer, while we are the only one.

        LMDB's own writer mutex has no deadline: a suspended writer would stop every commit in every project.
        """
        state, complaint = self._inspect()
        if state is State.FOREIGN:
            raise self._unsound(state, complaint)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._lock()
        if not lock.acquire(self.deadline):
            holder = lock.holder()
            who = f"process {holder}" if holder else "another process"
            raise LedgerBusy(
                f"the ledger {self.path} has been locked by {who} for more than {self.deadline:g} seconds: let it"
                " finish or end it; what was to be recorded waits in the spool."
            )
        lock.note(integrity.unsealed(lock.left, os.getpid()))
        try:
            yield lock.left
        finally:
            with contextlib.suppress(OSError):  # an unsealed ledger is looked at more closely, nothing else
                lock.note(integrity.seal(self.path))
            lock.release()

    def _lock(self) -> FileLock:
        return FileLock(self.path / "writer.lock")

    def _open(self) -> lmdb.Environment:
        for attempt in range(_TRIES):
            try:
                return lmdb.open(
                    str(self.path),
                    map_size=max(self.size_limit, self.size()),
                    max_dbs=len(TABLES) + 1,
                    max_readers=_MAX_READERS,
                    mode=0o600,
                    lib_version=0,
                )
            except (lmdb.LockError, lmdb.MapResizedError):
                if attempt == _TRIES - 1:
                    raise
                time.sleep(0.001 * (attempt + 1))
        raise AssertionError("unreachable")

    # -- damage --------------------------------------------------------------------------------------------------

    def _inspect(self, left: str | None = None) -> tuple[State, str]:
        """What is there and what is wrong with it; every page is looked at where the last writer's note asks for it."""
        try:
            state, complaint = integrity.inspect(self.path)
            suspect = state is State.SOUND and left is not None and integrity.is_suspect(self.path, left)
            found = self._complaint() if suspect else None
            if suspect and not found:
                (self.path / integrity.SUSPECT).unlink(missing_ok=True)
        except OSError as error:
            raise LedgerUnavailable(f"the ledger {self.path} cannot be read: {error.strerror or error}.") from error
        return (State.DAMAGED, found) if found else (state, complaint)

    def _make_ready(self, left: str) -> None:
        state, complaint = self._inspect(left)
        if state is State.FOREIGN:
            raise self._unsound(state, complaint)
        if state is State.DAMAGED:
            self._set_aside(complaint)
        elif state is State.GONE:
            (self.path / integrity.MARKER).unlink()
            self.notices.append(
                f"the ledger {self.path} was begun anew because {complaint}; what git and the spool know is recorded"
                " again by 'agent-tracker sync' in each project."
            )

    def _set_aside(self, complaint: str) -> str:
        """Move the data file out of the way, never delete it; the sentence that says so. Under the writer lock."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        for number in range(1000):
            place = self.path / "set-aside" / f"{stamp}-{number}"
            with contextlib.suppress(FileExistsError):
                place.mkdir(mode=0o700, parents=True)
                break
        else:
            raise LedgerDamaged(f"the ledger {self.path} is damaged: {complaint}, and cannot be set aside: remove it.")
        # The lock file goes too: it carries the last transaction number of the file that it was made for.
        for name in ("data.mdb", "lock.mdb", integrity.SUSPECT):
            with contextlib.suppress(FileNotFoundError):
                (self.path / name).replace(place / name)
        with contextlib.suppress(FileNotFoundError):
            (self.path / integrity.MARKER).unlink()
        sentence = (
            f"the ledger {self.path} was damaged: {complaint}; it was set aside as {place} and a new one begun:"
            " 'agent-tracker sync' in each project records again what git and the spool know."
        )
        self.notices.append(sentence)
        return sentence

    def _unsound(self, state: State, complaint: str) -> LedgerUnavailable:
        if state is State.FOREIGN:
            return LedgerForeign(
                f"{self.path} is no ledger of agent-tracker: {complaint}; name another path with --ledger or"
                " AGENT_TRACKER_LEDGER."
            )
        return LedgerDamaged(
            f"the ledger {self.path} is damaged: {complaint}; 'agent-tracker sync' sets it aside and records again"
            " what git and the spool know."
        )

    def _mark(self) -> None:
        if not integrity.is_begun(self.path):
            (self.path / integrity.MARKER).write_bytes(integrity.MARK)

    def _suspect(self) -> None:
        """Have the next writer look at every page and record."""
        with contextlib.suppress(OSError):
            (self.path / integrity.SUSPECT).touch()

    # -- errors --------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """LMDB's and the system's errors as sentences of ours."""
        try:
            yield
        except lmdb.MapFullError as error:
            raise LedgerFull(
                f"the ledger {self.path} has reached its size limit of {self.size_limit // MIB} MiB: raise"
                " agent-tracker.sizeLimit (MiB) in git's configuration; what was to be recorded waits."
            ) from error
        except lmdb.VersionMismatchError as error:
            raise self._unsound(State.FOREIGN, "it holds an LMDB file of another format") from error
        except lmdb.Error as error:
            if isinstance(error, _DAMAGE):
                raise
            raise self._refused(error, getattr(error, "code", 0)) from error
        except OSError as error:
            raise self._refused(error, error.errno or 0) from error

    def _refused(self, error: Exception, number: int) -> LedgerUnavailable:
        if number in {errno.ENOSPC, errno.EDQUOT} or (number == errno.EIO and self._is_disk_full()):
            return LedgerFull(
                f"the disk that holds the ledger {self.path} is full: make room; what was to be recorded waits."
            )
        system = error.strerror if isinstance(error, OSError) else None
        reason = system or (os.strerror(number) if number > 0 else str(error))
        return LedgerUnavailable(
            f"the ledger {self.path} cannot be opened: {reason}; what was to be recorded waits in the spool."
        )

    def _is_disk_full(self) -> bool:
        """LMDB says EIO when only a part of what it writes found room."""
        try:
            return shutil.disk_usage(self.path).free < MIB
        except OSError:
            return False


def _identity(folder: Path) -> str:
    try:
        status = folder.stat()
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}"


def _begin(environment: lmdb.Environment, *, write: bool = False) -> lmdb.Transaction:
    """Begin, also when a process with a larger size limit has grown the file since it was opened here."""
    try:
        return environment.begin(write=write)
    except lmdb.MapResizedError:
        environment.set_mapsize(0)
        return environment.begin(write=write)
