"""Grading commits: a rater's word on commits that are there, on one that is to come, and what was said so far.

Each word is an event of its own and stays; what holds is the last of each rater (design, section 4).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys, lineage, scoring
from tracker.attribution.ownership import is_own_work
from tracker.errors import TrackerError, UsageError
from tracker.feedback import corrections
from tracker.feedback.actor import Speaker, speak_for_user
from tracker.feedback_records import GradeRecord
from tracker.ledger import Snapshot, grade_history, totals
from tracker.ledger.buffer import buffered, tell
from tracker.ledger.entries import GRADES_TO_CHOOSE, GradeEntry
from tracker.ledger.tables import COMMITS
from tracker.lineage import contributions
from tracker.model import GradeValue, Oid, ProjectId, Rater, grade_named
from tracker.project import pending_grades
from tracker.project.pending_grades import PendingGrade
from tracker.project.project import Project
from tracker.recording.reconcile import publish
from tracker.records import CommitRecord
from tracker.reports import status
from tracker.scoring import Score
from tracker.text import printable

COMMAND_LINE: Final = "command line"
REVIEW: Final = "review"


class Opinion(NamedTuple):
    """What a rater says: a grade and why; without a grade the rater's last word is taken back."""

    rater: Rater
    grade: GradeValue | None
    note: str = ""


class Graded(NamedTuple):
    """A commit as it is now, and its agent's score before and after; None for whoever has no score."""

    oid: Oid
    record: CommitRecord
    before: Score | None
    after: Score | None


def grade_said(text: str) -> GradeValue:
    """The grade that the command line names. Raises UsageError."""
    grade = grade_named(text)
    if grade is None:
        raise UsageError(f"'{printable(text[:40])}' is no grade: {GRADES_TO_CHOOSE}.")
    return grade


def plain(text: str) -> str:
    """A note or task with the line ends of any system as one kind."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def give(
    project: Project, oids: Sequence[Oid], opinions: Sequence[Opinion], task: str, who: Speaker, source: str
) -> list[Graded]:
    """Grade commits, all in one transaction, and refresh the status files.

    Raises NotThePerson where somebody else speaks for the user, and TrackerError for a commit that is not recorded, an
    agent that grades another's work, or a text that cannot be kept; nothing is recorded then.
    """
    graded = record_words(project, oids, opinions, task, who, source)
    publish(project, project.files.id())
    return graded


def record_words(
    project: Project, oids: Sequence[Oid], opinions: Sequence[Opinion], task: str, who: Speaker, source: str
) -> list[Graded]:
    """The same without refreshing the status files, for whoever grades many one by one."""
    before = corrections.recorded(project, oids)
    told = words(project, before, opinions, task, who, source)
    then = _scores(project, before.values())
    tell(project.ledger, told)
    after = corrections.recorded(project, oids)
    now = _scores(project, after.values())
    return [Graded(oid, record, then.get(record.agent), now.get(record.agent)) for oid, record in after.items()]


def words(
    project: Project,
    records: Mapping[Oid, CommitRecord],
    opinions: Sequence[Opinion],
    task: str,
    who: Speaker,
    source: str,
) -> list[GradeEntry]:
    """The entries of opinions on commits. Raises what ``give`` raises."""
    project_id, now = project.files.id(), int(time.time())
    speakers = {one.rater: _speaker(project, one.rater, records, who) for one in opinions}
    return [
        GradeEntry(
            project_id,
            oid,
            one.rater,
            one.grade,
            plain(one.note),
            plain(task),
            max(now, _last_time(record, one.rater)),
            source,
            speaker=speakers[one.rater],
        )
        for oid, record in records.items()
        for one in opinions
    ]


def _last_time(record: CommitRecord, rater: Rater) -> int:
    """When the rater spoke last; a clock that was wrong then must not keep the new word from being the last."""
    word = lineage.own_word(record, rater)
    return word.time if word else 0


def _speaker(project: Project, rater: Rater, records: Mapping[Oid, CommitRecord], who: Speaker) -> str:
    if rater == "user":
        return speak_for_user(who, project.settings, "a user's grade")
    check_own(project, records, who)
    return who.described()


def check_own(project: Project, records: Mapping[Oid, CommitRecord], who: Speaker) -> None:
    """Raises TrackerError where an agent speaks of another's work as if it were its own."""
    for oid, record in records.items():
        if who.agent is not None and not is_own_work(who.agent, record, project.rules):
            raise TrackerError(
                f"{oid[:12]} was made by {record.agent}, and {who.agent} runs this command: an agent speaks of its own"
                " work; nothing was recorded."
            )


