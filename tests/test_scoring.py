"""The scoring policy, rule by rule, with the table of docs/scoring.md."""

from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scoring import (
    DEFAULT,
    Policy,
    Sums,
    bugs_until_halt,
    grade_points,
    is_scored,
    points_to_end_halt,
    policy_from_table,
    policy_name,
    score,
    tier_expectation,
)


class Rule(NamedTuple):
    """A row of the table in docs/scoring.md: the rule, its number's name in the policy, and an example."""

    rule: str
    number: str
    sums: Sums
    field: str
    expected: object


RULES: Final = [
    Rule("A new agent has that many skill points (SP)", "start-skill-points", Sums(), "skill_points", 1),
    Rule("A new agent has that much experience (XP)", "start-experience", Sums(), "experience_points", 0),
    Rule("A new agent has that communication score (CS)", "start-communication", Sums(), "communication_score", 60),
    Rule("A live local commit adds XP", "experience-per-commit", Sums(commits=3), "experience_points", 3),
    Rule("A push of new commits adds XP", "experience-per-push", Sums(commits=3, pushes=2), "experience_points", 23),
    Rule("From level n to n+1 costs n times that many XP", "level-step", Sums(commits=30), "level", 3),
    Rule("and the rest is kept", "level-step", Sums(commits=37), "level_experience", 7),
    Rule("A level is a skill point", "level-step", Sums(commits=10), "skill_points", 2),
    Rule("A bug costs skill points", "skill-points-per-bug", Sums(commits=10, bugs=1), "skill_points", 1),
    Rule("No skill point left: halted", "skill-points-per-bug", Sums(bugs=1), "halted", True),
    Rule("The user ends a halt", "skill-points-per-bug", Sums(bugs=1, reinstatements=1), "halted", False),
    Rule("Bad, by either rater", "grade-bad", Sums(agent_bad=1, user_bad=1), "communication_score", 58),
    Rule("Neutral", "grade-neutral", Sums(agent_neutral=1), "communication_score", 61),
    Rule("Good", "grade-good", Sums(user_good=1), "communication_score", 62),
    Rule("Excellence", "grade-excellence", Sums(agent_excellence=1, user_excellence=1), "communication_score", 70),
    Rule("CS is shown from 0", "communication-per-skill-point", Sums(user_bad=100), "communication_score", 0),
    Rule(
        "up to so much for each SP", "communication-per-skill-point",
        Sums(user_excellence=100, commits=10), "communication_score", 200,
    ),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=[f"{rule.number}, {rule.field}" for rule in RULES])
def test_example_of_rule(rule: Rule) -> None:
    assert getattr(score(rule.sums), rule.field) == rule.expected
    assert rule.number.replace("-", "_") in Policy._fields


def test_score_of_new_agent() -> None:
    new = score(Sums())
    assert (new.skill_points, new.experience_points, new.communication_score, new.level) == (1, 0, 60, 1)
    assert (new.trust_tier, new.communication_tier, new.halted) == ("probation", "neutral", False)


@pytest.mark.parametrize(
    ("experience", "level", "rest"), [(9, 1, 9), (10, 2, 0), (29, 2, 19), (30, 3, 0), (59, 3, 29), (60, 4, 0)]
)
def test_level_n_costs_ten_times_n(experience: int, level: int, rest: int) -> None:
    found = score(Sums(commits=experience))
    assert (found.level, found.level_experience, found.next_level_experience) == (level, rest, 10 * level)
    assert found.skill_points == level


@given(st.integers(0, 10**9))
def test_level_is_highest_that_experience_pays_for(experience: int) -> None:
    level = score(Sums(commits=experience)).level
    assert 10 * level * (level - 1) // 2 <= experience < 10 * (level + 1) * level // 2


def test_one_commit_changes_communication_score_by_minus_two_to_ten() -> None:
    assert (score(Sums(agent_bad=1, user_bad=1)).communication_score, grade_points(-1), grade_points(1)) == (58, -1, 1)
    both = score(Sums(agent_excellence=1, user_excellence=1)).communication_score
    assert (both, grade_points(2), grade_points(5)) == (70, 2, 5)


def test_communication_score_is_limited_to_100_per_skill_point() -> None:
    assert score(Sums(user_bad=100)).communication_score == 0
    assert score(Sums(user_excellence=100)).communication_score == 100
    assert score(Sums(user_excellence=100, commits=10)).communication_score == 200
    assert score(Sums(user_excellence=100, bugs=1)).communication_score == 0


def test_bugs_reduce_skill_points_and_halt() -> None:
    assert score(Sums(bugs=1)).halted
    assert not score(Sums(bugs=1, reinstatements=1)).halted
    assert not score(Sums(bugs=1, commits=10)).halted


