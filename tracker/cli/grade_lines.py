"""Grades as lines of text: grades that were just given, the history of a commit's grades, and pending grades."""

import sys
from collections.abc import Sequence

from tracker.cli import cells, output
from tracker.feedback.grades import GivenGrade, Graded
from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, RATERS, Oid, Rater
from tracker.project.pending_grades import PendingGrade
from tracker.records import CommitStanding, RecordedCommit
from tracker.reports.maker_words import maker_word


def graded_lines(graded: Sequence[Graded]) -> list[str]:
    """Return the commits with their new grades, and how the communication score of each agent changed."""
    lines = [_commit_line(one.oid, one.commit) for one in graded]
    scores = {
        one.commit.standing.agent: (one.before.communication_score, one.after.communication_score)
        for one in graded
        if one.before and one.after
    }
    lines += [
        f"Communication score of {agent}{f': {before} -> {after}' if before != after else f' stays {after}'}"
        for agent, (before, after) in scores.items()
    ]
    if not any(one.commit.is_local for one in graded):
        lines.append("Fetched commits move no score.")
    return lines


def history_lines(oid: Oid, commit: RecordedCommit, history: Sequence[GivenGrade]) -> list[str]:
    """Return a commit with its grades in effect, all grades that were given to it, and those of earlier versions."""
    lines = [_commit_line(oid, commit)]
    for event in history:
        lines += [f"  {line}" for line in _event_lines(event)]
    lines += [
        f"  {carried.rater} {GRADE_NAMES[carried.grade]}, from {carried.source[:12]} ({carried.kind})"
        for carried in commit.standing.carried
        if carried.source != oid
    ]
    return lines


def pending_lines(pending: Sequence[PendingGrade]) -> list[str]:
    """Return the grades that wait for the next commit, or one sentence when none does."""
    lines = [
        f"The {grade.rater}'s grade {GRADE_NAMES[grade.grade]}, given by {grade.speaker},"
        f" waits for {_waited_for(grade)} here."
        for grade in pending
    ]
    return lines or ["No grade waits for the next commit here."]


def _waited_for(grade: PendingGrade) -> str:
    """Return the commit that takes a pending grade: an agent grades only its own work."""
    return f"the next commit of {grade.agent}" if grade.rater == "agent" and grade.agent else "the next commit"


def _commit_line(oid: Oid, commit: RecordedCommit) -> str:
    facts, standing = commit
    grades = ", ".join(f"{rater} {_effective_grade(standing, rater)}" for rater in RATERS)
    subject = cells.cut(facts.subject, 60) if sys.stdout.isatty() else facts.subject
    return f"{oid[:12]}  {maker_word(standing)}: {grades}  {subject}"


def _effective_grade(standing: CommitStanding, rater: Rater) -> str:
    grade, provisional = contributions.grade(standing, rater)
    if grade is None:
        return "none"
    return f"{GRADE_NAMES[grade]}{' (of an earlier version)' if provisional else ''}"


def _event_lines(given: GivenGrade) -> list[str]:
    event = given.record
    place = ", in a clone" if given.in_clone else ""
    change = "withdrew the last grade" if event.grade is None else GRADE_NAMES[event.grade]
    task = f", task: {event.task}" if event.task else ""
    lines = [f"{output.moment(event.time)}  {event.rater} {change}, by {event.source}{place} ({event.speaker}){task}"]
    return lines + [f"    {line}" for line in event.note.split("\n") if line]
