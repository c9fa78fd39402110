"""A rater's last grade of a commit, as it is stored in the commit's facts and standing. Pure."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from tracker.attribution import CORRECTION_SIGNALS
from tracker.model import RATERS, Evidence, GradeValue, Rater
from tracker.records import CommitFacts, CommitStanding

G = TypeVar("G", CommitFacts, CommitStanding)


class RaterGrade(NamedTuple):
    """A rater's last grade of a commit and the time it was given, in seconds; ``grade`` None: it was withdrawn."""

    time: int
    grade: GradeValue | None


def last_grade(record: CommitFacts | CommitStanding, rater: Rater) -> RaterGrade | None:
    """Return a rater's last grade of this very commit, or None if the rater never graded it.

    Facts have the last one given in their project, a standing the last one of all projects.
    """
    grade, time = (
        (record.agent_grade, record.agent_graded_at) if rater == "agent" else (record.user_grade, record.user_graded_at)
    )
    return RaterGrade(time, grade) if grade is not None or time else None


def with_grade(record: G, rater: Rater, last: RaterGrade) -> G:
    """Return facts or a standing with ``last`` as the rater's last grade."""
    if rater == "agent":
        return record._replace(agent_grade=last.grade, agent_graded_at=last.time)
    return record._replace(user_grade=last.grade, user_graded_at=last.time)


def grade_order(last: RaterGrade) -> tuple[int, int]:
    """Return the sort key of grades: by time, within one second by value, so that all clones agree on the last."""
    return last.time, last.grade or 0


def has_feedback(evidence: Iterable[Evidence], record: CommitFacts | CommitStanding) -> bool:
    """Return True if this very commit was graded (also if that was withdrawn) or its attribution was corrected.

    ``evidence``: of the commit; what is inherited proves nothing. ``record``: has the grades.
    """
    corrected = any(one.signal in CORRECTION_SIGNALS and not one.inherited for one in evidence)
    return corrected or any(last_grade(record, rater) is not None for rater in RATERS)
