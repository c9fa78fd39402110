"""The ledger as a file: reading and writing transactions, the writer lock with a deadline, and checks for damage.

Every use opens, reads or writes once, and closes, unless the ledger is kept open for some uses. An environment is
never used across a fork, and no transaction is held between uses. docs/ledger.md lists what can go wrong and what is
then done.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tracker.errors import LedgerUnavailable
from tracker.ledger import damage, integrity, key, migrations, writer_lock
from tracker.ledger.integrity import State
from tracker.ledger.lmdb_access import DAMAGE, FULL, KeptEnvironment, begin_transaction, data_size, translated_errors
from tracker.ledger.map_size import DEFAULT_SIZE_LIMIT
from tracker.ledger.tables import LedgerState, Snapshot, Table, Transaction
from tracker.model import Progress

R = TypeVar("R")


class LedgerGrown(Exception):
    """A transaction that did not fit in LMDB's map: nothing was written, the map is larger now, so run it again."""


class Ledger:
    """The ledger in the directory ``path``. Cheap to construct: nothing is opened until it is read or written.

    ``size_limit``: the most bytes that the data file may grow to. ``deadline``: seconds to wait for the writer lock.
    ``notices``: sentences about damage that was set aside, and about growth, for the caller to show and take away.
    ``after_write`` is called with the state of the ledger after each transaction that changed it.
    """

    def __init__(
        self,
        path: Path,
        size_limit: int = DEFAULT_SIZE_LIMIT,
        deadline: float = 10.0,
        after_write: Callable[[LedgerState], None] | None = None,
    ) -> None:
        self.path = path
        self.size_limit = size_limit
        self.deadline = deadline
        self.notices: list[str] = []
        self._after_write = after_write
        self._environment = KeptEnvironment(path, size_limit)
        self._sound: tuple[int, ...] | None = None

    @contextlib.contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep LMDB's environment open between the reads and writes of the block, which are checked as any others.

        The data file is inspected again only when another program has changed it. Blocks may be nested.
        """
        if self._environment.is_kept:
            yield
            return
        self._environment.is_kept = True
        try:
            yield
        finally:
            self._environment.is_kept, self._sound = False, None
            self._environment.close()

    def change(self, apply: Callable[[Transaction], R]) -> R:
        """Return the result of ``apply``, run in one write transaction; again from its beginning while the map grows.

        Raises what ``write`` raises, but not LedgerGrown.
        """
        while True:
            with contextlib.suppress(LedgerGrown), self.write() as transaction:
                result = apply(transaction)
                break
        return result

    def begin(self) -> None:
        """Begin a ledger where there is none; make an older or damaged one usable. Raises what ``change`` raises."""
        self.change(lambda _: None)

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """Run the block in one write transaction: all of it is durable at the end of the block, or none of it.

        Begins a ledger where there is none, sets a damaged one aside, and migrates an older one. Raises LedgerBusy when
        another writer holds the lock past the deadline, LedgerDamaged when damage was met and the file set aside (a
        retry begins a new ledger), LedgerGrown when the block is to be run again (``change`` does), and the other
        LedgerUnavailable errors.
        """
        state: LedgerState | None = None
        with self._translated_errors(), self._writer_lock() as note:
            if not (note.startswith(integrity.SEALED) and self._is_as_left()):
                self._make_usable(note)
            try:
                with self._environment.use() as environment:
                    environment.reader_check()
                    with begin_transaction(environment, write=True) as raw:
                        is_empty = not environment.stat()["entries"]
                        transaction = Transaction(environment, raw, int(time.time()))
                        if not is_empty:
                            self._check_schema(transaction)
                        migrations.migrate(transaction)
                        yield transaction
                        has_changes = transaction.finish()
                        state = transaction.state() if has_changes and self._after_write is not None else None
            except DAMAGE as error:
                set_aside = damage.set_aside(self.path, damage.complaint_about(error))
                self.notices.append(str(set_aside))
                raise set_aside from error
            except FULL as error:
                if self._environment.grow():
                    raise LedgerGrown from error
                raise
            damage.mark_begun(self.path)
            key.make_key(self.path)
            self._sound = integrity.fingerprint(self.path) if self._environment.is_kept else None
            self.notices += self._environment.take_growth_notices()
        if state is not None and self._after_write is not None:
            self._after_write(state)  # other writers need not wait for it

    @contextlib.contextmanager
    def read(self, *, begin: bool = True) -> Iterator[Snapshot]:
        """Run the block with a consistent snapshot, without waiting for writers. Raises the LedgerUnavailable errors.

        With ``begin``, a ledger is begun where there is none, and an older one is migrated if it can be written. One
        that nobody can write to is read without locks; LedgerBusy is raised if it was written to all the same.
        """
        self._assure_sound(begin=begin)
        before = integrity.fingerprint(self.path) if integrity.is_read_only(self.path) else None
        try:
            with contextlib.ExitStack() as opened:
                snapshot, schema = self._open_snapshot(opened)
                if begin and schema < len(migrations.STEPS):
                    opened.close()
                    with contextlib.suppress(LedgerUnavailable):
                        self.begin()  # a ledger that cannot be migrated is read in its present schema
                    snapshot, _ = self._open_snapshot(opened)
                yield snapshot
        except DAMAGE as error:
            damage.check_unchanged(self.path, before)
            damage.mark_suspect(self.path)
            raise damage.unsound_ledger(self.path, State.DAMAGED, damage.complaint_about(error)) from error
        damage.check_unchanged(self.path, before)

    def recover(self) -> bool:
        """Set the data file aside if it is damaged; return True if a ledger that can be used is there now.

        Return False if the file is sound. Reads every page and record under the writer lock, because another process
        may have set the file aside meanwhile. Raises the LedgerUnavailable errors.
        """
        with self._translated_errors(), self._writer_lock() as note:
            self._environment.close()
            state, _ = damage.inspect(self.path, self.size_limit)
            if state is State.SOUND:
                complaint = damage.find_damage(self.path, self.size_limit)
                if complaint is None:
                    return False
                self.notices.append(str(damage.set_aside(self.path, complaint)))
            self._make_usable(note)
            return True

    def examine(
        self, *, wholly: bool = True, besides: Collection[Table[Any]] = (), progress: Progress | None = None
    ) -> str | None:
        """Look for damage under the writer lock; return a clause that says what is damaged, or None.

        ``wholly``: read every page and record, except those of the tables in ``besides``; otherwise only if the file is
        not as its last writer left it, which takes the same time for any size. Raises the LedgerUnavailable errors.
        """
        if self.is_new():
            return None
        with self._translated_errors(), self._no_writer() as note:
            self._environment.close()
            state, found = damage.inspect(self.path, self.size_limit, None if wholly else note)
            if state is State.FOREIGN:
                raise damage.unsound_ledger(self.path, state, found)
            if state is State.NEW:
                return None
            if state is State.SOUND:
                found = (damage.find_damage(self.path, self.size_limit, besides, progress) or "") if wholly else ""
            if found:
                damage.mark_suspect(self.path)
            return found or None

    @contextlib.contextmanager
    def alone(self) -> Iterator[str]:
        """Hold the writer lock while the block works on the data file, which is closed; yields the last writer's note.

        Errors of LMDB and the system in the block are raised as the LedgerUnavailable errors.
        """
        with self._translated_errors(), self._writer_lock() as note:
            self._environment.close()
            yield note

    def is_new(self) -> bool:
        """Return True if no ledger was ever begun in the directory, as far as its files tell.

        Raises LedgerUnavailable when the directory cannot be read.
        """
        with self._translated_errors():
            return not integrity.is_begun(self.path) and damage.inspect(self.path, self.size_limit)[0] is State.NEW

    def is_read_only(self) -> bool:
        """Return True if nobody can write to the ledger from here (``integrity.is_read_only``)."""
        return integrity.is_read_only(self.path)

    def size(self) -> int:
        """Return the bytes of the data file; 0 if there is none."""
        return data_size(self.path)

    def take_notices(self) -> list[str]:
        """Return the notices, and forget them: each is shown once."""
        taken, self.notices = self.notices, []
        return taken

    def _open_snapshot(self, opened: contextlib.ExitStack) -> tuple[Snapshot, int]:
        """Return a snapshot that is valid until ``opened`` is closed, and its schema version."""
        with self._translated_errors():
            environment = opened.enter_context(self._environment.use())
            raw = opened.enter_context(begin_transaction(environment))
            while self._environment.is_replaced():  # between the two, by a compacted copy
                opened.close()
                environment = opened.enter_context(self._environment.use())
                raw = opened.enter_context(begin_transaction(environment))
        snapshot = Snapshot(environment, raw)
        schema = migrations.check(snapshot)
        self._check_schema(snapshot)
        return snapshot, schema

    def _check_schema(self, snapshot: Snapshot) -> None:
        """Raise LedgerForeign if an LMDB file that is not empty has no schema version of ours."""
        if not snapshot.meta("schema"):
            raise damage.unsound_ledger(self.path, State.FOREIGN, "it holds data of another program")

    def _assure_sound(self, *, begin: bool) -> None:
        """Raise an error unless the ledger can be mapped; with ``begin``, begin one where there is none."""
        if self._is_as_left():
            return
        seen = integrity.fingerprint(self.path)
        state, _ = damage.inspect(self.path, self.size_limit)
        if state is State.NEW:
            if not begin:
                raise LedgerUnavailable(
                    f"there is no ledger at {self.path}: mount or restore it, or run 'agent-tracker init'."
                )
            self.begin()
            return
        if state is State.SOUND and not integrity.is_suspect(self.path, writer_lock.lock_file(self.path).read_note()):
            self._sound = seen
            return
        # A writer at work can make a sound file look damaged: the verdict holds only under the lock.
        with self._translated_errors(), self._no_writer() as note:
            self._environment.close()
            state, complaint = damage.inspect(self.path, self.size_limit, note)
            if state is not State.SOUND:
                raise damage.unsound_ledger(self.path, state, complaint)

    def _is_as_left(self) -> bool:
        """Return True if the ledger is kept open and nobody has written to it since it was found sound."""
        return self._environment.is_kept and self._sound is not None and self._sound == integrity.fingerprint(self.path)

    def _make_usable(self, note: str) -> None:
        self._environment.close()
        notice = damage.make_usable(self.path, self.size_limit, note)
        if notice is not None:
            self.notices.append(notice)

    @contextlib.contextmanager
    def _writer_lock(self) -> Iterator[str]:
        """Hold the writer lock; yields the last writer's note. Raises LedgerBusy, LedgerForeign."""
        if not integrity.is_begun(self.path):  # else it is looked at under the lock alone
            state, complaint = damage.inspect(self.path, self.size_limit)
            if state is State.FOREIGN:
                raise damage.unsound_ledger(self.path, state, complaint)
        with writer_lock.hold(self.path, self.deadline) as note:
            if integrity.has_unfinished(self.path):
                from tracker.ledger import unfinished  # rarely needed

                self._environment.close()
                unfinished.finish(self.path, self.size_limit)
            yield note

    @contextlib.contextmanager
    def _no_writer(self) -> Iterator[str]:
        """Run the block while no other process writes; yields the last writer's note. Raises as ``_writer_lock``."""
        if integrity.is_read_only(self.path):
            yield writer_lock.lock_file(self.path).read_note()
            return
        with self._writer_lock() as note:
            yield note

    def _translated_errors(self) -> contextlib.AbstractContextManager[None]:
        return translated_errors(self.path, self.size_limit)
