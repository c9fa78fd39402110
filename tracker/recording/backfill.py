"""Record history that is older than the hooks: the same pipeline with the baseline set back to the beginning."""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker import keys, lineage
from tracker.attribution import other_tools
from tracker.attribution.unread_sources import UnreadSources
from tracker.errors import LedgerBusy, Superseded
from tracker.git.oid_list import OidList, Parts
from tracker.history.pushes import find_pushes
from tracker.history.recorded_state import RecordedState, read_recorded_state
from tracker.ledger.commits import scan_commits
from tracker.ledger.entries import ForgetEntry, ProjectEntry, PushEntry, UnfinishedEntry
from tracker.ledger.tables import BUGS, COMMITS
from tracker.model import Oid, Progress, ProjectId
from tracker.project.project import Project
from tracker.project.read_marks import RECORD_REFS
from tracker.recording.batch_writer import BATCH, BatchWriter
from tracker.recording.context import RecordingContext
from tracker.recording.history_branches import read_evidence
from tracker.recording.origins import read_origins_of_history
from tracker.recording.reconcile import RecordingResult, reconcile, refresh_status

_AT_ONCE: Final = 5000
"""Commits that are looked up in one transaction."""

_MAX_ATTEMPTS: Final = 20
"""Attempts to set the baseline before giving up because other processes keep recording."""


