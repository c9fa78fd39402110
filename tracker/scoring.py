"""The score: a pure function of totals and of a policy (design, section 6). Recording order never matters."""

from math import isqrt
from typing import Final, NamedTuple

from tracker.model import HUMAN, UNKNOWN_AGENT, Kind


class Policy(NamedTuple):
    """The numbers of the rules. ``level_step``: from level n to n+1 costs that many XP times n."""

    version: int = 1
    start_skill_points: int = 1
    start_communication: int = 60
    experience_per_commit: int = 1
    experience_per_push: int = 10
    level_step: int = 10
    communication_per_skill_point: int = 100


class Sums(NamedTuple):
    """What is scored, summed over an agent's accounts."""

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
    """Where an agent stands. ``level_experience`` of ``next_level_experience`` XP of the present level are earned."""

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

_TRUST: Final = ((10, "expert"), (7, "senior"), (4, "established"), (2, "junior"))
_COMMUNICATION: Final = (
    (100, "god-mode"),
    (80, "strong"),
    (60, "neutral"),
    (40, "declining"),
    (20, "critical"),
    (1, "breaking point"),
)
_EXPECTATIONS: Final = {
    "probation": "Take small steps, ask before anything that is hard to undo, and have every commit reviewed.",
    "junior": "Work on bounded tasks, explain your choices, and expect every commit to be reviewed.",
    "established": "Work on your own within a task, and point out what a reviewer should look at.",
    "senior": "Plan and carry out whole tasks, and ask where a decision is the user's.",
    "expert": "Own the work from plan to proof, and keep others informed.",
}


def score(sums: Sums, policy: Policy = DEFAULT) -> Score:
    """The score of an agent with these sums."""
    experience = sums.commits * policy.experience_per_commit + sums.pushes * policy.experience_per_push
    level = _level(experience, policy.level_step)
    skill = policy.start_skill_points - 1 + level - sums.bugs + sums.reinstatements
    raw = policy.start_communication + _grades(sums)
    shown = max(0, min(raw, policy.communication_per_skill_point * max(0, skill)))
    return Score(
        skill_points=skill,
        experience_points=experience,
        level=level,
        level_experience=experience - _cost(level, policy.level_step),
        next_level_experience=policy.level_step * level,
        communication_score=shown,
        communication_raw=raw,
        trust_tier=next((name for least, name in _TRUST if skill >= least), "probation"),
        communication_tier=next((name for least, name in _COMMUNICATION if shown >= least), "broken"),
        halted=skill <= 0,
    )


def expectation(tier: str) -> str:
    """What a trust tier asks of the agent, in a sentence."""
    return _EXPECTATIONS[tier]


def is_scored(kind: Kind, agent: str) -> bool:
    """Whether an agent has a score: humans, bots and unknown agents are counted, never scored."""
    return kind == "agent" and agent not in {HUMAN, UNKNOWN_AGENT}


def _cost(level: int, step: int) -> int:
    """XP that it takes to come from level 1 to ``level``."""
    return step * level * (level - 1) // 2


def _level(experience: int, step: int) -> int:
    """The highest level that the XP pays for: step * n(n-1)/2 is at most XP, solved for n."""
    return (1 + isqrt(1 + 8 * (experience // step))) // 2


def _grades(sums: Sums) -> int:
    bad, neutral = sums.agent_bad + sums.user_bad, sums.agent_neutral + sums.user_neutral
    good, excellence = sums.agent_good + sums.user_good, sums.agent_excellence + sums.user_excellence
    return -bad + neutral + 2 * good + 5 * excellence
