"""Scores of agents: a pure function of their sums and a policy (docs/scoring.md).

All numbers of the rules are in one value, the policy. Another policy gives other scores for the same sums and changes
no record. The order in which commits were recorded does not matter.
"""

import itertools
from collections.abc import Mapping
from math import isqrt
from typing import Any, Final, NamedTuple

from tracker.digests import blake2b
from tracker.model import HUMAN, UNKNOWN_AGENT, GradeValue, Kind

Tiers = tuple[tuple[str, int], ...]
"""(name, minimum) pairs of tiers, highest first. Values below the last minimum are in ``LOWEST_TRUST`` or
``LOWEST_COMMUNICATION``."""


class Policy(NamedTuple):
    """The numbers of the scoring rules (docs/scoring.md).

    ``version``: version of the formulas, not of the numbers. Skill points (SP), experience points (XP) and the
    communication score (CS) are integers. ``level_step``: level n+1 costs ``level_step * n`` XP more than level n.
    ``grade_*``: CS points for a grade of either rater. ``communication_per_skill_point``: maximum of the shown CS,
    per skill point.
    """

    version: int = 1
    start_skill_points: int = 1
    start_experience: int = 0
    start_communication: int = 60
    experience_per_commit: int = 1
    experience_per_push: int = 10
    level_step: int = 10
    skill_points_per_bug: int = 1
    communication_per_skill_point: int = 100
    grade_bad: int = -1
    grade_neutral: int = 1
    grade_good: int = 2
    grade_excellence: int = 5
    trust_tiers: Tiers = (("expert", 10), ("senior", 7), ("established", 4), ("junior", 2))
    communication_tiers: Tiers = (
        ("god-mode", 100), ("strong", 80), ("neutral", 60), ("declining", 40), ("critical", 20), ("breaking point", 1),
    )  # fmt: skip


class Sums(NamedTuple):
    """The summed totals of one agent that its score is computed from."""

    commits: int = 0
    pushes: int = 0
    bugs: int = 0
    reinstatements: int = 0
    agent_bad: int = 0
    agent_neutral: int = 0
    agent_good: int = 0
    agent_excellence: int = 0
    user_bad: int = 0
    user_neutral: int = 0
    user_good: int = 0
    user_excellence: int = 0


class Score(NamedTuple):
    """The score of one agent.

    ``level_experience``: XP earned within the present level, of the ``next_level_experience`` XP that the next level
    costs. ``communication_score``: the CS within the limits in which it is shown; ``communication_raw``: without them.
    ``halted``: True if no skill point is left.
    """

    skill_points: int
    experience_points: int
    level: int
    level_experience: int
    next_level_experience: int
    communication_score: int
    communication_raw: int
    trust_tier: str
    communication_tier: str
    halted: bool


DEFAULT: Final = Policy()

LOWEST_TRUST: Final = "probation"
LOWEST_COMMUNICATION: Final = "broken"

_LARGEST_NUMBER: Final = 1_000_000
"""Largest number allowed in a policy, so that no score becomes too long to print or to sum."""

_EXPECTATIONS: Final = {
    "probation": "Take small steps, ask before anything that is hard to undo, and have every commit reviewed.",
    "junior": "Work on bounded tasks, explain your choices, and expect every commit to be reviewed.",
    "established": "Work on your own within a task, and point out what a reviewer should look at.",
    "senior": "Plan and carry out whole tasks, and ask where a decision is the user's.",
    "expert": "Own the work from plan to proof, and keep others informed.",
}


def score(sums: Sums, policy: Policy = DEFAULT) -> Score:
    """Return the score of an agent with these sums."""
    experience = (
        policy.start_experience + sums.commits * policy.experience_per_commit + sums.pushes * policy.experience_per_push
    )
    level = _level(experience, policy.level_step)
    skill = policy.start_skill_points - 1 + level - sums.bugs * policy.skill_points_per_bug + sums.reinstatements
    raw = policy.start_communication + _grades(sums, policy)
    shown = max(0, min(raw, policy.communication_per_skill_point * max(0, skill)))
    return Score(
        skill_points=skill,
        experience_points=experience,
        level=level,
        level_experience=experience - _cost(level, policy.level_step),
        next_level_experience=policy.level_step * level,
        communication_score=shown,
        communication_raw=raw,
        trust_tier=_tier(skill, policy.trust_tiers, LOWEST_TRUST),
        communication_tier=_tier(shown, policy.communication_tiers, LOWEST_COMMUNICATION),
        halted=skill <= 0,
    )


def points_to_end_halt(sums: Sums, policy: Policy = DEFAULT) -> int:
    """Return the number of skill points that ends a halt; 0 for an agent that is not halted."""
    return max(0, 1 - score(sums, policy).skill_points)


