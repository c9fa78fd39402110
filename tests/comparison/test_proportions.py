"""Intervals of proportions and numbers of commits, against statsmodels."""

import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from tracker.comparison.proportions import commits_needed, wilson


@pytest.mark.parametrize(("good", "count"), [(0, 1), (0, 40), (3, 3), (8, 10), (45, 50), (1, 1000)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson(good: int, count: int, level: float) -> None:
    assert wilson(good, count, level) == pytest.approx(proportion_confint(good, count, 1 - level, "wilson"), abs=1e-9)


def test_nothing_counted() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "needed"), [(0.5, 0.9, 19), (0.5, 0.8, 38), (0.6, 0.8, 81), (0.1, 0.2, 195)]
)
def test_commits_needed(first: float, second: float, needed: int) -> None:
    effect = proportion_effectsize(first, second)
    exact = NormalIndPower().solve_power(abs(effect), alpha=0.05, power=0.8)
    assert commits_needed(first, second) == needed
    assert needed - 1 < exact <= needed


def test_equal_shares_need_no_end_of_commits() -> None:
    assert commits_needed(0.5, 0.5) is None