def _scores(project: Project, records: Iterable[CommitRecord]) -> dict[str, Score]:
    agents = {record.agent for record in records if scoring.is_scored(record.kind, record.agent)}
    with project.ledger.read() as snapshot:
        return {name: totals.score_of(snapshot, name, project.settings.policy) for name in agents}


# -- grades for the next commit ------------------------------------------------------------------------------------


def await_commit(project: Project, opinions: Sequence[Opinion], task: str, who: Speaker) -> list[PendingGrade]:
    """Keep grades for the next commit of the work tree at hand; those that wait there now.

    An opinion without a grade takes back what that rater has waiting. Raises NotThePerson, TrackerError.
    """
    repository = project.repository
    if repository.work_tree is None:
        raise UsageError("--pending needs a work tree: the grade joins the next commit that is made in it.")
    moves = repository.head_reflog(1)
    head, now = repository.head(), int(time.time())
    speakers = {one.rater: _speaker(project, one.rater, {}, who) for one in opinions}
    last = pending_grades.move(*moves[0]) if moves else None
    fresh = [
        PendingGrade(
            name="",
            worktree=repository.worktree_id(),
            head=head,
            last_move=last,
            rater=one.rater,
            grade=one.grade,
            note=plain(one.note),
            task=plain(task),
            time=now,
            speaker=speakers[one.rater],
            agent=who.agent,
        )
        for one in opinions
        if one.grade is not None
    ]
    for grade in fresh:
        _check(project.files.id(), grade)
    taken_back = {one.rater for one in opinions if one.grade is None}
    project.pending.remove(grade for grade in waiting_here(project) if grade.rater in taken_back)
    for grade in fresh:
        project.pending.write(grade)
    return waiting_here(project)


def waiting_here(project: Project) -> list[PendingGrade]:
    """The grades that wait for the next commit of the work tree at hand."""
    here = project.repository.worktree_id()
    return [grade for grade in project.pending.read() if grade.worktree == here]


def _check(project_id: ProjectId, grade: PendingGrade) -> None:
    """Refuse now what could not be recorded later."""
    stand_in = Oid("0" * 40)
    buffered(
        [
            GradeEntry(
                project_id, stand_in, grade.rater, grade.grade, grade.note, grade.task, grade.time, "", grade.speaker
            )
        ]
    )


# -- what was said -------------------------------------------------------------------------------------------------


def history(project: Project, oid: Oid) -> list[GradeRecord]:
    """All that was said of a commit, in the order in which it was recorded."""
    record = corrections.recorded(project, [oid])[oid]
    with project.ledger.read() as snapshot:
        return grade_history.said_of(snapshot, (project.files.id(), oid), record)


def last_note(snapshot: Snapshot, project_id: ProjectId, oid: Oid, record: CommitRecord, rater: Rater) -> str:
    """The note beside a rater's last word on a commit."""
    said = grade_history.last_said(snapshot, (project_id, oid), record, rater)
    return said.note if said else ""


def waiting_for_user(project: Project, agent: str | None = None) -> list[tuple[Oid, CommitRecord]]:
    """The commits of a project that wait for the user's grade, the newest first; ``agent``: only that one's."""
    with project.ledger.read() as snapshot:
        found = [
            (keys.oid_of(key), record)
            for key, record in snapshot.scan(COMMITS, keys.project(project.files.id()))
            if status.waits_for_user(record) and agent in {None, record.agent}
        ]
    return sorted(found, key=lambda one: (one[1].committed_at, one[1].sequence), reverse=True)


def own_opinion(project: Project, oid: Oid, rater: Rater) -> Opinion:
    """What a rater holds of this very commit now, so that it can be said again."""
    record = corrections.recorded(project, [oid])[oid]
    grade = contributions.own_grade(record, rater)
    if grade is None:
        return Opinion(rater, None)
    with project.ledger.read() as snapshot:
        return Opinion(rater, grade, last_note(snapshot, project.files.id(), oid, record, rater))
