"""Which commits count, and what each contributes to the totals.

Pure: the rules of liveness, groups and clones, and commutative sums, so that recording in any order, backfilling late
or amending gives the same numbers.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker import keys
from tracker.model import GradeValue, Kind, ProjectId, Rater, TaskKind
from tracker.records import BugRecord, CommitRecord

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
    """The account that a commit is booked to; the month is its author's, which a rebase keeps.

    The model is the one form that all its spellings have, so that a set-up is not split by how it is written.
    """
    month = keys.month(record.authored_at)
    return Account(record.agent, record.kind, record.model_id, project, record.task_kind, month)


def bug_account(record: BugRecord) -> Account:
    """The account that a bug is booked to."""
    return Account(record.agent, "agent", None, record.project, "other", keys.month(record.time))


def contribution(record: CommitRecord) -> Sums:
    """What a commit adds to its account while it is counted; unknown diff statistics add nothing."""
    prefix = "" if record.is_local else "fetched_"
    columns = {
        f"{prefix}commits": 1,
        f"{prefix}files": record.files or 0,
        f"{prefix}insertions": record.insertions or 0,
        f"{prefix}deletions": record.deletions or 0,
    }
    for rater, grade in grades(record):
        name = f"{rater}_{_GRADE_NAMES[grade]}"
        columns[name] = columns.get(name, 0) + 1
    return sums(**columns)


def grade(record: CommitRecord, rater: Rater) -> tuple[GradeValue | None, bool]:
    """The one grade that a rater's opinion of a commit comes to, and whether it is provisional.

    That is the rater's own word, or the one on what the commit was before: final where the content stayed the same. A
    squash of several graded commits has no grade of its own, only theirs.
    """
    own = record.agent_grade if rater == "agent" else record.user_grade
    if own is not None:
        return own, False
    carried = [one for one in record.carried if one.rater == rater and one.kind != "squashed"]
    return (carried[0].grade, carried[0].kind != "same") if carried else (None, False)


def grades(record: CommitRecord) -> list[tuple[Rater, GradeValue]]:
    """The grades that count for a commit: each rater's own word, else those that it carries (see ``lineage``)."""
    found: list[tuple[Rater, GradeValue]] = [(carried.rater, carried.grade) for carried in record.carried]
    if record.agent_grade is not None:
        found.append(("agent", record.agent_grade))
    if record.user_grade is not None:
        found.append(("user", record.user_grade))
    return found
