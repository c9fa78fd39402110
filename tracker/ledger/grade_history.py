"""Reading of the grades of a commit as they were given, with notes and speakers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracker import keys
from tracker.ledger.commits import CommitId
from tracker.ledger.tables import COMMUNICATION, Snapshot
from tracker.model import Rater
from tracker.records import CommitStanding

if TYPE_CHECKING:
    from tracker.feedback_records import GradeRecord


def grades_of(snapshot: Snapshot, commit: CommitId, standing: CommitStanding) -> list[GradeRecord]:
    """Return all grades of a commit, in the order of recording; ``standing`` names the agent that they are under."""
    return [grade for _, grade in numbered_grades_of(snapshot, commit, standing)]


def numbered_grades_of(
    snapshot: Snapshot, commit: CommitId, standing: CommitStanding
) -> Iterator[tuple[int, GradeRecord]]:
    """Yield what ``grades_of`` returns, each with its number in the ledger, which later ones have greater."""
    for key, grade in snapshot.scan(COMMUNICATION, keys.commit_grades(standing.agent, *commit)):
        yield keys.sequence_of(key), grade


def last_grade_given(
    snapshot: Snapshot, commit: CommitId, standing: CommitStanding, rater: Rater
) -> GradeRecord | None:
    """Return a rater's last grade of a commit (``GradeRecord.order``); None if there is none."""
    grades = [grade for grade in grades_of(snapshot, commit, standing) if grade.rater == rater]
    return max(grades, key=lambda grade: grade.order, default=None)
