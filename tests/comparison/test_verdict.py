"""The verdict on set-ups: nothing without enough commits, and little that is wrong in simulated worlds."""

from math import exp
from random import Random

import pytest

from tests.comparison.worked_example import EXAMPLE
from tests.program import WHOLE
from tracker.comparison.tallies import Tallies, Tally, by_kind, count
from tracker.comparison.verdict import compare

WORLDS = 1500 if WHOLE else 60
KINDS = {"docs": 1.9, "chore": 1.0, "feat": 0.4, "fix": -0.4}
"""Kinds of work, each with the logit of the share of good commits of the average set-up."""


def test_worked_example() -> None:
    verdict = compare(EXAMPLE)
    assert set(verdict.leaders) == {"claude", "codex"}
    assert all(not standing.beats for standing in verdict.standings.values())
    assert not verdict.standings["qwen"].is_compared
    assert verdict.commits_to_tell() is not None


@pytest.mark.parametrize(
    "tallies",
    [
        {},
        {"one": {"feat": Tally(50, 50)}},
        {"one": {"feat": Tally(50, 50)}, "two": {"feat": Tally(0, 9)}},
        {"one": {"feat": Tally(9, 9)}, "two": {"feat": Tally(0, 9)}},
    ],
)
def test_no_leader_without_two_set_ups_of_ten_commits(tallies: Tallies) -> None:
    verdict = compare(tallies)
    assert verdict.leaders == ()
    assert verdict.chance is None
    assert verdict.commits_to_tell() is None


@pytest.mark.parametrize("good", [0, 30])
def test_all_good_or_all_bad(good: int) -> None:
    verdict = compare({name: {"feat": Tally(good, 30)} for name in ("one", "two")})
    assert verdict.leaders == ("one", "two")
    assert verdict.chance == 1


def test_clear_difference_is_said() -> None:
    verdict = compare({"one": {"feat": Tally(38, 40)}, "two": {"feat": Tally(15, 40)}})
    assert verdict.leaders == ("one",)
    assert verdict.standings["one"].beats == ("two",)
    assert verdict.commits_to_tell() is None


def test_set_ups_with_few_kinds_of_work_in_common_are_not_compared() -> None:
    verdict = compare({"one": {"docs": Tally(40, 40)}, "two": {"fix": Tally(2, 40), "docs": Tally(0, 0)}})
    assert verdict.not_alike == (("one", "two"),)
    assert verdict.better == {}
    assert verdict.leaders == ("one", "two")


def test_order_and_names_do_not_change_the_numbers() -> None:
    turned = {name: dict(reversed(kinds.items())) for name, kinds in reversed(EXAMPLE.items())}
    assert compare(turned) == compare(EXAMPLE)


class World:
    """Six set-ups with a true share of good commits in each kind of work, of which some commits were graded."""

    def __init__(self, chance: Random, spread: float) -> None:
        self.true: dict[str, dict[str, float]] = {}
        commits: list[tuple[str, str, bool]] = []
        for name in "abcdef":
            ability = chance.gauss(0, spread)
            self.true[name] = {kind: 1 / (1 + exp(-(ability + logit))) for kind, logit in KINDS.items()}
            number = min(120, 1 + int(6 * (chance.paretovariate(1.2) - 1)))
            weights = [chance.gammavariate(0.6, 1) for _ in KINDS]
            kinds = chance.choices([*KINDS], weights, k=number)
            commits += [(name, kind, chance.random() < self.true[name][kind]) for kind in kinds]
        self.tallies = count(commits)

    def share(self, name: str) -> float:
        """Return the true share of good commits of a set-up on the kinds of work of all set-ups together."""
        kinds = by_kind(self.tallies)
        return sum(self.true[name][kind] * tally.commits for kind, tally in kinds.items()) / sum(
            tally.commits for tally in kinds.values()
        )


def test_intervals_and_claims_in_simulated_worlds() -> None:
    chance = Random(5)
    covered = []
    right = []
    for _ in range(WORLDS):
        world = World(chance, spread=0.5)
        verdict = compare(world.tallies, draws=1000, shuffles=199)
        for name, standing in verdict.standings.items():
            low, high = standing.interval
            covered.append(low <= world.share(name) <= high)
            right += [world.share(name) > world.share(other) for other in standing.beats]
    assert 0.87 <= sum(covered) / len(covered) <= 0.93
    assert len(right) >= 10
    assert sum(right) / len(right) >= 0.9


def test_worlds_without_a_difference_get_no_claim() -> None:
    chance = Random(6)
    claims = 0
    for _ in range(WORLDS):
        verdict = compare(World(chance, spread=0).tallies, draws=1000, shuffles=199)
        claims += any(standing.beats for standing in verdict.standings.values())
    assert claims / WORLDS <= 0.05
