"""A rater's last grade of a commit, as it is stored in the commit's record. Pure."""

from typing import NamedTuple

from tracker.attribution import CORRECTION_SIGNALS
from tracker.model import RATERS, GradeValue, Rater
from tracker.records import CommitRecord


class RaterGrade(NamedTuple):
    """A rater's last grade of a commit and the time it was given, in seconds; ``grade`` None: it was withdrawn."""

    time: int
    grade: GradeValue | None


def last_grade(record: CommitRecord, rater: Rater) -> RaterGrade | None:
    """Return a rater's last grade of this very commit, or None if the rater never graded it."""
    grade, time = (
        (record.agent_grade, record.agent_graded_at) if rater == "agent" else (record.user_grade, record.user_graded_at)
    )
    return RaterGrade(time, grade) if grade is not None or time else None


def with_grade(record: CommitRecord, rater: Rater, last: RaterGrade) -> CommitRecord:
    """Return the record with ``last`` as the rater's last grade."""
    if rater == "agent":
        return record._replace(agent_grade=last.grade, agent_graded_at=last.time)
    return record._replace(user_grade=last.grade, user_graded_at=last.time)


def grade_order(last: RaterGrade) -> tuple[int, int]:
    """Return the sort key of grades: by time, within one second by value, so that all clones agree on the last."""
    return last.time, last.grade or 0


def has_feedback(record: CommitRecord) -> bool:
    """Return True if this very commit was graded (also if that was withdrawn) or its attribution was corrected."""
    corrected = any(one.signal in CORRECTION_SIGNALS and not one.inherited for one in record.evidence)
    return corrected or any(last_grade(record, rater) is not None for rater in RATERS)
