"""Contributions to the totals: the account and the amount that each commit, bug and reinstatement adds.

Pure. Totals are commutative sums, so that recording in any order, backfilling late or amending gives the same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker import keys, scoring
from tracker.lineage.sums import NOTHING, Sums, by_column, sums, trimmed
from tracker.model import GRADE_NAMES, RATERS, GradeValue, Kind, Oid, ProjectId, Rater, TaskKind
from tracker.records import CommitStanding, RecordedCommit, TotalsRecord

if TYPE_CHECKING:
    from tracker.feedback_records import BugRecord, ReinstatementRecord


_MOST_REMEMBERED: Final = 1024
"""Accounts whose keys are kept in memory; the commits of a history follow each other in few accounts."""


class Account(NamedTuple):
    """The dimensions by which totals are kept.

    ``model``: its canonical id. ``month``: see ``keys.month``. ``version``: of the agent. ``setup``: key in ``setups``
    of the instruction files in the commit's tree. These are None where they are not known.
    """

    agent: str
    kind: Kind
    model: str | None
    project: ProjectId
    task_kind: TaskKind
    month: int
    version: str | None = None
    setup: str | None = None

    def key(self) -> bytes:
        """Return this account's key in ``totals``."""
        return _key(self)

    def record(self, row: Sums) -> TotalsRecord:
        """Return this account's record in ``totals`` with a row of sums."""
        return TotalsRecord(**self._asdict(), sums=trimmed(row))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _key(account: Account) -> bytes:
    variant = (account.model, account.version, account.setup)
    return keys.totals(account.agent, account.kind, variant, account.project, account.task_kind, account.month)


def scoring_sums(row: Sums) -> scoring.Sums:
    """Return the columns of a row that scores are computed from."""
    columns = by_column(row)
    return scoring.Sums(*(columns[name] for name in scoring.Sums._fields))


def account(project: ProjectId, commit: RecordedCommit) -> Account:
    """Return the account of a commit; the month is that of its author time, which a rebase keeps.

    The model is its canonical id, so that different spellings of a model do not split a set-up.
    """
    facts, standing = commit
    return Account(
        standing.agent,
        standing.kind,
        standing.model_id,
        project,
        facts.task_kind,
        keys.month(facts.authored_at),
        standing.agent_version,
        facts.setup,
    )


def bug_account(record: BugRecord) -> Account:
    """Return the account of a bug: that in which its commit counts, else one of its project in its own month."""
    month = keys.month(record.time) if record.month is None else record.month
    return Account(
        record.agent,
        record.kind,
        record.model,
        record.counted_in or record.project,
        record.task_kind,
        month,
        record.version,
        record.setup,
    )


def bug_amount(record: BugRecord) -> Sums:
    """Return what a bug adds: nothing unless it holds, or if its commit was fetched."""
    return sums(bugs=1) if record.is_local and record.holds else NOTHING


def charged(bug: BugRecord, held: Mapping[ProjectId, RecordedCommit]) -> BugRecord:
    """Return the bug charged to its commit's agent, in the account in which the commit counts.

    ``held``: the commit as each project has it, which may be none. One that counts nowhere is that of the project in
    which the bug was reported; without it the bug stays as it is.
    """
    counted_in = next((project for project, commit in held.items() if commit.standing.counted), bug.project)
    if counted_in not in held:
        return bug
    facts, standing = commit = held[counted_in]
    return bug._replace(
        agent=standing.agent,
        kind=standing.kind,
        model=standing.model_id,
        task_kind=facts.task_kind,
        month=keys.month(facts.authored_at),
        version=standing.agent_version,
        setup=facts.setup,
        is_local=commit.is_local,
        counted_in=None if counted_in == bug.project else counted_in,
    )


def feedback_account(agent: str, project: ProjectId, time: int) -> Account:
    """Return the account of feedback without a commit: reinstatements and grades of sessions. ``time``: seconds."""
    return Account(agent, "agent", None, project, "other", keys.month(time))


def reinstatement_account(record: ReinstatementRecord) -> Account:
    """Return the account of a reinstatement."""
    return feedback_account(record.agent, record.project, record.time)


def reinstatement_amount(record: ReinstatementRecord) -> Sums:
    """Return what a reinstatement adds: the skill points that it gave."""
    return sums(reinstatements=record.skill_points)


def grade_amount(rater: Rater, grade: GradeValue) -> Sums:
    """Return what one grade adds."""
    return sums(**{f"{rater}_{GRADE_NAMES[grade]}": 1})


def contribution(commit: RecordedCommit) -> Sums:
    """Return what a commit adds to its account while it is counted (``contributed_columns``)."""
    return sums(**contributed_columns(commit))