def test_reinstatement_adds_enough_skill_points_to_end_halt() -> None:
    assert [points_to_end_halt(Sums(bugs=bugs)) for bugs in (0, 1, 3)] == [0, 1, 3]
    assert score(Sums(bugs=3, reinstatements=3)).skill_points == 1


@pytest.mark.parametrize(
    ("level", "tier"),
    [(1, "probation"), (2, "junior"), (3, "junior"), (4, "established"), (6, "established"), (7, "senior"),
     (9, "senior"), (10, "expert")],
)  # fmt: skip
def test_trust_tiers(level: int, tier: str) -> None:
    found = score(Sums(commits=10 * level * (level - 1) // 2))
    assert found.trust_tier == tier
    assert tier_expectation(tier)


@pytest.mark.parametrize(
    ("shown", "tier"),
    [(100, "god-mode"), (99, "strong"), (80, "strong"), (79, "neutral"), (60, "neutral"), (59, "declining"),
     (40, "declining"), (39, "critical"), (20, "critical"), (19, "breaking point"), (1, "breaking point"),
     (0, "broken")],
)  # fmt: skip
def test_communication_tiers(shown: int, tier: str) -> None:
    sums = Sums(user_bad=60 - shown) if shown <= 60 else Sums(user_neutral=shown - 60)
    assert score(sums).communication_score == shown
    assert score(sums).communication_tier == tier


def test_only_known_agents_are_scored() -> None:
    assert is_scored("agent", "codex")
    assert not is_scored("agent", "unknown-agent")
    assert not is_scored("human", "human")
    assert not is_scored("bot", "dependabot")


def test_custom_policy_changes_scores_of_equal_sums() -> None:
    sums = Sums(commits=10, bugs=1, user_good=1)
    other = policy_from_table({"experience-per-commit": 3, "skill-points-per-bug": 2, "grade-good": 7})
    assert (score(sums).experience_points, score(sums, other).experience_points) == (10, 30)
    assert (score(sums).skill_points, score(sums, other).skill_points) == (1, 1)
    assert (score(sums).communication_score, score(sums, other).communication_score) == (62, 67)
    assert policy_name(DEFAULT) == "default-1"
    assert policy_name(other).startswith("custom-1-")


def test_numbers_that_depend_on_each_other_are_checked_together() -> None:
    custom = policy_from_table({"start-communication": 150, "start-skill-points": 2})
    assert score(Sums(), custom).communication_score == 150


def test_custom_tiers() -> None:
    custom = policy_from_table({"trust-tiers": {"junior": 3}, "communication-tiers": {"god-mode": 90}})
    assert score(Sums(commits=10), custom).trust_tier == "probation"  # level 2
    assert score(Sums(user_excellence=6), custom).communication_tier == "god-mode"


INVALID: Final[list[tuple[object, str]]] = [
    (7, "must be a table"),
    ({"experience": 3}, "unknown name 'experience'"),
    ({"version": 2}, "unknown name 'version'"),
    ({"level-step": 0}, "at least 1"),
    ({"start-skill-points": 0}, "at least 1"),
    ({"start-communication": 101}, "at most 100"),
    ({"communication-per-skill-point": 50}, "start-communication must be at most 50"),
    ({"level-step": "10"}, "whole number"),
    ({"level-step": True}, "whole number"),
    ({"experience-per-commit": -1}, "from 0 to"),
    ({"grade-good": 10_000_000}, "from -1000000 to"),
    ({"trust-tiers": {"wizard": 3}}, "with some of"),
    ({"trust-tiers": {"junior": 5}}, "must rise"),
    ({"communication-tiers": [1, 2]}, "with some of"),
]


@pytest.mark.parametrize(("table", "words"), INVALID, ids=[f"{table}" for table, _ in INVALID])
def test_invalid_policy_is_refused(table: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        policy_from_table(table)


@given(commits=st.integers(0, 500), bugs=st.integers(0, 9), cost=st.integers(1, 4))
def test_bugs_until_halt_is_the_least_number_that_halts(commits: int, bugs: int, cost: int) -> None:
    sums = Sums(commits=commits, bugs=bugs)
    policy = DEFAULT._replace(skill_points_per_bug=cost)
    number = bugs_until_halt(sums, policy)
    assert number is not None
    assert score(sums._replace(bugs=sums.bugs + number), policy).halted
    assert number == 0 or not score(sums._replace(bugs=sums.bugs + number - 1), policy).halted


def test_bugs_that_cost_nothing_halt_nobody() -> None:
    assert bugs_until_halt(Sums(), DEFAULT._replace(skill_points_per_bug=0)) is None
