"""Judgement of a commit or session by what is recorded of it: worked, to avoid, or neither; with the reasons.

Nothing is concluded that no record says: each reason is one record in words.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, GradeValue, Rater
from tracker.outcome_records import OutcomeRecord
from tracker.records import CommitStanding
from tracker.text import number_of

Verdict = Literal["worked", "avoid", "ungraded"]

_GOOD: Final = frozenset({2, 5})
_SHOWN: Final = 10
"""Digits of an oid in a reason."""


class Judgement(NamedTuple):
    """A verdict and its reasons, and the grade behind it: the user's, or the agent's where the user gave none."""

    verdict: Verdict
    reasons: tuple[str, ...]
    grade: GradeValue | None = None
    rater: Rater | None = None


class _Grade(NamedTuple):
    """A grade that decides. ``provisional``: it was given to an earlier version of the commit."""

    value: GradeValue
    rater: Rater
    provisional: bool = False

    def reason(self) -> str:
        """Return the grade in words."""
        earlier = ", in an earlier version" if self.provisional else ""
        only = ", not graded by the user" if self.rater == "agent" else ""
        return f"graded {GRADE_NAMES[self.value]} by the {self.rater}{earlier}{only}"


def judge_commit(standing: CommitStanding, outcome: OutcomeRecord | None, *, has_bug: bool) -> Judgement:
    """Return the judgement of a commit.

    ``outcome``: its record, if ``agent-tracker outcomes`` wrote one. ``has_bug``: a bug was charged for it.

    To avoid: graded bad, reverted and not done again, a bug charged or named by a trailer ``Fixes``, or fixed within
    seven days. Worked: graded good or excellence, none of these, and not all of its lines gone.
    """
    grade = _deciding_grade(standing)
    faults = [*_faults(standing, outcome, has_bug=has_bug)]
    reasons = [grade.reason()] if grade else [] if faults else [_without_grade(standing)]
    reasons += [*faults, *_left(outcome)]
    if faults or (grade and grade.value < 0):
        verdict: Verdict = "avoid"
    elif grade and grade.value in _GOOD and not _is_gone(outcome):
        verdict = "worked"
    else:
        verdict = "ungraded"
    return Judgement(verdict, tuple(reasons), grade.value if grade else None, grade.rater if grade else None)


def judge_session(agent_grade: GradeValue | None, user_grade: GradeValue | None) -> Judgement:
    """Return the judgement of a session without a commit, by the last grade of each rater."""
    if user_grade is not None:
        grade = _Grade(user_grade, "user")
    elif agent_grade is not None:
        grade = _Grade(agent_grade, "agent")
    else:
        return Judgement("ungraded", ("a session, not graded",))
    verdict: Verdict = "worked" if grade.value in _GOOD else "avoid" if grade.value < 0 else "ungraded"
    return Judgement(verdict, (f"a session, {grade.reason()}",), grade.value, grade.rater)


def _deciding_grade(standing: CommitStanding) -> _Grade | None:
    """Return the user's grade of a commit, else the agent's, else None."""
    raters: tuple[Rater, ...] = ("user", "agent")
    for rater in raters:
        value, provisional = contributions.grade(standing, rater)
        if value is not None:
            return _Grade(value, rater, provisional)
    return None


def _without_grade(standing: CommitStanding) -> str:
    return "made of commits that were graded one by one" if standing.carried else "not graded"


def _faults(standing: CommitStanding, outcome: OutcomeRecord | None, *, has_bug: bool) -> Iterator[str]:
    """Yield in words each record that speaks against a commit, beside its grade."""
    if has_bug:
        yield "a bug was charged to it"
    if outcome is None:
        if standing.reverted:
            yield "reverted"
        return
    if outcome.blamed_by:
        yield f"{outcome.blamed_by[0][:_SHOWN]} says that it fixes this commit"
    if outcome.again_by is None and outcome.reverted_by is not None:
        yield f"reverted by {outcome.reverted_by[:_SHOWN]}"
    elif outcome.again_by is None and standing.reverted:
        yield "reverted"
    if outcome.fixed_by is not None:
        yield f"fixed within seven days by {outcome.fixed_by[:_SHOWN]} ({_lines(outcome.fixed_lines)})"


def _left(outcome: OutcomeRecord | None) -> Iterator[str]:
    """Yield in words how many of a commit's lines were left when outcomes were computed last."""
    if outcome is not None and outcome.again_by is not None:
        yield f"reverted, and done again by {outcome.again_by[:_SHOWN]}"
    if outcome is not None and outcome.added:
        yield f"{_present_lines(outcome)} of its {_lines(outcome.added)} left"


def _is_gone(outcome: OutcomeRecord | None) -> bool:
    """Return True if a commit added lines and none of them is left."""
    return outcome is not None and outcome.added > 0 and _present_lines(outcome) == 0


def _present_lines(outcome: OutcomeRecord) -> int:
    return sum(count for _, count in outcome.changes)


def _lines(count: int) -> str:
    return number_of(count, "line")
