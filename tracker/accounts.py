"""Which commits count, and what each contributes to the totals.

Pure: the rules of liveness, groups and clones, and commutative sums, so that recording in any order, backfilling late
or amending gives the same numbers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from tracker import keys
from tracker.model import GradeValue, Kind, Oid, ProjectId, TaskKind
from tracker.records import BugRecord, CommitRecord, Link

SUMS: Final[tuple[str, ...]] = (
    "commits", "files", "insertions", "deletions",
    "fetched_commits", "fetched_files", "fetched_insertions", "fetched_deletions",
    "agent_bad", "agent_neutral", "agent_good", "agent_excellence",
    "user_bad", "user_neutral", "user_good", "user_excellence",
    "bugs", "pushes", "reverts", "reinstatements",
)  # fmt: skip
"""The columns of a totals record. New ones are added at the end. Only local commits move scores (design, section 4)."""

_COLUMN: Final[Mapping[str, int]] = {name: position for position, name in enumerate(SUMS)}
_GRADE_NAMES: Final[Mapping[GradeValue, str]] = {-1: "bad", 1: "neutral", 2: "good", 5: "excellence"}

Sums = tuple[int, ...]
NOTHING: Final[Sums] = (0,) * len(SUMS)


class Account(NamedTuple):
    """What totals are kept by."""

    agent: str
    kind: Kind
    model: str | None
    project: ProjectId
    task_kind: TaskKind
    month: int

    def key(self) -> bytes:
        """The totals key of this account."""
        return keys.totals(self.agent, self.model, self.project, self.task_kind, self.month)


def sums(**columns: int) -> Sums:
    """A row of sums with the named columns set and all others 0."""
    row = [0] * len(SUMS)
    for name, value in columns.items():
        row[_COLUMN[name]] = value
    return tuple(row)


def add(left: Sums, right: Sums, factor: int = 1) -> Sums:
    """``left + factor * right``; a row written before a column existed counts as 0 there."""
    longest = max(len(left), len(right), len(SUMS))
    padded = (row + (0,) * (longest - len(row)) for row in (left, right))
    return tuple(one + factor * other for one, other in zip(*padded, strict=True))


def account(project: ProjectId, record: CommitRecord) -> Account:
    """The account that a commit is booked to; the month is its author's, which a rebase keeps."""
    month = keys.month(record.authored_at)
    return Account(record.agent, record.kind, record.model, project, record.task_kind, month)


def bug_account(record: BugRecord) -> Account:
    """The account that a bug is booked to."""
    return Account(record.agent, "agent", None, record.project, "other", keys.month(record.time))


def contribution(record: CommitRecord) -> Sums:
    """What a commit adds to its account while it is counted; unknown diff statistics add nothing."""
    prefix = "" if record.origin == "local" else "fetched_"
    columns = {
        f"{prefix}commits": 1,
        f"{prefix}files": record.files or 0,
        f"{prefix}insertions": record.insertions or 0,
        f"{prefix}deletions": record.deletions or 0,
    }
    if record.agent_grade is not None:
        columns[f"agent_{_GRADE_NAMES[record.agent_grade]}"] = 1
    if record.user_grade is not None:
        columns[f"user_{_GRADE_NAMES[record.user_grade]}"] = 1
    return sums(**columns)


Holding = tuple[ProjectId, CommitRecord]


def chosen(holdings: Iterable[Holding], superseded: Callable[[ProjectId], bool]) -> ProjectId | None:
    """Of the projects that hold one commit, the one it is counted in, or None.

    A commit stands in a project when it is live there and no live successor replaced it. The same commit in several
    clones counts once: where it was made rather than where it was fetched, then by project id, so that the order in
    which clones were seen does not matter.
    """
    standing = [
        (record.origin != "local", project) for project, record in holdings if record.live and not superseded(project)
    ]
    return min(standing)[1] if standing else None


def reach(oid: Oid, neighbours: Callable[[Oid], Iterable[Oid]]) -> set[Oid]:
    """Every commit that rewrites lead to from ``oid``, itself left out unless a circle leads back to it."""
    found: set[Oid] = set()
    waiting = [oid]
    while waiting:
        for neighbour in neighbours(waiting.pop()):
            if neighbour not in found:
                found.add(neighbour)
                waiting.append(neighbour)
    return found


def successors(links: Iterable[Link]) -> list[Oid]:
    """The commits that took a commit's place; one that was dropped left nothing in what it is listed with."""
    return [link.new for link in links if link.kind != "dropped"]


def has_live_successor(oid: Oid, successors: Callable[[Oid], Iterable[Oid]], live: Callable[[Oid], bool]) -> bool:
    """Whether a live commit took the place of ``oid``, directly or through others.

    Rewrites can form a circle (amended, then amended back); of its live members only the one with the smallest oid
    stands, so that the group still counts once.
    """
    return any(
        live(successor) and not (oid < successor and oid in reach(successor, successors))
        for successor in reach(oid, successors) - {oid}
    )
