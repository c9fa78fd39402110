"""The score: a pure function of totals and of a policy (design, section 6). Recording order never matters.

The numbers of the rules stand in one value, the policy. Another policy gives other scores from the same totals; nothing
that was recorded changes (docs/scoring.md).
"""

import itertools
from collections.abc import Mapping
from hashlib import blake2b
from math import isqrt
from typing import Any, Final, NamedTuple

from tracker.model import HUMAN, UNKNOWN_AGENT, GradeValue, Kind

Tiers = tuple[tuple[str, int], ...]
"""Names of tiers, each with the least that it takes, the highest first; below all of them stands one more."""


class Policy(NamedTuple):
    """The numbers of the rules (design, section 6).

    ``version`` counts the rules, not the numbers: it changes when a score is worked out in another way. Skill points
    (SP), experience points (XP) and the communication score (CS) are whole numbers. ``level_step``: from level n to
    n+1 costs that many XP times n. ``grade_*``: what a grade of either rater adds to CS, which is shown up to
    ``communication_per_skill_point`` for each skill point.
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
    """What is scored, summed over an agent's accounts (columns of ``accounts.SUMS``)."""

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
    """Where an agent stands. ``level_experience`` of ``next_level_experience`` XP of the present level are earned.

    ``communication_raw`` is the CS before it is brought into the bounds in which it is shown.
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
"""The largest number that a rule may have, so that no score outgrows what is printed and summed."""


_EXPECTATIONS: Final = {
    "probation": "Take small steps, ask before anything that is hard to undo, and have every commit reviewed.",
    "junior": "Work on bounded tasks, explain your choices, and expect every commit to be reviewed.",
    "established": "Work on your own within a task, and point out what a reviewer should look at.",
    "senior": "Plan and carry out whole tasks, and ask where a decision is the user's.",
    "expert": "Own the work from plan to proof, and keep others informed.",
}


def score(sums: Sums, policy: Policy = DEFAULT) -> Score:
    """The score of an agent with these sums."""
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


def reinstatement(sums: Sums, policy: Policy = DEFAULT) -> int:
    """The skill points that it takes to end a halt; 0 for an agent that is not halted."""
    return max(0, 1 - score(sums, policy).skill_points)


def expectation(tier: str) -> str:
    """What a trust tier asks of the agent, in a sentence."""
    return _EXPECTATIONS[tier]


def is_scored(kind: Kind, agent: str) -> bool:
    """Whether an agent has a score: humans, bots and unknown agents are counted, never scored."""
    return kind == "agent" and agent not in {HUMAN, UNKNOWN_AGENT}


def points(grade: GradeValue, policy: Policy = DEFAULT) -> int:
    """What a grade adds to the communication score."""
    by_value: Mapping[GradeValue, int] = {
        -1: policy.grade_bad, 1: policy.grade_neutral, 2: policy.grade_good, 5: policy.grade_excellence,
    }  # fmt: skip
    return by_value[grade]


def name(policy: Policy) -> str:
    """What a policy is called where a score is kept beside it: ``default-1``, or ``custom-1-`` and a digest."""
    if policy == DEFAULT:
        return f"default-{policy.version}"
    return f"custom-{policy.version}-{blake2b(repr(tuple(policy)).encode(), digest_size=4).hexdigest()}"


def _tier(value: int, tiers: Tiers, lowest: str) -> str:
    return next((tier for tier, least in tiers if value >= least), lowest)


def _cost(level: int, step: int) -> int:
    """XP that it takes to come from level 1 to ``level``."""
    return step * level * (level - 1) // 2


def _level(experience: int, step: int) -> int:
    """The highest level that the XP pays for: step * n(n-1)/2 is at most XP, solved for n."""
    return (1 + isqrt(1 + 8 * (experience // step))) // 2


def _grades(sums: Sums, policy: Policy) -> int:
    counted: Mapping[GradeValue, int] = {
        -1: sums.agent_bad + sums.user_bad,
        1: sums.agent_neutral + sums.user_neutral,
        2: sums.agent_good + sums.user_good,
        5: sums.agent_excellence + sums.user_excellence,
    }
    return sum(count * points(grade, policy) for grade, count in counted.items())


def policy_from_table(table: object) -> Policy:
    """The default policy with the numbers of a TOML table in their places (docs/md).

    Raises ValueError, with the reason, for a name or number that no policy has.
    """
    if not isinstance(table, dict):
        raise ValueError("policy must be a table")  # noqa: TRY004 - what is wrong with a file is one kind of error
    fields = {name.replace("_", "-"): name for name in Policy._fields if name != "version"}
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            raise ValueError(f"unknown is '{key}'; known are {', '.join(fields)}")
        present = getattr(DEFAULT, fields[key])
        changes[fields[key]] = (
            _tiers_from_table(key, present, value)
            if isinstance(present, tuple)
            else _points_from_table(key, value, signed="grade" in key)
        )
    policy = DEFAULT._replace(**changes)
    if policy.level_step < 1:
        raise ValueError("level-step must be at least 1")
    return policy


def _points_from_table(key: str, value: object, *, signed: bool) -> int:
    if type(value) is not int or not -_LARGEST_NUMBER * signed <= value <= _LARGEST_NUMBER:
        raise ValueError(f"{key} must be a whole number from {-_LARGEST_NUMBER * signed} to {_LARGEST_NUMBER}")
    return value


def _tiers_from_table(key: str, present: Tiers, value: object) -> Tiers:
    names = [name for name, _ in present]
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise ValueError(f"{key} must be a table with some of {', '.join(names)}")
    tiers = tuple((name, _points_from_table(name, value.get(name, least), signed=False)) for name, least in present)
    if any(upper[1] <= lower[1] for upper, lower in itertools.pairwise(tiers)):
        raise ValueError(f"{key} must rise from {names[-1]} to {names[0]}")
    return tiers
