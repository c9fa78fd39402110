"""Buffer of entries that are checked one by one and written together, in one ledger transaction or not at all.

What cannot be stored is refused before the transaction opens, and set aside with the reason; so is what would make the
record of a commit too large together with what is known already, which shows only in the transaction.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tracker.errors import EntryRefused, LedgerUnavailable, TrackerError
from tracker.ledger.apply import CommitRefused, Flushed, apply_entries
from tracker.ledger.codec import encode
from tracker.ledger.database import Ledger
from tracker.ledger.entries import (
    ClaimEntry,
    CommitEntry,
    Entry,
    EvidenceEntry,
    MeasuredEntry,
    ReplacedEvidenceEntry,
)
from tracker.ledger.entry_checks import check
from tracker.ledger.tables import Transaction
from tracker.model import ProjectId


class _RolledBack(Exception):
    """Ends the transaction of a flush that is only rehearsed, so that LMDB discards it; ``flushed``: its result."""

    def __init__(self, flushed: Flushed) -> None:
        super().__init__()
        self.flushed = flushed


class Refused(NamedTuple):
    """An entry that cannot be stored, and the reason."""

    entry: Entry
    reason: str


class EntryBuffer:
    """Entries that wait to be flushed. ``refused``: the entries that cannot be stored."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.refused: list[Refused] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> bool:
        """Add an entry to the buffer, or to ``refused`` if it cannot be stored; return True if it was buffered."""
        try:
            _validate(entry)
        except EntryRefused as error:
            self.refused.append(Refused(entry, str(error)))
            return False
        self._entries.append(entry)
        return True

    def flush(
        self,
        ledger: Ledger,
        *,
        advance: tuple[ProjectId, int] | None = None,
        rehearse: bool = False,
        leave_out: bool = True,
    ) -> Flushed:
        """Write every entry, and the totals they change, in one transaction; then empty the buffer.

        ``advance``: a project and the generation at which its entries were prepared. ``rehearse``: return what would
        change, and write nothing. Entries by which a commit's record would become too large go to ``refused``, so that
        they do not stop the others, now and at each later time; without ``leave_out`` EntryRefused is raised.

        Raises Superseded when another process reconciled that project meanwhile, TrackerError when feedback cannot be
        applied, and the LedgerUnavailable errors; the ledger is unchanged and the entries stay in the buffer then.
        """
        if not self._entries:
            return Flushed(0, 0)
        while True:
            try:
                flushed = self._write(ledger, advance, rehearse=rehearse)
            except CommitRefused as error:
                if not (leave_out and self._leave_out(error)):
                    raise
            else:
                self._entries.clear()
                return flushed

    def take_later_half(self) -> list[Entry]:
        """Take the later half of the commits out of the buffer, with all that follows them, and return it.

        Empty if there are fewer than two commits. What follows the last commit (tips, positions in reflogs) stays with
        it, because it says that all before it is recorded.
        """
        commits = [place for place, entry in enumerate(self._entries) if isinstance(entry, CommitEntry | MeasuredEntry)]
        if len(commits) < 2:
            return []
        middle = commits[len(commits) // 2]
        self._entries, later = self._entries[:middle], self._entries[middle:]
        return later

    def _write(self, ledger: Ledger, advance: tuple[ProjectId, int] | None, *, rehearse: bool) -> Flushed:
        def apply(transaction: Transaction) -> Flushed:
            flushed = apply_entries(transaction, self._entries, advance=advance)
            if rehearse:
                raise _RolledBack(flushed)
            return flushed

        try:
            return ledger.change(apply)
        except _RolledBack as rolled_back:
            return rolled_back.flushed

    def _leave_out(self, error: CommitRefused) -> bool:
        """Move entries about a commit that cannot be stored to ``refused``; return False if there are none.

        Evidence first, which adds most and is needed least; only then what records the commit, and then all else.
        """
        for kinds in ((EvidenceEntry, ReplacedEvidenceEntry), CommitEntry, object):
            kept: list[Entry] = []
            for entry in self._entries:
                if isinstance(entry, kinds) and error.oid in _commits_of(entry):
                    self.refused.append(Refused(entry, str(error)))
                else:
                    kept.append(entry)
            if len(kept) < len(self._entries):
                self._entries = kept
                return True
        return False


def buffer_of(entries: Iterable[Entry]) -> EntryBuffer:
    """Return a buffer with these entries. Raises TrackerError with the reason when one of them is refused."""
    buffer = EntryBuffer()
    for entry in entries:
        buffer.add(entry)
    if buffer.refused:
        raise TrackerError(f"nothing was recorded: {buffer.refused[0].reason}")
    return buffer


def write_feedback(ledger: Ledger, entries: Iterable[Entry]) -> Flushed:
    """Write feedback entries, all or none.

    Raises TrackerError when one is refused or cannot be applied, and LedgerUnavailable when the ledger cannot be
    written: its sentence asks to repeat the command, because feedback, unlike a commit, does not wait in the spool.
    """
    buffer = buffer_of(entries)
    try:
        return buffer.flush(ledger, leave_out=False)
    except EntryRefused as error:
        raise TrackerError(f"nothing was recorded: {error}") from error
    except LedgerUnavailable as error:
        if ledger.is_read_only():
            raise LedgerUnavailable(
                f"nothing was recorded: {ledger.path} cannot be written from here; let the MCP server do it"
                " (docs/hosts.md), or put 'Agent-Grade: good' into the message of the next commit."
            ) from error
        raise LedgerUnavailable(f"nothing was recorded, repeat the command later: {error.problem}.") from error


def _commits_of(entry: Entry) -> tuple[object, ...]:
    """Return the oids of the commits that an entry is about."""
    if isinstance(entry, ClaimEntry):
        return entry.old, entry.claim.new
    return (getattr(entry, "oid", None),)


def _validate(entry: Entry) -> None:
    """Check an entry and encode it once, so that nothing can fail for its content inside the transaction.

    A commit is not encoded twice, since a long history has many: one that cannot be is left out of the transaction.
    """
    check(entry)
    if not isinstance(entry, CommitEntry | MeasuredEntry):
        encode([*entry])