def backfill(
    project: Project,
    revisions: Sequence[str] = (),
    since: int | None = None,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> RecordingResult:
    """Record all reachable commits that the ledger does not hold yet, oldest first, in batches.

    ``revisions``: only what these reach (any revision that git understands). ``since``: only commits committed after
    that date, as git reads dates. Without either, commits below the baseline that become reachable later are recorded
    too. ``jobs``: processes of git at a time, by default as many as there are processors. Resumable: the batches of a
    killed backfill are known to the next one.

    Raises UsageError when git cannot read the date, and what ``reconcile`` raises.
    """
    before = reconcile(project, look_around=True)
    missing = _missing(project, revisions, since)
    with project.files.backfill_lock().hold(0.0):
        writer = _write(project, missing, progress, jobs, is_whole=not revisions and since is None)
    after = reconcile(project)  # compares what was recorded meanwhile with what is reachable now
    return before._replace(
        recorded=before.recorded + writer.recorded,
        already_known=missing.wanted - len(missing.fresh),
        set_aside=before.set_aside + writer.set_aside,
        notices=(*before.notices, *after.notices),
    )


def preview(project: Project, revisions: Sequence[str] = (), since: int | None = None) -> RecordingResult:
    """Return what a backfill would record, without recording anything; the repository need not be tracked.

    Raises UsageError when git cannot read the date, RepositoryError and the LedgerUnavailable errors.
    """
    project.check_ledger()
    missing = _missing(project, revisions, since)
    return RecordingResult(len(missing.fresh), missing.wanted - len(missing.fresh), project.spool.count())


def count_undoable(project: Project) -> tuple[int, int]:
    """Return how many commits ``undo`` would forget, and how many it would keep because they have feedback.

    Raises NotTracked and the LedgerUnavailable errors.
    """
    forgotten, kept = _backfilled(project)
    return len(forgotten), len(kept)


def undo(project: Project, progress: Progress | None = None) -> tuple[int, int]:
    """Forget what backfills recorded; return the number of commits forgotten, and of those kept for their feedback.

    Raises what ``reconcile`` raises.
    """
    reconcile(project)
    forgotten, kept = _backfilled(project)
    with project.ledger.read() as snapshot:
        known = read_recorded_state(snapshot, project.files.id())
    context = _context(project, _Missing(known))
    writer = BatchWriter(project, context, None)
    if project.is_own_ledger:
        project.files.set_backfilled(whole=False)
    for start in range(0, len(forgotten), BATCH):
        for oid in forgotten[start : start + BATCH]:
            writer.add(ForgetEntry(known.project_id, oid))
        writer.flush()
        if progress:
            progress(min(start + BATCH, len(forgotten)), len(forgotten))
    _conclude(project, known, context, project.files.first_baseline(), has_written=False)
    refresh_status(project, known.project_id)
    return len(forgotten), len(kept)


def _backfilled(project: Project) -> tuple[list[Oid], list[Oid]]:
    """Return the commits that only a backfill recorded: those without feedback, and those with a grade or a bug."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        charged = {bug.oid for _, bug in snapshot.scan(BUGS)}
        found = [
            (oid, oid in charged or lineage.has_feedback(lineage.all_evidence(commit), commit.standing))
            for (_, oid), commit in scan_commits(snapshot, project_id)
            if commit.facts.learnt == "backfill"
        ]
    return [oid for oid, is_kept in found if not is_kept], [oid for oid, is_kept in found if is_kept]


class _Missing(NamedTuple):
    """The commits that a backfill is to record, parents first.

    ``known``: the state of the project when they were looked for. ``tips``: commits that reach all of them. ``wanted``:
    how many were asked for. ``fresh``: those of them that are not recorded. ``unmeasured``: those that are recorded
    without diff statistics. ``unreachable``: those that no recorded tip reaches.
    """

    known: RecordedState
    tips: Sequence[Oid] = ()
    wanted: int = 0
    fresh: Sequence[Oid] = ()
    unmeasured: Sequence[Oid] = ()
    unreachable: frozenset[Oid] = frozenset()


def _missing(project: Project, revisions: Sequence[str], since: int | None) -> _Missing:
    """Return the commits to record. A repository that is not tracked, which only a preview may have, lacks all.

    Without revisions they are those that the recorded tips reach, or the present ones if there are none.
    """
    repository, project_id = project.repository, project.files.find_id()
    known = RecordedState(ProjectId(""), None, {})
    if project_id is not None:
        with project.ledger.read() as snapshot:
            known = read_recorded_state(snapshot, project_id)
    tips = sorted({*(known.tips or repository.tips()).values()})
    unreachable = frozenset[Oid]()
    if not revisions:
        wanted = repository.walk_all(tips, since)
    else:
        include, exclude = repository.resolve(revisions)
        wanted = (
            OidList(repository.walk(include, exclude, since=since)) if exclude else repository.walk_all(include, since)
        )
        unreachable, tips = frozenset(repository.walk(include, [*exclude, *tips])), include
    if project_id is None:
        return _Missing(known, tips, len(wanted), wanted)
    fresh, unmeasured = _not_recorded(project, project_id, wanted)
    return _Missing(known, tips, len(wanted), fresh, unmeasured, unreachable)


def _not_recorded(project: Project, project_id: ProjectId, oids: OidList) -> tuple[OidList, OidList]:
    """Return the commits that are not recorded, and those that are recorded without diff statistics."""
    fresh, unmeasured = OidList(), OidList()
    with project.ledger.read() as snapshot:
        if next(snapshot.keys(COMMITS, keys.project(project_id)), None) is None:
            return oids, unmeasured
    for part in Parts(_AT_ONCE, oids):
        with project.ledger.read() as snapshot:  # for each part anew, so that the part of the file in memory is small
            for oid in part:
                record = snapshot.get(COMMITS, keys.commit(project_id, oid))
                if record is None:
                    fresh.append(oid)
                elif record.files is None:
                    unmeasured.append(oid)
    return fresh, unmeasured


def _context(project: Project, missing: _Missing) -> RecordingContext:
    """Read what the entries of a backfill's commits need from outside the commits; there are no events."""
    repository, catalogue, unread, fresh = project.repository, project.catalogue, UnreadSources(), missing.fresh
    return RecordingContext(
        project_id=missing.known.project_id,
        catalogue=catalogue,
        events={},
        origins=read_origins_of_history(repository, missing.tips if fresh or missing.unmeasured else ()),
        copies={},
        tools=other_tools.read_tool_evidence(
            repository, fresh, project.files.read_marks.remembered_refs(RECORD_REFS), catalogue, lambda _: (), unread
        ),
        learnt_by="backfill",
        unread=unread,
        now=int(time.time()),
        branches=read_evidence(repository, catalogue, unread) if fresh else {},
    )


def _write(
    project: Project, missing: _Missing, progress: Progress | None, jobs: int | None, *, is_whole: bool
) -> BatchWriter:
    """Write the missing commits, and the baseline if that is all of the history; return the writer."""
    context, fresh = _context(project, missing), missing.fresh
    writer = BatchWriter(project, context, None)
    if fresh:
        writer.mark_unfinished()
    writer.add_commits(fresh, lambda oid: oid not in missing.unreachable, progress, jobs, missing.unmeasured)
    ends = find_pushes(project.repository, {}, project.recording_places).ends
    for oid in [oid for oid in fresh if oid in ends] if ends else ():
        writer.add(PushEntry(context.project_id, oid, to_this_machine=not ends[oid]))
    writer.flush()
    if is_whole and project.is_own_ledger:
        project.files.set_backfilled(whole=True)
    has_written = bool(fresh or missing.unmeasured)
    _conclude(project, missing.known, context, () if is_whole else None, has_written=has_written)
    return writer


def _conclude(
    project: Project,
    before: RecordedState,
    context: RecordingContext,
    baseline: Sequence[Oid] | None,
    *,
    has_written: bool,
) -> None:
    """Set the baseline; None leaves it. ``before``: the state from which it follows which commits were written as live.

    If other processes have reconciled since then, ``has_written`` has the next reconcile compare all commits with what
    is reachable: another one may have taken the mark for that back without having seen the last batch. Advancing the
    project's generation makes a reconcile that began before the last batch compare again. Raises LedgerBusy when other
    processes keep recording, and the other LedgerUnavailable errors.
    """
    project_id = before.project_id
    for _ in range(_MAX_ATTEMPTS):
        with project.ledger.read() as snapshot:
            known = read_recorded_state(snapshot, project_id)
        writer = BatchWriter(project, context, known.generation)
        record = known.record
        if record is not None:
            path, name, remotes = record.paths[0], record.name, record.remotes
            new = None if baseline is None else tuple(baseline)
            writer.add(ProjectEntry(project_id, path, name, remotes, record.object_format, new, context.now))
            if has_written:
                writer.add(UnfinishedEntry(project_id, unfinished=known.generation != before.generation))
        try:
            writer.flush()
        except Superseded:
            continue
        return
    raise LedgerBusy("other processes keep recording in this repository: run the backfill again.")
