"""Write entries into the ledger batch by batch, each batch in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tracker.errors import LedgerFull
from tracker.git.ahead import computed_ahead
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
    ReflogReadEntry,
    TipEntry,
    UnfinishedEntry,
)
from tracker.model import Oid, Progress
from tracker.project.project import Project
from tracker.recording import commit_records, instruction_digests
from tracker.recording.context import RecordingContext
from tracker.rewrite_records import ReflogRecord

BATCH: Final = 500
"""Commits that are read from git together."""

_FLUSH: Final = 100
"""Commits of one transaction while many are written. LMDB copies each page that a transaction changes and may use the
old one again two transactions later; the keys of commits are random, so larger transactions make a larger file."""

_STEP: Final = 20
"""Commits after which the progress is told."""

_MAX_ENTRY_TEXT: Final = 10_000
"""Characters of a refused entry that are kept."""


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
        self._is_unfinished = False
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
    ) -> None:
        """Buffer commits, and flush what is buffered before each further part. Raises what ``flush`` raises.

        ``jobs``: processes of git at a time that compute changes, by default as many as there are processors.

        Until the last part is written the project is marked as unfinished: if this process is killed, or another one
        reconciles first, the tips may have moved away from what the parts hold (``finish``).
        """
        buffered = done = ended = 0
        repository, context = self._project.repository, self._context
        batches = [oids[start : start + BATCH] for start in range(0, len(oids), BATCH)]
        for batch, changes in zip(batches, computed_ahead(repository.changes, batches, jobs), strict=True):
            for entry in commit_records.commit_entries(repository, context, batch, changes, is_live):
                if isinstance(entry, CommitEntry):
                    if buffered == _FLUSH:
                        self.mark_unfinished()
                        self.flush()
                        buffered = 0
                    buffered += 1
                    done += 1
                    if progress and done % _STEP == 0:
                        progress(min(done, ended + len(batch)), len(oids))
                self.add(entry)
            ended += len(batch)
            done = ended
            if progress:
                progress(done, len(oids))

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
