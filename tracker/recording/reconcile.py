"""Reconcile: bring the ledger into agreement with a repository. Every way of recording calls this function.

Hooks, the pre-commit framework, backfill and every reading command call it. Running it twice changes nothing; a process
killed at any point leaves the old state or the new one (docs/architecture.md).
"""

import contextlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker.attribution import other_tools
from tracker.errors import LedgerBusy, LedgerDamaged, Superseded
from tracker.history.changes import Changes, detect_changes
from tracker.history.elsewhere import Elsewhere
from tracker.history.pushes import Pushes, find_pushes
from tracker.history.rewrites import Rewrites, Sources, find_rewrites
from tracker.ledger.entries import PushEntry
from tracker.model import Event, Oid, Progress, ProjectId
from tracker.project.project import Project
from tracker.project.read_marks import RECORD_REFS, REMOTE_REFS
from tracker.recording import assign_pending_grades
from tracker.recording.batch_writer import BatchWriter
from tracker.recording.context import RecordingContext
from tracker.recording.event_evidence import named_sessions
from tracker.recording.inputs import Inputs, read_inputs
from tracker.recording.origins import Origins, read_origins
from tracker.recording.project_entries import own_project_id, presence_entries, project_entry
from tracker.recording.read_context import read_context
from tracker.reports import status_file, waiting_commits

_MAX_ATTEMPTS: Final = 20
"""Attempts before reconcile gives up because other processes keep recording in the same repository."""


class RecordingResult(NamedTuple):
    """The result of a reconcile or backfill, as numbers.

    ``recorded`` and ``already_known``: commits. ``spooled``: events that still wait. ``set_aside``: entries and events
    that could not be used. ``claims``: claims of rewrites that were found. ``notices``: sentences for the user, such as
    damage that was set aside or a copied repository.
    """

    recorded: int = 0
    already_known: int = 0
    spooled: int = 0
    set_aside: int = 0
    claims: int = 0
    notices: tuple[str, ...] = ()


def reconcile(
    project: Project, progress: Progress | None = None, *, look_around: bool = False, git_waits: bool = False
) -> RecordingResult:
    """Record what is new, one transaction for each batch of commits, and refresh status.json.

    ``look_around``: check also which other projects' repositories are gone. A hook never does, because a disk of theirs
    may hang. ``git_waits``: git waits for this process, so agents' session logs and other tools' records are not read.

    Raises NotTracked, RepositoryError, OSError, and the LedgerUnavailable errors; the spool keeps its events then.
    """
    with project.ledger.kept_open():
        return _reconcile_until_done(project, progress, look_around=look_around, git_waits=git_waits)


def _reconcile_until_done(
    project: Project, progress: Progress | None, *, look_around: bool, git_waits: bool
) -> RecordingResult:
    """Reconcile again while other processes reconcile the same project meanwhile. Raises what ``reconcile`` raises."""
    notices: list[str] = []
    for _ in range(_MAX_ATTEMPTS):
        try:
            outcome = _reconcile_once(project, notices, progress, look_around=look_around, git_waits=git_waits)
        except Superseded:
            continue  # another process recorded meanwhile: compare again
        except LedgerDamaged:
            if not project.ledger.recover():
                raise
            continue  # it was set aside: record again what git and the spool hold
        return outcome._replace(notices=(*notices, *project.ledger.take_notices()))
    raise LedgerBusy("other processes keep recording in this repository: run 'agent-tracker sync' again.")


class _Found(NamedTuple):
    """Everything that one attempt is about to write."""

    inputs: Inputs
    changes: Changes
    context: RecordingContext
    rewrites: Rewrites
    pushes: Pushes


def _reconcile_once(
    project: Project, notices: list[str], progress: Progress | None, *, look_around: bool, git_waits: bool
) -> RecordingResult:
    """Reconcile in one attempt. Raises Superseded if another process reconciled the project meanwhile."""
    gone = project.check_ledger()
    if gone and not project.ledger.notices:  # a ledger that was just set aside has its own notice
        notices.append(gone)
    project_id = own_project_id(project, notices)
    inputs = read_inputs(project, project_id, git_waits=git_waits)
    with project.repository.one_look(other_tools.REFS):
        found = _find(project, inputs, git_waits=git_waits)
    writer = BatchWriter(project, found.context, found.inputs.known.generation)
    _write(project, writer, found, progress, look_around=look_around)
    assigned = assign_pending_grades.assign(project, writer, project_id)
    if project.is_own_ledger:
        project.pending_grades.remove(assigned)
        _finish_events(project, found, git_waits=git_waits)
    project.store_mode()
    project.store_agent_configured()
    project.store_ledger_folder()
    refresh_status(project, project_id, found.inputs.events)
    set_aside = writer.set_aside + found.inputs.damaged
    waiting = project.spool.count()
    return RecordingResult(writer.recorded, found.changes.already_known, waiting, set_aside, len(found.rewrites.claims))


