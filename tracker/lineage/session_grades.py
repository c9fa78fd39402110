"""Grades of agent sessions, which have no commit: the last of each rater on each session counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from tracker.lineage.contributions import Account, feedback_account, grade_amount
from tracker.lineage.sums import Sums
from tracker.model import RATERS, GradeValue, ProjectId, Rater

if TYPE_CHECKING:
    from tracker.feedback_records import RetrospectiveRecord


class _GradedSession(NamedTuple):
    agent: str
    project: ProjectId
    session: str
    rater: Rater


def session_amounts(retrospectives: Iterable[RetrospectiveRecord]) -> Iterator[tuple[Account, Sums]]:
    """Yield what retrospectives, in whatever order, add to the totals: the last grades of sessions."""
    last: dict[_GradedSession, tuple[GradeValue, int]] = {}
    for one in sorted((one for one in retrospectives if one.is_session), key=lambda one: one.order):
        if one.project is not None:
            for rater in RATERS:
                grade = one.agent_grade if rater == "agent" else one.user_grade
                if grade is not None:
                    last[_GradedSession(one.agent, one.project, one.subject, rater)] = (grade, one.time)
    for graded, (grade, time) in last.items():
        yield feedback_account(graded.agent, graded.project, time), grade_amount(graded.rater, grade)
