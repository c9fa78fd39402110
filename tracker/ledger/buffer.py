"""Collecting entries, and flushing them all in one ledger transaction, or none.

Everything that can be refused is refused before the transaction opens, and kept aside with its reason.
"""

import contextlib
from collections.abc import Iterable
from typing import NamedTuple

from tracker.errors import EntryRefused, LedgerUnavailable, TrackerError
from tracker.ledger import entries
from tracker.ledger.apply_commits import Posting
from tracker.ledger.codec import encode
from tracker.ledger.database import Ledger
from tracker.model import Oid, ProjectId
from tracker.records import ActivityRecord, CommitRecord, RetrospectiveRecord


class Changed(NamedTuple):
    """A commit that was known before, as it was and as it is."""

    project: ProjectId
    oid: Oid
    before: CommitRecord
    now: CommitRecord


class Flushed(NamedTuple):
    """What a flush did: commits written for the first time, commits that were there already, those that changed.

    ``written``: the lines of journals.
    """

    recorded: int
    already_known: int
    changed: tuple[Changed, ...] = ()
    written: tuple[RetrospectiveRecord | ActivityRecord, ...] = ()


class _Rehearsed(Exception):
    """Ends a transaction that was only tried."""


class Refused(NamedTuple):
    """An entry that cannot be stored, and why."""

    entry: entries.Entry
    reason: str


class EntryBuffer:
    """Entries waiting to be flushed. ``refused`` holds those that cannot be stored."""

    def __init__(self) -> None:
        self._entries: list[entries.Entry] = []
        self.refused: list[Refused] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: entries.Entry) -> bool:
        """Take an entry; False when it was refused and kept aside instead."""
        try:
            _validate(entry)
        except EntryRefused as error:
            self.refused.append(Refused(entry, str(error)))
            return False
        self._entries.append(entry)
        return True

    def flush(self, ledger: Ledger, *, advance: tuple[ProjectId, int] | None = None, rehearse: bool = False) -> Flushed:
        """Write every entry, and the totals they change, in one transaction, then forget them.

        ``advance`` names a project and the generation that its entries were read at: Superseded is raised, and
        nothing written, when another process reconciled it meanwhile. ``rehearse``: find out what would change, and
        write nothing. Raises the LedgerUnavailable errors; the entries stay in the buffer then.
        """
        if not self._entries:
            return Flushed(0, 0)
        flushed = Flushed(0, 0)
        with contextlib.suppress(_Rehearsed), ledger.write() as transaction:
            posting = Posting(transaction)
            if advance is not None:
                posting.advance(*advance)
            for entry in self._entries:
                posting.apply(entry)
            posting.finish()
            changed = tuple(Changed(*one) for one in posting.changed())
            flushed = Flushed(posting.recorded, posting.known, changed, tuple(posting.written()))
            if rehearse:
                raise _Rehearsed
        self._entries.clear()
        return flushed


def buffered(told: Iterable[entries.Entry]) -> EntryBuffer:
    """What somebody says, all of it ready to be flushed. Raises TrackerError with the reason where one is refused."""
    buffer = EntryBuffer()
    for entry in told:
        buffer.add(entry)
    if buffer.refused:
        raise TrackerError(f"nothing was recorded: {buffer.refused[0].reason}")
    return buffer


def tell(ledger: Ledger, told: Iterable[entries.Entry]) -> Flushed:
    """Write what somebody says, all or nothing.

    Raises TrackerError where something is refused. Where the ledger cannot be written it is LedgerUnavailable, with a
    sentence of its own: unlike commits, nothing of this waits anywhere.
    """
    buffer = buffered(told)
    try:
        return buffer.flush(ledger)
    except LedgerUnavailable as error:
        reason = str(error).split("; ")[0].rstrip(".")
        raise LedgerUnavailable(f"nothing of that was recorded, say it again: {reason}.") from error


def _validate(entry: entries.Entry) -> None:
    """Check an entry and encode it once, so that nothing can fail for its content inside the transaction."""
    entries.check(entry)
    encode([*entry.record] if isinstance(entry, entries.CommitEntry) else [*entry])
