"""The one function behind every door: bring the ledger into agreement with a repository.

Hooks, the pre-commit entry, backfill and every reading command call it. Running it twice changes nothing; a process
killed anywhere leaves either the old state or the new one (design, section 3).
"""

import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from tracker import attribution, keys
from tracker.attribution import other_tools
from tracker.errors import LedgerBusy, LedgerDamaged, Superseded
from tracker.history import cherry_picks, pushes
from tracker.history import rewrites as rewrites_
from tracker.history.changes import Known, Survey, read_known, recorded, survey
from tracker.ledger.entries import PresenceEntry, ProjectEntry, PushEntry
from tracker.ledger.tables import COMMITS, PROJECTS
from tracker.model import Event, Oid, Progress, ProjectId
from tracker.project.files import RECORD_REFS, REMOTE_REFS, ProjectFiles
from tracker.project.pending_grades import PendingGrade
from tracker.project.project import Project
from tracker.recording import assign_pending_grades, commit_records
from tracker.recording.batch_writer import Outcome, Recorder
from tracker.recording.commit_records import Circumstances
from tracker.records import CommitRecord
from tracker.reports import status_file
from tracker.text import escape_undecodable

_ATTEMPTS: Final = 20


def reconcile(
    project: Project, progress: Progress | None = None, *, look_around: bool = False, hurried: bool = False
) -> Outcome:
    """Record what is new, in one transaction for each batch of commits, and refresh status.json.

    ``look_around``: also find out which other repositories are away. A hook never does: a disk of theirs may hang.
    ``hurried``: git waits, so that agents' session stores are left for later.

    Raises NotTracked, RepositoryError, and the LedgerUnavailable errors; the spool keeps its events then.
    """
    notices: list[str] = []
    for _ in range(_ATTEMPTS):
        try:
            outcome = _reconcile_once(project, notices, progress, look_around=look_around, hurried=hurried)
        except Superseded:
            continue  # another process recorded meanwhile: look again
        except LedgerDamaged:
            if not project.ledger.recover():
                raise
            continue  # it was set aside: record into a new one what git and the spool know
        return outcome._replace(notices=(*notices, *project.ledger.notices))
    raise LedgerBusy("other processes keep recording in this repository: run 'agent-tracker sync' again.")


def _reconcile_once(
    project: Project, notices: list[str], progress: Progress | None, *, look_around: bool, hurried: bool
) -> Outcome:
    repository, ledger = project.repository, project.ledger
    gone = project.assure_ledger()
    if gone and not ledger.notices:  # unless it was just set aside, which has been said
        notices.append(gone)
    project_id = _own_identity(project, notices)
    # The spool is read before the tips: whatever an event saw made is then reachable, or named by the event.
    events, torn = project.spool.read()
    with ledger.read() as snapshot:
        known = read_known(snapshot, project_id)
    baseline = known.record.baseline if known.record else project.files.baseline()
    found = survey(repository, ledger, known, baseline, events)
    tools = other_tools.NOTHING if hurried else _tools_records(project, known, found)
    about = _circumstances(project, known, found, baseline, events, tools)
    asked = () if hurried else project.files.sessions_to_ask()
    if not hurried:
        about = about._replace(witnesses=commit_records.with_models(project, about, asked))
    rewrites = rewrites_.find(repository, ledger, known, found, events, about.foreign)
    pushed = pushes.find(repository, project.files.refs(REMOTE_REFS) if known.record and project.is_home else {})

    recorder = Recorder(project, about, known.generation)
    _see_project(recorder, project, known, found, baseline, about.now)
    if look_around:
        _see_others(recorder, project, project_id)
    recorder.commits(found.phantoms, lambda _: False)
    recorder.commits([*found.fresh, *found.unmeasured], lambda _: True, progress)
    recorder.evidence(about.told() - {*found.fresh, *found.phantoms})
    recorder.liveness(found.revived, live=True)
    recorder.liveness(found.died, live=False)
    recorder.rewrites(rewrites)
    recorder.tips(known, found)
    for oid in pushed.ends:
        recorder.add(PushEntry(project_id, oid))
    recorder.flush()
    joined = _join(project, recorder, project_id)

    if project.is_home:
        project.pending.remove(joined)
        project.files.note_refs(REMOTE_REFS, pushed.refs)
        if not hurried:
            project.files.note_refs(RECORD_REFS, tools.refs)
        project.files.note_sessions(commit_records.unasked(about) if hurried else (), asked)
        project.spool.remove(events)
        project.files.end_trouble()
    project.note_mode()
    project.note_agent()
    project.note_ledger()
    publish(project, project_id, events)
    waiting = project.spool.count()
    return Outcome(recorder.recorded, found.met, waiting, recorder.set_aside + len(torn), len(rewrites))


