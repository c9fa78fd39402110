"""Recording history that is older than the hooks: the same pipeline with the baseline set back to the beginning."""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker import keys, lineage
from tracker.attribution import other_tools
from tracker.errors import LedgerBusy, Superseded, UsageError
from tracker.git import Repository
from tracker.history import pushes
from tracker.history.changes import Known, read_known
from tracker.ledger.entries import ForgetEntry, ProjectEntry, PushEntry
from tracker.ledger.tables import BUGS, COMMITS
from tracker.model import Oid, Progress, ProjectId
from tracker.project.files import RECORD_REFS
from tracker.project.project import Project
from tracker.recording import commit_records
from tracker.recording.batch_writer import BATCH, Outcome, Recorder
from tracker.recording.commit_records import Circumstances
from tracker.recording.reconcile import publish, reconcile

_ATTEMPTS: Final = 20


def backfill(
    project: Project,
    revisions: Sequence[str] = (),
    since: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Record everything reachable that the ledger does not hold yet, oldest first, in batches.

    ``revisions``: only what these reach (any revision that git understands). ``since``: only commits committed after
    that date, as git reads dates. Without either, whatever is reached later is recorded too. Resumable: what a killed
    backfill flushed is known to the next. Raises what ``reconcile`` raises.
    """
    _check_date(project, since)
    before = reconcile(project)
    wanted, fresh, unmeasured, known = _missing(project, revisions, since)
    about = _circumstances(project, known, fresh, unmeasured)
    reachable = set(project.repository.walk(set(known.tips.values()))) if revisions else set(wanted)
    recorder = Recorder(project, about, None)
    recorder.commits([*fresh, *unmeasured], reachable.__contains__, progress)
    for oid in pushes.find(project.repository, {}).ends & {*fresh}:
        recorder.add(PushEntry(known.project, oid))
    recorder.flush()
    whole = not revisions and since is None
    if whole and project.is_home:
        project.files.set_backfilled(whole=True)
    _conclude(project, known, about, fresh, () if whole else None)
    publish(project, known.project)
    return before._replace(
        recorded=before.recorded + recorder.recorded,
        already_known=len(wanted) - len(fresh),
        set_aside=before.set_aside + recorder.set_aside,
    )


def preview(project: Project, revisions: Sequence[str] = (), since: str | None = None) -> Outcome:
    """What a backfill would record, without recording anything; also of a repository that is not tracked yet."""
    _check_date(project, since)
    project.assure_ledger()
    missing = _missing(project, revisions, since)
    return Outcome(len(missing.fresh), len(missing.wanted) - len(missing.fresh), project.spool.count())


def undoable(project: Project) -> tuple[int, int]:
    """How many commits ``undo`` would take back, and how many would stay because they were graded."""
    forgotten, kept = _backfilled(project)
    return len(forgotten), len(kept)


def undo(project: Project, progress: Progress | None = None) -> tuple[int, int]:
    """Take back what backfills recorded; the number of commits forgotten, and of those that stay for their grades."""
    reconcile(project)
    forgotten, kept = _backfilled(project)
    with project.ledger.read() as snapshot:
        known = read_known(snapshot, project.files.id())
    about = _circumstances(project, known, (), ())
    recorder = Recorder(project, about, None)
    if project.is_home:
        project.files.set_backfilled(whole=False)
    for start in range(0, len(forgotten), BATCH):
        for oid in forgotten[start : start + BATCH]:
            recorder.add(ForgetEntry(known.project, oid))
        recorder.flush()
        if progress:
            progress(min(start + BATCH, len(forgotten)), len(forgotten))
    _conclude(project, known, about, (), project.files.first_baseline())
    publish(project, known.project)
    return len(forgotten), len(kept)


def _backfilled(project: Project) -> tuple[list[Oid], list[Oid]]:
    """The commits that only a backfill knows: those of which nothing was said, and those that stay for what was."""
    project_id = project.files.id()
    with project.ledger.read() as snapshot:
        charged = {bug.oid for _, bug in snapshot.scan(BUGS)}
        found = [
            (keys.oid_of(key), lineage.is_spoken_of(record) or keys.oid_of(key) in charged)
            for key, record in snapshot.scan(COMMITS, keys.project(project_id))
            if record.learnt == "backfill"
        ]
    return [oid for oid, graded in found if not graded], [oid for oid, graded in found if graded]


def _check_date(project: Project, since: str | None) -> None:
    if since is not None and project.repository.moment(since) >= int(time.time()) - 1:
        raise UsageError(f"'{since}' is no date in the past that git can read: write 2026-01-31 or '2 weeks ago'.")


def _asked(repository: Repository, revisions: Sequence[str]) -> tuple[list[Oid], list[Oid]] | None:
    return repository.resolve(revisions) if revisions else None


class _Missing(NamedTuple):
    """What was asked for, what of it the ledger does not hold, or holds without statistics, and what it knows."""

    wanted: Sequence[Oid]
    fresh: Sequence[Oid]
    unmeasured: Sequence[Oid]
    known: Known


def _missing(project: Project, revisions: Sequence[str], since: str | None) -> _Missing:
    repository, project_id = project.repository, project.files.find_id()
    if project_id is None:  # only a preview comes here
        include, exclude = _asked(repository, revisions) or (sorted({*repository.tips().values()}), [])
        wanted = repository.walk(include, exclude, since=since)
        return _Missing(wanted, wanted, (), Known(ProjectId(""), None, {}))
    with project.ledger.read() as snapshot:
        known = read_known(snapshot, project_id)
    tips = sorted({*(known.tips or repository.tips()).values()})
    include, exclude = _asked(repository, revisions) or (tips, [])
    wanted = repository.walk(include, exclude, since=since)
    with project.ledger.read() as snapshot:
        records = [(oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in wanted]
    fresh = [oid for oid, record in records if record is None]
    unmeasured = [oid for oid, record in records if record is not None and record.files is None]
    return _Missing(wanted, fresh, unmeasured, known)


def _circumstances(project: Project, known: Known, fresh: Sequence[Oid], unmeasured: Sequence[Oid]) -> Circumstances:
    foreign = commit_records.foreign_commits(project.repository, [*fresh, *unmeasured], ())
    rules, now = project.rules, int(time.time())
    told = other_tools.find(project.repository, fresh, project.files.refs(RECORD_REFS), rules, lambda _: ())
    return commit_records.circumstances(
        project.repository, known.project, rules, foreign, {}, {}, told, "backfill", now
    )


def _conclude(
    project: Project, began: Known, about: Circumstances, fresh: Sequence[Oid], baseline: Sequence[Oid] | None
) -> None:
    """Set the baseline, and mark what ceased to be reachable while the batches were written.

    Advancing the project's generation makes a reconcile that began before the last batch look again.
    """
    repository, project_id = project.repository, began.project
    for _ in range(_ATTEMPTS):
        with project.ledger.read() as snapshot:
            known = read_known(snapshot, project_id)
        gone = {*began.tips.values()} - {*known.tips.values()}
        lost = set(repository.walk(gone, known.tips.values())) & set(fresh) if gone else set()
        recorder = Recorder(project, about, known.generation)
        recorder.liveness(sorted(lost), live=False)
        record = known.record
        if record is not None:
            path, name, remotes = record.paths[0], record.name, record.remotes
            new = None if baseline is None else tuple(baseline)
            recorder.add(ProjectEntry(project_id, path, name, remotes, record.object_format, new, about.now))
        try:
            recorder.flush()
        except Superseded:
            continue
        return
    raise LedgerBusy("other processes keep recording in this repository: run the backfill again.")
