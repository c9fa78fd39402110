"""Write entries into the ledger batch by batch, each batch in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tracker.errors import LedgerFull
from tracker.git.ahead import ChangesAhead
from tracker.git.oid_list import Parts
from tracker.history.changes import Changes
from tracker.history.cherry_picks import exact_copies
from tracker.history.claims import OldClaim
from tracker.history.recorded_state import RecordedState
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import (
    ClaimEntry,
    CommitEntry,
    DepartedEntry,
    Entry,
    EvidenceEntry,
    LivenessEntry,
    MeasuredEntry,
    ReflogReadEntry,
    TipEntry,
    UnfinishedEntry,
)
from tracker.model import Change, Oid, Progress
from tracker.project.project import Project
from tracker.recording import commit_records, instruction_digests
from tracker.recording.context import RecordingContext
from tracker.rewrite_records import ReflogRecord

BATCH: Final = 500
"""Commits of one part: they are read from git together."""

_FLUSH: Final = 100
"""Commits of one transaction while many are written. LMDB copies each page that a transaction changes and may use the
old one again two transactions later; the keys of commits are random, so larger transactions make a larger file."""

_STEP: Final = 40
"""Steps after which the progress is told: two for each commit."""

_MAX_ENTRY_TEXT: Final = 10_000
"""Characters of a refused entry that are kept."""


class _Steps:
    """Progress over so many steps: two for each commit, which may be written with its statistics or before them."""

    def __init__(self, steps: int, progress: Progress | None) -> None:
        self._steps = steps
        self._progress = progress
        self._done = 0

    def take(self, steps: int) -> None:
        """Tell that so many more steps are begun."""
        self._done += steps
        if self._progress and (self._done % _STEP < steps or self._done == self._steps):
            self._progress(self._done // 2, -(-self._steps // 2))


class BatchWriter:
    """Writes entries of one project. ``recorded`` counts new commits, ``set_aside`` refused entries.

    With a ``generation`` each flush raises Superseded if another process reconciled the project since that generation
    was read.
    """

    def __init__(self, project: Project, context: RecordingContext, generation: int | None) -> None:
        self._project = project
        self._context = context
        self._generation = generation
        self._buffer = EntryBuffer()
        self._buffered = 0
        self._is_unfinished = False
        self._steps = _Steps(0, None)
        self.recorded = 0
        self.set_aside = 0

    def add(self, entry: Entry) -> None:
        """Buffer an entry."""
        self._buffer.add(entry)

    def add_commits(
        self,
        oids: Sequence[Oid],
        is_live: Callable[[Oid], bool],
        progress: Progress | None = None,
        jobs: int | None = None,
        unmeasured: Sequence[Oid] = (),
    ) -> None:
        """Buffer commits, and flush what is buffered before each further part. Raises what ``flush`` raises.

        ``jobs``: processes of git at a time that compute changes, by default as many as there are processors.
        ``unmeasured``: commits that are recorded and lack diff statistics alone.

        Git takes longer to compare the files of a commit than all else takes. So who made the commits, and when, is
        written first, and the statistics of those parts that git was not done with follow. Until the last one is
        written the project is marked as unfinished: if this process is killed, or another one reconciles first, the
        tips may have moved away from what the parts hold (``finish``).
        """
        if len(oids) <= BATCH and not unmeasured:
            self._add_part(oids, self._project.repository.changes(oids) if oids else {}, is_live)
            return
        self._steps = _Steps(2 * len(oids) + len(unmeasured), progress)
        parts, measured = Parts(BATCH, oids, unmeasured), 0
        with ChangesAhead(self._project.repository.common_dir, parts, jobs) as ahead:
            for place, part in enumerate(Parts(BATCH, oids)):
                is_measured = measured == place and ahead.is_ready()
                self._add_part(part, ahead.take() if is_measured else None, is_live)
                measured += is_measured
                while measured <= place and ahead.is_full():
                    self._add_statistics(parts[measured], ahead.take())
                    measured += 1
            for place in range(measured, len(parts)):
                self._add_statistics(parts[place], ahead.take())

    def _add_part(
        self, oids: Sequence[Oid], changes: Mapping[Oid, Change] | None, is_live: Callable[[Oid], bool]
    ) -> None:
        """Buffer commits; ``changes``: None if their statistics follow."""
        repository, found = self._project.repository, changes or {}
        for entry in commit_records.commit_entries(repository, self._context, oids, found, is_live):
            if isinstance(entry, CommitEntry):
                self._begin_commit(1 if changes is None else 2)
            self.add(entry)

    def _add_statistics(self, oids: Sequence[Oid], changes: Mapping[Oid, Change]) -> None:
        """Buffer the statistics of commits that were buffered without."""
        for oid in oids:
            self._begin_commit(1)
            if oid in changes:
                self.add(MeasuredEntry(self._context.project_id, oid, *commit_records.statistics(changes[oid])))

    def _begin_commit(self, steps: int) -> None:
        """Flush what is buffered if that is enough, and tell the progress."""
        if self._buffered == _FLUSH:
            self.mark_unfinished()
            self.flush()
        self._buffered += 1
        self._steps.take(steps)

    def add_evidence(self, oids: Iterable[Oid]) -> None:
        """Buffer the evidence of recorded commits that came from outside the commit. Raises RepositoryError."""
        context, wanted = self._context, [*oids]
        setups = instruction_digests.read_setups(self._project.repository, wanted, context.catalogue)
        for setup in dict.fromkeys(setups.values()):
            self.add(setup)
        copies = {oid: context.copies[oid] for oid in wanted if oid in context.copies}
        exact = exact_copies(self._project.repository, copies)
        for oid in wanted:
            self.add(
                EvidenceEntry(
                    context.project_id,
                    oid,
                    context.evidence(oid),
                    context.hook(oid) or "",
                    context.copies.get(oid),
                    setups[oid].key if oid in setups else None,
                    tuple(sorted(context.tools.reread.get(oid, ()))),
                    context.moments(oid),
                    oid in exact,
                    oid in context.seen_copies,
                )
            )

    def add_liveness(self, oids: Iterable[Oid], *, live: bool) -> None:
        """Buffer that recorded commits became reachable (``live``) or ceased to be."""
        for oid in oids:
            self.add(LivenessEntry(self._context.project_id, oid, live))

    def add_claims(self, claims: Iterable[OldClaim]) -> None:
        """Buffer claims about rewritten commits."""
        for one in claims:
            self.add(ClaimEntry(one.old, one.claim))

    def add_reflogs(self, records: Iterable[ReflogRecord], gone: Iterable[str]) -> None:
        """Buffer what was read of reflogs; ``gone``: reflogs that are not there any more."""
        for record in records:
            self.add(ReflogReadEntry(self._context.project_id, record.name, record))
        for name in gone:
            self.add(ReflogReadEntry(self._context.project_id, name, None))

    def add_tips(self, known: RecordedState, changes: Changes) -> None:
        """Buffer the tips that moved, are new or are gone, and the last commits of what nothing reaches any more."""
        project_id = self._context.project_id
        for name, oid in changes.tips.items():
            if known.tips.get(name) != oid:
                self.add(TipEntry(project_id, name, oid))
        for name in known.tips.keys() - changes.tips.keys():
            self.add(TipEntry(project_id, name, None))
        for oid, time in changes.dead_ends.items():
            self.add(DepartedEntry(project_id, oid, time))

    def mark_unfinished(self) -> None:
        """Buffer that what is written now is a part of what is to be written."""
        self._is_unfinished = True
        self.add(UnfinishedEntry(self._context.project_id, unfinished=True))

    def finish(self, *, was_unfinished: bool) -> None:
        """Write what is buffered as the last part of a look at the repository. Raises what ``flush`` raises.

        ``was_unfinished``: an earlier look was not written to its end, and this one has set right what that left.
        """
        if was_unfinished or self._is_unfinished:
            self.add(UnfinishedEntry(self._context.project_id, unfinished=False))
        self.flush()

    def flush(self) -> None:
        """Write the buffered entries in one transaction; set refused ones aside, where ``doctor`` shows them.

        Commits that do not fit in the ledger together are halved until they do, so that what fits is recorded.

        Raises Superseded (see the class), OSError when a refused entry cannot be set aside, and the LedgerUnavailable
        errors.
        """
        self._set_refused_aside()
        self._buffered = 0
        if not len(self._buffer):
            return
        advance = None if self._generation is None else (self._context.project_id, self._generation)
        try:
            flushed = self._buffer.flush(self._project.ledger, advance=advance)
        except LedgerFull:
            later = self._buffer.take_later_half()
            if not later:
                raise
            self._flush_halves(later)
            return
        self._set_refused_aside()
        self.recorded += flushed.recorded
        if self._generation is not None:
            self._generation += 1

    def _flush_halves(self, later: Sequence[Entry]) -> None:
        """Flush what is buffered, and then the later half; in between the project is marked as unfinished."""
        was_unfinished = self._is_unfinished
        self.mark_unfinished()
        self.flush()
        for entry in later:
            self.add(entry)
        if not was_unfinished:
            self.add(UnfinishedEntry(self._context.project_id, unfinished=False))
        self.flush()

    def _set_refused_aside(self) -> None:
        for refused in self._buffer.refused:
            entry = refused.entry
            self._project.files.set_aside.store(type(entry).__name__, repr(entry)[:_MAX_ENTRY_TEXT], refused.reason)
        self.set_aside += len(self._buffer.refused)
        self._buffer.refused.clear()
