"""The statements about a commit and its agent: grades, bugs, reinstatements, each with who made it and how."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import CommitId, find_commit, holders_of
from tracker.ledger.grade_history import grades_of
from tracker.ledger.tables import BUGS, REINSTATEMENTS
from tracker.model import GRADE_NAMES, Oid


class Statement(NamedTuple):
    """A statement: its time in seconds, its content, and the actor who made it (``feedback.actor``), in words."""

    time: int
    what: str
    speaker: str


def statements(snapshot: Snapshot, commit: CommitId) -> list[Statement]:
    """Return the statements about a commit in all its clones, and the reinstatements of its agent, oldest first."""
    project_id, oid = commit
    recorded = find_commit(snapshot, project_id, oid)
    agent = recorded.standing.agent if recorded else ""
    found = [*_bugs(snapshot, oid, agent)]
    for holder in holders_of(snapshot, oid):
        found += _grades(snapshot, (holder, oid), "" if holder == project_id else ", in a clone")
    for _, record in snapshot.scan(REINSTATEMENTS, keys.agent(agent)):
        found.append(Statement(record.time, f"reinstatement of {record.agent}", record.speaker))
    return sorted(found, key=lambda one: one.time)


def _grades(snapshot: Snapshot, commit: CommitId, place: str) -> Iterator[Statement]:
    recorded = find_commit(snapshot, *commit)
    for record in grades_of(snapshot, commit, recorded.standing) if recorded else ():
        grade = "withdrawn" if record.grade is None else GRADE_NAMES[record.grade]
        yield Statement(record.time, f"{record.rater}'s grade {grade} ({record.source}{place})", record.speaker)


def _bugs(snapshot: Snapshot, oid: Oid, agent: str) -> Iterator[Statement]:
    for _, record in snapshot.scan(BUGS, keys.agent(agent)):
        if record.oid == oid:
            by = record.suggested_by
            yield Statement(record.time, "bug suggested" if by else "bug charged", record.speaker)
            if record.confirmed_at:
                yield Statement(record.confirmed_at, f"bug suggested by {by} confirmed", record.confirmed_by)
            if record.withdrawn_at:
                end = f"bug suggested by {by} dismissed" if record.state == "dismissed" else "bug withdrawn"
                yield Statement(record.withdrawn_at, end, record.withdrawn_by)