def _find(project: Project, inputs: Inputs, *, git_waits: bool) -> _Found:
    """Compare the repository with the recorded state and work out what is to be written."""
    repository, ledger, known, events = project.repository, project.ledger, inputs.known, inputs.events
    changes = detect_changes(repository, ledger, known, inputs.begin, events)
    new = [*changes.fresh, *changes.unreachable, *changes.unmeasured]
    # If everything is examined, old tips may reach new commits, so they do not bound the walk.
    excluded = () if changes.history_changed else {*known.tips.values(), *inputs.begin.baseline}
    origins = read_origins(repository, new, excluded)
    foreign = [oid for oid in new if oid in origins.foreign]
    elsewhere = _elsewhere(project, inputs, origins, foreign)
    context = read_context(project, inputs, changes, origins, elsewhere, git_waits=git_waits)
    fetched = frozenset(
        commit.oid
        for commit in repository.commits(foreign)
        if origins.origin(commit, has_event=bool(context.hook(commit.oid))) == "fetched"
    )
    sources = Sources(events, inputs.tool_map, elsewhere, fetched, context.copies)
    rewrites = find_rewrites(repository, ledger, known, changes, sources)
    remembered = project.files.read_marks.remembered_refs(REMOTE_REFS) if known.record and project.is_own_ledger else {}
    return _Found(inputs, changes, context, rewrites, find_pushes(repository, remembered, project.recording_places))


def _elsewhere(project: Project, inputs: Inputs, origins: Origins, foreign: Sequence[Oid]) -> Elsewhere:
    """Return the commits that came from elsewhere."""
    made_here = origins.made_here | {one.head for one in inputs.events if one.head and one.hook == "post-commit"}
    return Elsewhere(project.ledger, inputs.known.project_id, foreign, made_here)


def _write(
    project: Project, writer: BatchWriter, found: _Found, progress: Progress | None, *, look_around: bool
) -> None:
    """Write the project, claims about its commits, commits, evidence and tips.

    The claims are in the first transaction: a later attempt would not find those about commits that this one recorded
    before it was killed. The positions in reflogs, the tips, and what else decides what is reachable are in the last
    one, so that a later attempt begins where this one did.
    """
    known, changes, context = found.inputs.known, found.changes, found.context
    own = project_entry(project, known, changes, found.inputs.begin.baseline, context.now)
    if own is not None:
        writer.add(own if known.record is None else own._replace(history=None))
    for entry in presence_entries(project, known.project_id) if look_around else ():
        writer.add(entry)
    writer.add_claims(found.rewrites.claims)
    writer.add_commits(changes.unreachable, lambda _: False)
    writer.add_commits([*changes.fresh, *changes.unmeasured], lambda _: True, progress)
    writer.add_evidence(context.commits_with_evidence() - {*changes.fresh, *changes.unreachable})
    writer.add_liveness(changes.revived, live=True)
    writer.add_liveness(changes.died, live=False)
    writer.add_reflogs(found.rewrites.reflogs, changes.reflogs.gone)
    writer.add_tips(known, changes)
    for oid, is_elsewhere in found.pushes.ends.items():
        writer.add(PushEntry(known.project_id, oid, to_this_machine=not is_elsewhere))
    if own is not None:
        writer.add(own)
    writer.finish(was_unfinished=known.record is not None and known.record.unfinished)


def _finish_events(project: Project, found: _Found, *, git_waits: bool) -> None:
    """Remove the recorded events from the spool, and remember what was read of refs and session logs."""
    files, inputs, unread = project.files, found.inputs, found.context.unread
    files.read_marks.remember_refs(REMOTE_REFS, found.pushes.refs)
    if inputs.tool_map is not None:
        files.read_marks.remember_map_mark(inputs.tool_map.mark)
    if not git_waits:
        files.read_marks.remember_refs(RECORD_REFS, found.context.tools.refs)
    has_failed = files.read_marks.update_unread_sources(unread.tried, unread.failed)
    # A source that fails may be one that its program is writing: what it says of these commits is asked once more.
    files.read_marks.update_deferred_commits(_deferred(found) if git_waits or has_failed else (), inputs.deferred)
    project.spool.remove(inputs.events)
    files.rotate_error_log()


def _deferred(found: _Found) -> list[Oid]:
    """Return the commits of which other programs' files are to be read when git does not wait."""
    changes = found.changes
    return [*changes.fresh, *changes.unreachable, *(oid for oid, _ in named_sessions(found.context.events))]


def refresh_status(project: Project, project_id: ProjectId, events: Sequence[Event] = ()) -> None:
    """Refresh the status files and the hint, which show the project's own ledger and the score by the user's policy.

    Nothing is done if another ledger was named for this call, or a setting is wrong, which may be one of the policy.
    Raises the LedgerUnavailable errors.
    """
    if project.is_own_ledger and not project.setting_faults:
        repository, ledger, files, policy = project.repository, project.ledger, project.files, project.settings.policy
        status_file.export(repository, ledger, files, project.catalogue, policy, project_id, events)
        _refresh_hint(project, project_id)


def _refresh_hint(project: Project, project_id: ProjectId) -> None:
    """Tell the pre-push hook how many commits wait for the user's grade; skipped if the repository is read-only."""
    number = 0
    if project.settings.hints:
        with project.ledger.read() as snapshot:
            number = waiting_commits.count_waiting(snapshot, project_id)
    with contextlib.suppress(OSError):
        project.files.push_hint.set_number(number)