def contributed_columns(commit: RecordedCommit) -> dict[str, int]:
    """Return the columns of what a commit adds to its account while it is counted, without those that are 0.

    Unknown diff statistics add nothing. A fetched commit adds nothing that moves a score (docs/scoring.md); the user's
    grade of it compares set-ups.
    """
    facts, standing = commit
    is_local = commit.is_local
    numbers = (1, facts.files or 0, facts.insertions or 0, facts.deletions or 0)
    names = _SIZES if is_local else _FETCHED_SIZES
    columns = {name: number for name, number in zip(names, numbers, strict=True) if number}
    if standing.reverted:
        columns["reverts" if is_local else "fetched_reverts"] = 1
    if is_local:
        if standing.published and not standing.published_within:
            columns["pushes"] = 1
        if standing.kind == "agent":
            columns |= {f"waiting_{rater}": 1 for rater in RATERS if waits_for(commit, rater)}
    given = grades(standing)
    return {**columns, **_graded_columns(standing, given, is_local=is_local)} if given else columns


def _graded_columns(
    standing: CommitStanding, given: Sequence[tuple[Rater, GradeValue]], *, is_local: bool
) -> Mapping[str, int]:
    """Return the columns of the grades that count for a commit."""
    if not is_local:
        return Counter(f"fetched_user_{GRADE_NAMES[grade]}" for rater, grade in given if rater == "user")
    graded = Counter(f"{rater}_{GRADE_NAMES[grade]}" for rater, grade in given)
    graded.update(f"agent_{GRADE_NAMES[ours]}_user_{GRADE_NAMES[theirs]}" for ours, theirs in _grade_pairs(standing))
    return graded


_SIZES: Final = ("commits", "files", "insertions", "deletions")
_FETCHED_SIZES: Final = tuple(f"fetched_{name}" for name in _SIZES)
"""The columns of numbers that most commits have and no others."""


def waits_for(commit: RecordedCommit, rater: Rater, *, fetched: bool = False) -> bool:
    """Return True if an agent's counted local commit has no grade by a rater, or only one from before it changed.

    ``fetched``: of a commit that came by fetch too.
    """
    if not (commit.standing.counted and commit.standing.kind == "agent" and (fetched or commit.is_local)):
        return False
    given, is_provisional = grade(commit.standing, rater)
    return given is None or is_provisional


def grade(standing: CommitStanding, rater: Rater) -> tuple[GradeValue | None, bool]:
    """Return a rater's grade of a commit, or None, and whether it is provisional.

    The rater's own grade goes first, then the carried grade of an earlier version, which is provisional unless the
    content stayed the same. A squash of several graded commits has no single grade, only those of its parts.
    """
    own = own_grade(standing, rater)
    if own is not None:
        return own, False
    carried = [one for one in standing.carried if one.rater == rater and one.kind != "squashed"]
    return (carried[0].grade, carried[0].kind != "same") if carried else (None, False)


def own_grade(standing: CommitStanding, rater: Rater) -> GradeValue | None:
    """Return a rater's last grade of this very commit; None if there is none or it was withdrawn."""
    return standing.agent_grade if rater == "agent" else standing.user_grade


def grades(standing: CommitStanding) -> list[tuple[Rater, GradeValue]]:
    """Return the grades that count for a commit: those it carries, then each rater's own grade."""
    if not standing.carried and standing.agent_grade is None and standing.user_grade is None:
        return []  # as of most commits
    found: list[tuple[Rater, GradeValue]] = [(carried.rater, carried.grade) for carried in standing.carried]
    own = ((rater, own_grade(standing, rater)) for rater in RATERS)
    return found + [(rater, grade) for rater, grade in own if grade is not None]


def _grade_pairs(standing: CommitStanding) -> list[tuple[GradeValue, GradeValue]]:
    """Return (agent's, user's) grades of the same work: of the commit, or of each part that was squashed into it."""
    ours, theirs = grade(standing, "agent")[0], grade(standing, "user")[0]
    if ours is not None and theirs is not None:
        return [(ours, theirs)]
    parts: dict[Oid, dict[Rater, GradeValue]] = {}
    for one in standing.carried:
        parts.setdefault(one.source, {})[one.rater] = one.grade
    return [(part["agent"], part["user"]) for part in parts.values() if len(part) == len(RATERS)]


class Calibration(NamedTuple):
    """Comparison of an agent's grades of its own work with the user's grades of the same work.

    ``pairs``: number of commits that both graded, the sum of ``equal``, ``agent_higher`` and ``agent_lower``. ``gap``:
    sum over the pairs of agent minus user, in steps from one grade to the next.
    """

    pairs: int
    equal: int
    agent_higher: int
    agent_lower: int
    gap: int


def calibration(row: Sums) -> Calibration:
    """Return the calibration in a row of sums."""
    columns = by_column(row)
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
