"""Filling the buffer with what a reconcile or a backfill found, and flushing it batch by batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.history.changes import BEFORE, Known, Survey
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import DepartedEntry, Entry, EvidenceEntry, LivenessEntry, PairEntry, TipEntry
from tracker.model import Oid, Pair, Progress, ProjectId, RewriteKind
from tracker.project.project import Project
from tracker.recording import commit_records, instruction_digests
from tracker.recording.commit_records import Circumstances

BATCH: Final = 2000
"""Commits of one transaction, so that a hook never waits long for the writer (design, section 3)."""


class Outcome(NamedTuple):
    """What was done. ``spooled`` events still wait; ``set_aside`` entries could not be stored.

    ``notices`` are sentences that the user should read: damage that was set aside, a copied repository.
    """

    recorded: int = 0
    already_known: int = 0
    spooled: int = 0
    set_aside: int = 0
    pairs: int = 0
    notices: tuple[str, ...] = ()


class Recorder:
    """Writes into one project. ``recorded`` and ``set_aside`` count what became of the entries.

    With a ``generation`` every flush insists that nobody reconciled the project since that was read, and raises
    Superseded otherwise.
    """

    def __init__(self, project: Project, about: Circumstances, generation: int | None) -> None:
        self._project = project
        self._about = about
        self._generation = generation
        self._buffer = EntryBuffer()
        self.recorded = 0
        self.set_aside = 0

    def add(self, entry: Entry) -> None:
        """Buffer an entry."""
        self._buffer.add(entry)

    def commits(self, oids: Sequence[Oid], live: Callable[[Oid], bool], progress: Progress | None = None) -> None:
        """Buffer commits; every full batch but the last is flushed, as a transaction complete in itself."""
        for start in range(0, len(oids), BATCH):
            batch = oids[start : start + BATCH]
            if start:
                self.flush()
            for entry in commit_records.commit_entries(self._project.repository, self._about, batch, live):
                self.add(entry)
            if progress:
                progress(start + len(batch), len(oids))

    def evidence(self, oids: Iterable[Oid]) -> None:
        """Buffer what is told of commits that are known already."""
        about, wanted = self._about, [*oids]
        found = instruction_digests.find(self._project.repository, wanted, about.catalogue)
        for entry in dict.fromkeys(found.values()):
            self.add(entry)
        for oid in wanted:
            learnt = about.witnesses[oid].hook if oid in about.witnesses else ""
            setup = found[oid].key if oid in found else None
            reread = tuple(sorted(about.records.read.get(oid, ())))
            self.add(
                EvidenceEntry(about.project, oid, about.evidence(oid), learnt, about.copies.get(oid), setup, reread)
            )

    def liveness(self, oids: Iterable[Oid], *, live: bool) -> None:
        """Buffer that known commits are reachable now, or are not."""
        for oid in oids:
            self.add(LivenessEntry(self._about.project, oid, live))

    def rewrites(self, rewrites: Mapping[Pair, RewriteKind]) -> None:
        """Buffer which commits were rewritten into which."""
        for pair, kind in rewrites.items():
            self.add(PairEntry(self._about.project, pair.old, pair.new, kind, pair.source))

    def tips(self, known: Known, found: Survey) -> None:
        """Buffer the tips that moved, came or went."""
        for name, oid in found.tips.items():
            if known.tips.get(name) != oid:
                self.add(TipEntry(self._about.project, name, oid))
        gone, died = known.tips.keys() - found.tips.keys(), {*found.died}
        for name in gone:
            self.add(TipEntry(self._about.project, name, None))
            if known.tips[name] in died and not name.startswith(BEFORE):
                self.add(DepartedEntry(self._about.project, known.tips[name], name, self._about.now))

    def flush(self) -> None:
        """Write what is buffered in one transaction. What cannot be stored is kept aside, where ``doctor`` shows it."""
        for refused in self._buffer.refused:
            self._project.spool.keep_aside(type(refused.entry).__name__, repr(refused.entry)[:10_000], refused.reason)
        self.set_aside += len(self._buffer.refused)
        self._buffer.refused.clear()
        if not len(self._buffer):
            return
        project_id: ProjectId = self._about.project
        advance = None if self._generation is None else (project_id, self._generation)
        flushed = self._buffer.flush(self._project.ledger, advance=advance)
        self.recorded += flushed.recorded
        if self._generation is not None:
            self._generation += 1
