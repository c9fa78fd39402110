"""Which commits count, and what each contributes to the totals.

Pure: the rules of liveness, groups and clones, and commutative sums, so that recording in any order, backfilling late
or amending gives the same numbers.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker import keys, scoring
from tracker.model import GRADE_NAMES, RATERS, GradeValue, Kind, Oid, ProjectId, Rater, TaskKind
from tracker.records import BugRecord, CommitRecord, ReinstatementRecord

SUMS: Final[tuple[str, ...]] = (
    "commits", "files", "insertions", "deletions",
    "fetched_commits", "fetched_files", "fetched_insertions", "fetched_deletions",
    "agent_bad", "agent_neutral", "agent_good", "agent_excellence",
    "user_bad", "user_neutral", "user_good", "user_excellence",
    "bugs", "pushes", "reverts", "reinstatements",
    *(f"agent_{agent}_user_{user}" for agent in GRADE_NAMES.values() for user in GRADE_NAMES.values()),
)  # fmt: skip
"""The columns of a totals record. New ones are added at the end. Only local commits move scores (design, section 4).

The last sixteen count the commits that both raters graded, by what each of them said: the calibration.
"""

_COLUMN: Final[Mapping[str, int]] = {name: position for position, name in enumerate(SUMS)}

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


def named(row: Sums) -> Mapping[str, int]:
    """A row by the names of its columns; those that it was written without are 0."""
    return dict(zip(SUMS, add(row, NOTHING), strict=False))


def scored(row: Sums) -> scoring.Sums:
    """The columns of a row that scores are worked out by."""
    columns = named(row)
    return scoring.Sums(*(columns[name] for name in scoring.Sums._fields))


def account(project: ProjectId, record: CommitRecord) -> Account:
    """The account that a commit is booked to; the month is its author's, which a rebase keeps.

    The model is the one form that all its spellings have, so that a set-up is not split by how it is written.
    """
    month = keys.month(record.authored_at)
    return Account(record.agent, record.kind, record.model_id, project, record.task_kind, month)


def bug_account(record: BugRecord) -> Account:
    """The account that a bug is booked to: that of the commit that it was charged for, by its author's month."""
    month = keys.month(record.time) if record.month is None else record.month
    return Account(record.agent, record.kind, record.model, record.project, record.task_kind, month)


def bug_amount(record: BugRecord) -> Sums:
    """What a bug report adds: nothing once it was taken back, or where the commit was fetched."""
    return sums(bugs=1) if record.is_local and not record.withdrawn_at else NOTHING


def charged(bug: BugRecord, commit: CommitRecord) -> BugRecord:
    """A bug as it is charged to whoever made the commit, in the account of that commit."""
    return bug._replace(
        agent=commit.agent,
        kind=commit.kind,
        model=commit.model_id,
        task_kind=commit.task_kind,
        month=keys.month(commit.authored_at),
        is_local=commit.is_local,
    )


def said_account(agent: str, project: ProjectId, time: int) -> Account:
    """The account of what is said of an agent and of no commit: reinstatements, and grades of sessions."""
    return Account(agent, "agent", None, project, "other", keys.month(time))


def reinstatement_account(record: ReinstatementRecord) -> Account:
    """The account that a reinstatement is booked to."""
    return said_account(record.agent, record.project, record.time)


def grade_amount(rater: Rater, grade: GradeValue) -> Sums:
    """What one grade adds."""
    return sums(**{f"{rater}_{GRADE_NAMES[grade]}": 1})


def contribution(record: CommitRecord) -> Sums:
    """What a commit adds to its account while it is counted; unknown diff statistics add nothing.

    Of a fetched commit nothing is booked that moves a score: its grades stay facts (design, section 4).
    """
    prefix = "" if record.is_local else "fetched_"
    columns: Counter[str] = Counter(
        {
            f"{prefix}commits": 1,
            f"{prefix}files": record.files or 0,
            f"{prefix}insertions": record.insertions or 0,
            f"{prefix}deletions": record.deletions or 0,
        }
    )
    if record.is_local:
        columns.update(f"{rater}_{GRADE_NAMES[grade]}" for rater, grade in grades(record))
        columns.update(f"agent_{GRADE_NAMES[ours]}_user_{GRADE_NAMES[theirs]}" for ours, theirs in pairs(record))
        columns.update({"pushes": record.published, "reverts": record.reverted})
    return sums(**columns)


def grade(record: CommitRecord, rater: Rater) -> tuple[GradeValue | None, bool]:
    """The one grade that a rater's opinion of a commit comes to, and whether it is provisional.

    That is the rater's own word, or the one on what the commit was before: final where the content stayed the same. A
    squash of several graded commits has no grade of its own, only theirs.
    """
    own = own_grade(record, rater)
    if own is not None:
        return own, False
    carried = [one for one in record.carried if one.rater == rater and one.kind != "squashed"]
    return (carried[0].grade, carried[0].kind != "same") if carried else (None, False)


def own_grade(record: CommitRecord, rater: Rater) -> GradeValue | None:
    """What a rater said last of this very commit, if it was not taken back."""
    return record.agent_grade if rater == "agent" else record.user_grade


def grades(record: CommitRecord) -> list[tuple[Rater, GradeValue]]:
    """The grades that count for a commit: each rater's own word, else those that it carries (see ``lineage``)."""
    found: list[tuple[Rater, GradeValue]] = [(carried.rater, carried.grade) for carried in record.carried]
    own = ((rater, own_grade(record, rater)) for rater in RATERS)
    return found + [(rater, grade) for rater, grade in own if grade is not None]


def pairs(record: CommitRecord) -> list[tuple[GradeValue, GradeValue]]:
    """The agent's and the user's grade of the same work: of the commit, or of each part that was squashed into it."""
    ours, theirs = grade(record, "agent")[0], grade(record, "user")[0]
    if ours is not None and theirs is not None:
        return [(ours, theirs)]
    parts: dict[Oid, dict[Rater, GradeValue]] = {}
    for one in record.carried:
        parts.setdefault(one.source, {})[one.rater] = one.grade
    return [(part["agent"], part["user"]) for part in parts.values() if len(part) == len(RATERS)]


class Calibration(NamedTuple):
    """How an agent's grades of its own work compare with the user's grades of the same (design, section 6).

    ``pairs``: commits that both graded; ``equal``, ``agent_higher`` and ``agent_lower`` divide them; ``gap`` is the sum
    of agent minus user in steps from one grade to the next.
    """

    pairs: int
    equal: int
    agent_higher: int
    agent_lower: int
    gap: int


def calibration(row: Sums) -> Calibration:
    """The calibration in a row of sums."""
    columns = named(row)
    steps = [
        (place - other, columns[f"agent_{ours}_user_{theirs}"])
        for place, ours in enumerate(GRADE_NAMES.values())
        for other, theirs in enumerate(GRADE_NAMES.values())
    ]
    return Calibration(
        pairs=sum(count for _, count in steps),
        equal=sum(count for step, count in steps if step == 0),
        agent_higher=sum(count for step, count in steps if step > 0),
        agent_lower=sum(count for step, count in steps if step < 0),
        gap=sum(step * count for step, count in steps),
    )
