"""Record history that is older than the hooks: the same pipeline with the baseline set back to the beginning."""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker import keys, lineage
from tracker.attribution import other_tools
from tracker.attribution.unread_sources import UnreadSources
from tracker.errors import LedgerBusy, Superseded
from tracker.git import Repository
from tracker.history.pushes import find_pushes
from tracker.history.recorded_state import RecordedState, read_recorded_state
from tracker.ledger.commits import scan_commits
from tracker.ledger.entries import ForgetEntry, ProjectEntry, PushEntry
from tracker.ledger.tables import BUGS, COMMITS
from tracker.model import Oid, Progress, ProjectId
from tracker.project.project import Project
from tracker.project.read_marks import RECORD_REFS
from tracker.recording.batch_writer import BATCH, BatchWriter
from tracker.recording.context import RecordingContext
from tracker.recording.history_branches import read_hints
from tracker.recording.origins import read_origins
from tracker.recording.reconcile import RecordingResult, reconcile, refresh_status

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
    wanted, fresh, unmeasured, known = _missing(project, revisions, since)
    context = _context(project, known, fresh, unmeasured)
    reachable = set(project.repository.walk(set(known.tips.values()))) if revisions else set(wanted)
    writer = BatchWriter(project, context, None)
    if fresh:
        writer.mark_unfinished()
    writer.add_commits([*fresh, *unmeasured], reachable.__contains__, progress, jobs)
    ends = find_pushes(project.repository, {}, project.recording_places).ends
    for oid in ends.keys() & {*fresh}:
        writer.add(PushEntry(known.project_id, oid, to_this_machine=not ends[oid]))
    writer.flush()
    whole = not revisions and since is None
    if whole and project.is_own_ledger:
        project.files.set_backfilled(whole=True)
    _conclude(project, known.project_id, context, () if whole else None, examine=bool(fresh))
    after = reconcile(project)  # compares all of it with what is reachable now
    return before._replace(
        recorded=before.recorded + writer.recorded,
        already_known=len(wanted) - len(fresh),
        set_aside=before.set_aside + writer.set_aside,
        notices=(*before.notices, *after.notices),
    )


def preview(project: Project, revisions: Sequence[str] = (), since: int | None = None) -> RecordingResult:
    """Return what a backfill would record, without recording anything; the repository need not be tracked.

    Raises UsageError when git cannot read the date, RepositoryError and the LedgerUnavailable errors.
    """
    project.check_ledger()
    missing = _missing(project, revisions, since)
    return RecordingResult(len(missing.fresh), len(missing.wanted) - len(missing.fresh), project.spool.count())


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
    context = _context(project, known, (), ())
    writer = BatchWriter(project, context, None)
    if project.is_own_ledger:
        project.files.set_backfilled(whole=False)
    for start in range(0, len(forgotten), BATCH):
        for oid in forgotten[start : start + BATCH]:
            writer.add(ForgetEntry(known.project_id, oid))
        writer.flush()
        if progress:
            progress(min(start + BATCH, len(forgotten)), len(forgotten))
    _conclude(project, known.project_id, context, project.files.first_baseline(), examine=False)
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

    ``wanted``: all that were asked for. ``fresh``: those that are not recorded. ``unmeasured``: those that are recorded
    without diff statistics.
    """

    wanted: Sequence[Oid]
    fresh: Sequence[Oid]
    unmeasured: Sequence[Oid]
    known: RecordedState


def _missing(project: Project, revisions: Sequence[str], since: int | None) -> _Missing:
    """Return the commits to record. A repository that is not tracked, which only a preview may have, lacks all."""
    repository, project_id = project.repository, project.files.find_id()
    if project_id is None:
        known = RecordedState(ProjectId(""), None, {})
        wanted = _wanted(repository, known, revisions, since)
        return _Missing(wanted, wanted, (), known)
    with project.ledger.read() as snapshot:
        known = read_recorded_state(snapshot, project_id)
    wanted = _wanted(repository, known, revisions, since)
    with project.ledger.read() as snapshot:
        records = [(oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in wanted]
    fresh = [oid for oid, record in records if record is None]
    unmeasured = [oid for oid, record in records if record is not None and record.files is None]
    return _Missing(wanted, fresh, unmeasured, known)


def _wanted(repository: Repository, known: RecordedState, revisions: Sequence[str], since: int | None) -> list[Oid]:
    """Return the commits that revisions reach, by default the recorded tips, or the present ones if there are none."""
    if revisions:
        include, exclude = repository.resolve(revisions)
        return repository.walk(include, exclude, since=since)
    return repository.walk(sorted({*(known.tips or repository.tips()).values()}), since=since)


def _context(
    project: Project, known: RecordedState, fresh: Sequence[Oid], unmeasured: Sequence[Oid]
) -> RecordingContext:
    """Read what the entries of a backfill's commits need from outside the commits; there are no events."""
    repository, catalogue, unread = project.repository, project.catalogue, UnreadSources()
    return RecordingContext(
        project_id=known.project_id,
        catalogue=catalogue,
        events={},
        origins=read_origins(repository, [*fresh, *unmeasured], ()),
        copies={},
        tools=other_tools.read_tool_evidence(
            repository, fresh, project.files.read_marks.remembered_refs(RECORD_REFS), catalogue, lambda _: (), unread
        ),
        learnt_by="backfill",
        unread=unread,
        now=int(time.time()),
        branches=read_hints(repository, catalogue, unread).evidence if fresh else {},
    )


def _conclude(
    project: Project,
    project_id: ProjectId,
    context: RecordingContext,
    baseline: Sequence[Oid] | None,
    *,
    examine: bool,
) -> None:
    """Set the baseline; None leaves it. ``examine``: the next reconcile compares all commits with what is reachable.

    Another process may have taken the mark for that back since, without having seen the last batch. Advancing the
    project's generation makes a reconcile that began before the last batch compare again. Raises LedgerBusy when other
    processes keep recording, and the other LedgerUnavailable errors.
    """
    for _ in range(_MAX_ATTEMPTS):
        with project.ledger.read() as snapshot:
            known = read_recorded_state(snapshot, project_id)
        writer = BatchWriter(project, context, known.generation)
        record = known.record
        if record is not None:
            path, name, remotes = record.paths[0], record.name, record.remotes
            new = None if baseline is None else tuple(baseline)
            writer.add(ProjectEntry(project_id, path, name, remotes, record.object_format, new, context.now))
            if examine:
                writer.mark_unfinished()
        try:
            writer.flush()
        except Superseded:
            continue
        return
    raise LedgerBusy("other processes keep recording in this repository: run the backfill again.")
