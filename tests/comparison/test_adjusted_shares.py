"""Shares adjusted for the kinds of work, and their distributions, against the worked example and scipy."""

import pytest
from scipy import stats

from tests.comparison.worked_example import EXAMPLE
from tracker.comparison.adjusted_shares import adjusted_shares
from tracker.comparison.draws import best, better, draw, interval
from tracker.comparison.tallies import Tally


def test_worked_example() -> None:
    shares = adjusted_shares(EXAMPLE)
    assert {name: round(one.expected, 1) for name, one in shares.items()} == {
        "claude": 23.4, "codex": 21.3, "qwen": 5.4
    }  # fmt: skip
    assert {name: round(one.adjusted, 3) for name, one in shares.items()} == {
        "claude": 0.765, "codex": 0.772, "qwen": 0.549
    }  # fmt: skip
    assert {name: round(one.mean, 3) for name, one in shares.items()} == {
        "claude": 0.760, "codex": 0.764, "qwen": 0.653
    }  # fmt: skip
    draws = draw(shares)
    expected = {"claude": (0.65, 0.86), "codex": (0.64, 0.87), "qwen": (0.47, 0.82)}
    assert {name: tuple(round(end, 2) for end in interval(draws[name])) for name in shares} == expected
    assert {name: round(chance, 2) for name, chance in best(draws).items()} == pytest.approx(
        {"claude": 0.42, "codex": 0.48, "qwen": 0.10}, abs=0.011
    )


@pytest.mark.parametrize("good", [0, 20])
def test_all_bad_or_all_good_is_not_certain(good: int) -> None:
    shares = adjusted_shares({"one": {"feat": Tally(good, 20)}, "two": {"feat": Tally(good, 20), "fix": Tally(0, 0)}})
    for name, draws in draw(shares).items():
        low, high = interval(draws)
        assert 0 < low < shares[name].mean < high < 1
    assert better(draw(shares))["one", "two"] == pytest.approx(0.5, abs=0.02)


def test_intervals_are_those_of_the_beta_distribution() -> None:
    shares = adjusted_shares(EXAMPLE)
    for name, draws in draw(shares).items():
        exact = stats.beta.ppf([0.05, 0.95], shares[name].alpha, shares[name].beta)
        assert interval(draws) == pytest.approx(tuple(exact), abs=0.004)


def test_nothing_to_compare() -> None:
    assert adjusted_shares({}) == {}
    assert adjusted_shares({"one": {"feat": Tally(0, 0)}}) == {}