def publish(project: Project, project_id: ProjectId, events: Sequence[Event] = ()) -> None:
    """Refresh the status files, unless another ledger was named for this call: they show the project's own.

    Raises the LedgerUnavailable errors.
    """
    if project.is_home:
        policy = project.settings.policy
        status_file.export(project.repository, project.ledger, project.files, project.rules, policy, project_id, events)


def _own_identity(project: Project, notices: list[str]) -> ProjectId:
    """The project's id; a copied folder, whose original is alive elsewhere, gets a new one. Raises NotTracked."""
    project_id = project.files.id()
    here = escape_undecodable(str(project.repository.common_dir))
    with project.ledger.read() as snapshot:
        record = read_known(snapshot, project_id).record
    for path in record.paths if record else ():
        if path != here and ProjectFiles(Path(path)).find_id() == project_id:
            notices.append(f"this repository is a copy of {path}: it is a project of its own now.")
            return project.files.rename()
    return project_id


def _tools_records(project: Project, known: Known, found: Survey) -> other_tools.Found:
    def here(oids: Sequence[Oid]) -> set[Oid]:
        return recorded(project.ledger, known.project, oids)

    before = project.files.refs(RECORD_REFS) if known.record else {}
    return other_tools.find(project.repository, [*found.fresh, *found.phantoms], before, project.rules, here)


def _join(project: Project, recorder: Recorder, project_id: ProjectId) -> Collection[PendingGrade]:
    """Give the grades that waited to their commits, which are recorded now; with another ledger they wait on."""
    waiting = project.pending.read() if project.is_home else []

    def records_of(oids: Sequence[Oid]) -> dict[Oid, CommitRecord]:
        with project.ledger.read() as snapshot:
            found = ((oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in oids)
            return {oid: record for oid, record in found if record is not None}

    joined = assign_pending_grades.find(project.repository, waiting, records_of, project.rules)
    for grade, oid in joined.items():
        recorder.add(assign_pending_grades.entry(project_id, grade, oid))
    recorder.flush()
    return joined


def _circumstances(
    project: Project,
    known: Known,
    found: Survey,
    baseline: Sequence[Oid],
    events: Sequence[Event],
    tools: other_tools.Found,
) -> Circumstances:
    repository, settings = project.repository, project.settings
    named = sorted({event.head for event in events if event.head})
    commits = {commit.oid: commit for commit in repository.commits(named)}
    rules = project.rules
    config = attribution.evidence_from_config(settings.agent, settings.model, rules)
    seen = commit_records.witnesses(commits, events, config, rules)
    new = [*found.fresh, *found.phantoms]
    before = () if found.anew else {*known.tips.values(), *baseline}  # looked at anew, they may reach what is new
    foreign = commit_records.foreign_commits(repository, [*new, *found.unmeasured], before)
    copied = cherry_picks.find(repository, new, events, commits)
    now = int(time.time())
    return commit_records.circumstances(
        repository, known.project, rules, foreign, seen, copied, tools, "reconcile", now
    )


def _see_others(recorder: Recorder, project: Project, project_id: ProjectId) -> None:
    """Buffer which other repositories went away since somebody looked, or came back: a clone that was thrown away."""
    with project.ledger.read() as snapshot:
        others = [(keys.project_of(key), record) for key, record in snapshot.scan(PROJECTS)]
    for other, record in others:
        try:
            away = other != project_id and ProjectFiles(Path(record.paths[0])).find_id() != other
        except OSError:
            continue  # whoever may not look there cannot tell
        if away != record.away:
            recorder.add(PresenceEntry(other, away))


def _see_project(
    recorder: Recorder, project: Project, known: Known, found: Survey, baseline: Sequence[Oid], now: int
) -> None:
    """Buffer the project itself, where it is new, has moved, or its remotes or history marks changed."""
    repository, record = project.repository, known.record
    path = escape_undecodable(str(repository.common_dir))
    name = escape_undecodable((repository.work_tree or repository.common_dir).name)
    if path.endswith("/.git"):
        name = Path(path).parent.name  # the main work tree's, whichever worktree this runs in
    remotes = tuple(repository.remotes())
    if record is None:
        format_, base = repository.object_format, tuple(baseline)
        entry = ProjectEntry(known.project, path, name, remotes, format_, base, now, found.history)
    elif record.away or (record.paths[0], record.name, record.remotes, record.history) != (
        path, name, remotes, found.history,
    ):  # fmt: skip
        entry = ProjectEntry(known.project, path, name, remotes, record.object_format, None, now, found.history)
    else:
        return
    recorder.add(entry)
