"""The statements about a commit and its agent: grades, bugs, reinstatements, each with who made it and how."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import CommitId
from tracker.ledger.grade_history import grades_of
from tracker.ledger.tables import BUGS, REINSTATEMENTS
from tracker.model import GRADE_NAMES
from tracker.records import CommitStanding


class Statement(NamedTuple):
    """A statement: its time in seconds, its content, and the actor who made it (``feedback.actor``), in words."""

    time: int
    what: str
    speaker: str


def statements(snapshot: Snapshot, commit: CommitId, standing: CommitStanding) -> list[Statement]:
    """Return the statements about a commit, and the reinstatements of its agent, oldest first."""
    found = [*_grades(snapshot, commit, standing), *_bugs(snapshot, commit, standing)]
    for _, record in snapshot.scan(REINSTATEMENTS, keys.agent(standing.agent)):
        found.append(Statement(record.time, f"reinstatement of {record.agent}", record.speaker))
    return sorted(found, key=lambda one: one.time)


def _grades(snapshot: Snapshot, commit: CommitId, standing: CommitStanding) -> Iterator[Statement]:
    for record in grades_of(snapshot, commit, standing):
        grade = "withdrawn" if record.grade is None else GRADE_NAMES[record.grade]
        yield Statement(record.time, f"{record.rater}'s grade {grade} ({record.source})", record.speaker)


def _bugs(snapshot: Snapshot, commit: CommitId, standing: CommitStanding) -> Iterator[Statement]:
    for _, record in snapshot.scan(BUGS, keys.agent(standing.agent)):
        if record.oid == commit[1]:
            yield Statement(record.time, "bug charged", record.speaker)
            if record.withdrawn_at:
                yield Statement(record.withdrawn_at, "bug withdrawn", record.withdrawn_by)
