"""Grades for the next commit of a worktree (``grade --pending``): stored in a file until the commit is recorded."""

import time
from collections.abc import Sequence

from tracker.errors import UsageError
from tracker.feedback.actor import Actor
from tracker.feedback.grades import Opinion, normalized_text, speaker_of
from tracker.ledger import Ledger
from tracker.ledger.buffer import buffer_of
from tracker.ledger.entries import GradeEntry
from tracker.ledger.key import has_key
from tracker.model import Oid, ProjectId
from tracker.project import pending_grades
from tracker.project.pending_grades import PendingGrade
from tracker.project.project import Project


def add_pending_grades(project: Project, opinions: Sequence[Opinion], task: str, actor: Actor) -> list[PendingGrade]:
    """Store grades for the next commit of this worktree, and return all that are pending there now.

    An opinion without a grade withdraws what that rater has pending; an agent withdraws only what it said itself.
    Raises UsageError without a worktree, NotTheUser when another actor grades as the user, TrackerError when a text is
    refused.
    """
    if project.repository.work_tree is None:
        raise UsageError("--pending needs a worktree: the grade joins the next commit that is made in it.")
    new = _pending_grades(project, opinions, task, actor)
    for grade in new:
        _check(project.files.id(), grade)
    withdrawn = {one.rater for one in opinions if one.grade is None}
    waiting = [grade for grade in pending_grades_here(project) if grade.rater in withdrawn]
    project.pending_grades.remove(grade for grade in waiting if actor.agent in {None, grade.agent})
    if new:
        _assure_key(project)
    for grade in new:
        project.pending_grades.write(grade)
    return pending_grades_here(project)


def pending_grades_here(project: Project) -> list[PendingGrade]:
    """Return the grades that are pending in this worktree."""
    worktree = project.repository.worktree_id()
    return [grade for grade in project.pending_grades.read() if grade.worktree == worktree]


def _pending_grades(project: Project, opinions: Sequence[Opinion], task: str, actor: Actor) -> list[PendingGrade]:
    """Return the grades to store, with the position of HEAD from which the next commit is recognised."""
    repository = project.repository
    entries = repository.reflogs.of_head(1)
    head, now = repository.head(), int(time.time())
    speakers = {one.rater: speaker_of(project, one.rater, {}, actor) for one in opinions}
    last = pending_grades.reflog_position(*entries[0][:3]) if entries else None
    return [
        PendingGrade(
            name="",
            worktree=repository.worktree_id(),
            head=head,
            last_move=last,
            rater=one.rater,
            grade=one.grade,
            note=normalized_text(one.note),
            task=normalized_text(task),
            time=now,
            speaker=speakers[one.rater],
            agent=actor.agent,
        )
        for one in opinions
        if one.grade is not None
    ]


def _assure_key(project: Project) -> None:
    """Have the ledger make the key with which the grades are sealed, if it has none. Raises LedgerUnavailable."""
    ledger = Ledger(project.own_ledger_path, project.settings.size_limit, project.ledger.deadline)
    if not has_key(ledger.path):
        ledger.begin()  # makes the key


def _check(project_id: ProjectId, grade: PendingGrade) -> None:
    """Check that a grade can be recorded later. Raises TrackerError."""
    any_oid = Oid("0" * 40)
    buffer_of(
        [
            GradeEntry(
                project_id, any_oid, grade.rater, grade.grade, grade.note, grade.task, grade.time, "", grade.speaker
            )
        ]
    )
