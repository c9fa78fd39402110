"""The scoring policy of the design, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scoring import Policy, Sums, expectation, is_scored, score


def test_a_new_agent() -> None:
    new = score(Sums())
    assert (new.skill_points, new.experience_points, new.communication_score, new.level) == (1, 0, 60, 1)
    assert (new.trust_tier, new.communication_tier, new.halted) == ("probation", "neutral", False)


def test_a_commit_is_one_and_a_push_ten() -> None:
    assert score(Sums(commits=3, pushes=2)).experience_points == 23


@pytest.mark.parametrize(
    ("experience", "level", "rest"), [(9, 1, 9), (10, 2, 0), (29, 2, 19), (30, 3, 0), (59, 3, 29), (60, 4, 0)]
)
def test_from_level_n_to_the_next_costs_ten_n(experience: int, level: int, rest: int) -> None:
    found = score(Sums(commits=experience))
    assert (found.level, found.level_experience, found.next_level_experience) == (level, rest, 10 * level)
    assert found.skill_points == level


@given(st.integers(0, 10**9))
def test_the_level_is_the_highest_that_is_paid_for(experience: int) -> None:
    level = score(Sums(commits=experience)).level
    assert 10 * level * (level - 1) // 2 <= experience < 10 * (level + 1) * level // 2


def test_grades_of_both_raters_move_the_communication_score() -> None:
    assert score(Sums(agent_bad=1, user_bad=1)).communication_score == 58
    assert score(Sums(agent_excellence=1, user_excellence=1)).communication_score == 70
    assert score(Sums(agent_neutral=1, user_good=1)).communication_score == 63


def test_it_is_shown_between_nothing_and_a_hundred_for_each_skill_point() -> None:
    assert score(Sums(user_bad=100)).communication_score == 0
    assert score(Sums(user_excellence=100)).communication_score == 100
    assert score(Sums(user_excellence=100, commits=10)).communication_score == 200
    assert score(Sums(user_excellence=100, bugs=1)).communication_score == 0


def test_bugs_cost_skill_points_and_halt() -> None:
    assert score(Sums(bugs=1)).halted
    assert not score(Sums(bugs=1, reinstatements=1)).halted
    assert not score(Sums(bugs=1, commits=10)).halted


@pytest.mark.parametrize(
    ("level", "tier"), [(1, "probation"), (2, "junior"), (4, "established"), (7, "senior"), (10, "expert")]
)
def test_trust_tiers(level: int, tier: str) -> None:
    found = score(Sums(commits=10 * level * (level - 1) // 2))
    assert found.trust_tier == tier
    assert expectation(tier)


@pytest.mark.parametrize(
    ("bad", "tier"),
    [(0, "neutral"), (1, "declining"), (21, "critical"), (41, "breaking point"), (60, "broken")],
)
def test_communication_tiers_going_down(bad: int, tier: str) -> None:
    assert score(Sums(user_bad=bad)).communication_tier == tier


def test_communication_tiers_going_up() -> None:
    assert score(Sums(user_good=10)).communication_tier == "strong"
    assert score(Sums(user_good=20)).communication_tier == "god-mode"


def test_a_policy_is_a_value() -> None:
    assert score(Sums(commits=2), Policy(experience_per_commit=5)).level == 2


def test_humans_bots_and_unknown_agents_are_never_scored() -> None:
    assert is_scored("agent", "codex")
    assert not is_scored("human", "human")
    assert not is_scored("bot", "dependabot")
    assert not is_scored("agent", "unknown-agent")
