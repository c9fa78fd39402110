"""Recording history that is older than the hooks: the same pipeline with the baseline set back to the beginning."""

import time
from collections.abc import Sequence
from typing import Final

from tracker import catalogue, keys, recording
from tracker.entries import ForgetEntry, ProjectEntry
from tracker.errors import LedgerBusy, Superseded, UsageError
from tracker.ledger.tables import COMMITS
from tracker.model import Oid, Progress, ProjectId
from tracker.reconcile import publish, reconcile
from tracker.recorder import BATCH, Outcome, Recorder
from tracker.recording import Circumstances
from tracker.session import Session
from tracker.survey import Known, read_known

_ATTEMPTS: Final = 20


def backfill(
    session: Session,
    revisions: Sequence[str] = (),
    since: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Record everything reachable that the ledger does not hold yet, oldest first, in batches.

    ``revisions``: only what these reach (any revision that git understands). ``since``: only commits committed after
    that date, as git reads dates. Without either, whatever is reached later is recorded too. Resumable: what a killed
    backfill flushed is known to the next. Raises what ``reconcile`` raises.
    """
    _check_date(session, since)
    before = reconcile(session)
    wanted, fresh, known = _missing(session, revisions, since)
    about = _circumstances(session, known, fresh)
    reachable = set(session.repository.walk(set(known.tips.values()))) if revisions else set(wanted)
    recorder = Recorder(session, about, None)
    recorder.commits(fresh, reachable.__contains__, progress)
    recorder.flush()
    whole = not revisions and since is None
    if whole:
        session.files.set_backfilled(whole=True)
    _conclude(session, known, about, fresh, () if whole else None)
    publish(session, known.project)
    return before._replace(
        recorded=before.recorded + recorder.recorded,
        already_known=len(wanted) - len(fresh),
        set_aside=before.set_aside + recorder.set_aside,
    )


def preview(session: Session, revisions: Sequence[str] = (), since: str | None = None) -> Outcome:
    """What a backfill would record, without recording anything; also of a repository that is not tracked yet."""
    _check_date(session, since)
    wanted, fresh, _ = _missing(session, revisions, since)
    return Outcome(len(fresh), len(wanted) - len(fresh), session.spool.count())


def undoable(session: Session) -> tuple[int, int]:
    """How many commits ``undo`` would take back, and how many would stay because they were graded."""
    forgotten, kept = _backfilled(session)
    return len(forgotten), len(kept)


def undo(session: Session, progress: Progress | None = None) -> tuple[int, int]:
    """Take back what backfills recorded; the number of commits forgotten, and of those that stay for their grades."""
    reconcile(session)
    forgotten, kept = _backfilled(session)
    with session.ledger.read() as snapshot:
        known = read_known(snapshot, session.files.id())
    about = _circumstances(session, known, ())
    recorder = Recorder(session, about, None)
    session.files.set_backfilled(whole=False)
    for start in range(0, len(forgotten), BATCH):
        for oid in forgotten[start : start + BATCH]:
            recorder.add(ForgetEntry(known.project, oid))
        recorder.flush()
        if progress:
            progress(min(start + BATCH, len(forgotten)), len(forgotten))
    _conclude(session, known, about, (), session.files.first_baseline())
    publish(session, known.project)
    return len(forgotten), len(kept)


def _backfilled(session: Session) -> tuple[list[Oid], list[Oid]]:
    """The commits that only a backfill knows, without and with a grade."""
    with session.ledger.read() as snapshot:
        found = [
            (keys.oid_of(key), record.agent_grade is not None or record.user_grade is not None)
            for key, record in snapshot.scan(COMMITS, keys.project(session.files.id()))
            if record.learnt == "backfill"
        ]
    return [oid for oid, graded in found if not graded], [oid for oid, graded in found if graded]


def _check_date(session: Session, since: str | None) -> None:
    if since is not None and session.repository.moment(since) >= int(time.time()) - 1:
        raise UsageError(f"'{since}' is no date in the past that git can read: write 2026-01-31 or '2 weeks ago'.")


def _missing(
    session: Session, revisions: Sequence[str], since: str | None
) -> tuple[Sequence[Oid], Sequence[Oid], Known]:
    """What was asked for, what of it the ledger does not hold, and what the ledger knows of the project."""
    repository, project = session.repository, session.files.find_id()
    if project is None:  # only a preview comes here
        wanted = repository.walk(repository.resolve(revisions) or sorted({*repository.tips().values()}), since=since)
        return wanted, wanted, Known(ProjectId(""), None, {})
    with session.ledger.read() as snapshot:
        known = read_known(snapshot, project)
    tips = repository.resolve(revisions) if revisions else sorted({*(known.tips or repository.tips()).values()})
    wanted = repository.walk(tips, since=since)
    with session.ledger.read() as snapshot:
        fresh = [oid for oid in wanted if snapshot.get(COMMITS, keys.commit(project, oid)) is None]
    return wanted, fresh, known


def _circumstances(session: Session, known: Known, fresh: Sequence[Oid]) -> Circumstances:
    foreign = recording.foreign_commits(session.repository, fresh, ())
    rules, now = catalogue.load(), int(time.time())
    return recording.circumstances(session.repository, known.project, rules, foreign, {}, "backfill", now)


def _conclude(
    session: Session, began: Known, about: Circumstances, fresh: Sequence[Oid], baseline: Sequence[Oid] | None
) -> None:
    """Set the baseline, and mark what ceased to be reachable while the batches were written.

    Advancing the project's generation makes a reconcile that began before the last batch look again.
    """
    repository, project = session.repository, began.project
    for _ in range(_ATTEMPTS):
        with session.ledger.read() as snapshot:
            known = read_known(snapshot, project)
        gone = {*began.tips.values()} - {*known.tips.values()}
        lost = set(repository.walk(gone, known.tips.values())) & set(fresh) if gone else set()
        recorder = Recorder(session, about, known.generation)
        recorder.liveness(sorted(lost), live=False)
        record = known.record
        if record is not None:
            path, name, remotes = record.paths[0], record.name, record.remotes
            new = None if baseline is None else tuple(baseline)
            recorder.add(ProjectEntry(project, path, name, remotes, record.object_format, new, about.now))
        try:
            recorder.flush()
        except Superseded:
            continue
        return
    raise LedgerBusy("other processes keep recording in this repository: run the backfill again.")