def bugs_until_halt(sums: Sums, policy: Policy = DEFAULT) -> int | None:
    """Return how many more bugs halt an agent: 0 if it is halted, None if bugs cost nothing."""
    points = score(sums, policy).skill_points
    if points <= 0:
        return 0
    cost = policy.skill_points_per_bug
    return -(-points // cost) if cost else None


def tier_expectation(tier: str) -> str:
    """Return the sentence that tells an agent how to work in a trust tier. Raises KeyError for an unknown tier."""
    return _EXPECTATIONS[tier]


def is_scored(kind: Kind, agent: str) -> bool:
    """Return True if an agent has a score. Commits of humans, bots and unknown agents are counted but not scored."""
    return kind == "agent" and agent not in {HUMAN, UNKNOWN_AGENT}


def grade_points(grade: GradeValue, policy: Policy = DEFAULT) -> int:
    """Return the points that a grade adds to the communication score; negative for a bad grade."""
    by_value: Mapping[GradeValue, int] = {
        -1: policy.grade_bad, 1: policy.grade_neutral, 2: policy.grade_good, 5: policy.grade_excellence,
    }  # fmt: skip
    return by_value[grade]


def policy_name(policy: Policy) -> str:
    """Return the name of a policy, stored with each score: ``default-VERSION``, or ``custom-VERSION-DIGEST``."""
    if policy == DEFAULT:
        return f"default-{policy.version}"
    return f"custom-{policy.version}-{blake2b(repr(tuple(policy)).encode(), digest_size=4).hexdigest()}"


def _tier(value: int, tiers: Tiers, lowest: str) -> str:
    return next((tier for tier, least in tiers if value >= least), lowest)


def _cost(level: int, step: int) -> int:
    """Return the XP needed to reach ``level`` from level 1."""
    return step * level * (level - 1) // 2


def _level(experience: int, step: int) -> int:
    """Return the highest level n whose cost, ``step * n(n-1)/2``, is at most the XP (solved for n)."""
    return (1 + isqrt(1 + 8 * (experience // step))) // 2


def _grades(sums: Sums, policy: Policy) -> int:
    counted: Mapping[GradeValue, int] = {
        -1: sums.agent_bad + sums.user_bad,
        1: sums.agent_neutral + sums.user_neutral,
        2: sums.agent_good + sums.user_good,
        5: sums.agent_excellence + sums.user_excellence,
    }
    return sum(count * grade_points(grade, policy) for grade, count in counted.items())


def policy_from_table(table: object) -> Policy:
    """Return the default policy, with its numbers replaced by those of a TOML table (docs/scoring.md).

    Raises ValueError, with the reason, for an unknown name, a number out of range, or numbers that contradict each
    other.
    """
    if not isinstance(table, dict):
        raise ValueError("policy must be a table")  # noqa: TRY004 - callers catch one type for every error in a file
    fields = {name.replace("_", "-"): name for name in Policy._fields if name != "version"}
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            raise ValueError(f"unknown name '{key}'; the known names are {', '.join(fields)}")
        present = getattr(DEFAULT, fields[key])
        changes[fields[key]] = (
            _tiers_from_table(key, present, value) if isinstance(present, tuple) else policy_number(key, value)
        )
    policy = DEFAULT._replace(**changes)
    most = policy.start_skill_points * policy.communication_per_skill_point
    if policy.start_communication > most:
        raise ValueError(
            f"start-communication must be at most {most}, which is start-skill-points times"
            " communication-per-skill-point"
        )
    return policy


_ABOVE_NOTHING: Final = {"level-step", "start-skill-points"}
"""Numbers that cannot be 0: with no skill point every agent would be halted from the start."""


def policy_number(key: str, value: object) -> int:
    """Return one number of a policy, checked by itself. Raises ValueError, with the reason."""
    least = -_LARGEST_NUMBER if "grade" in key else 0
    if type(value) is not int or not least <= value <= _LARGEST_NUMBER:
        raise ValueError(f"{key} must be a whole number from {least} to {_LARGEST_NUMBER}")
    if value == 0 and key in _ABOVE_NOTHING:
        raise ValueError(f"{key} must be at least 1")
    return value


def _tiers_from_table(key: str, present: Tiers, value: object) -> Tiers:
    names = [name for name, _ in present]
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise ValueError(f"{key} must be a table with some of {', '.join(names)}")
    tiers = tuple((name, policy_number(name, value.get(name, least))) for name, least in present)
    if any(upper[1] <= lower[1] for upper, lower in itertools.pairwise(tiers)):
        raise ValueError(f"{key} must rise from {names[-1]} to {names[0]}")
    return tiers
