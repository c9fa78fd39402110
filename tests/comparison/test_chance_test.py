"""The permutation test against scipy's exact tests, and that it is fair."""

from random import Random

import pytest
from scipy import stats

from tests.comparison.worked_example import EXAMPLE
from tracker.comparison.chance_test import _hypergeometric, chance_of_as_many, chance_of_differences
from tracker.comparison.tallies import Tally


@pytest.mark.parametrize(
    ("count", "good", "drawn"),
    [(10, 4, 3), (200, 150, 120), (6, 5, 2), (100_000, 300, 50_000), (2_000, 1_000, 1_000), (100_000, 60_000, 20_000)],
)
def test_draws_have_the_right_mean_and_spread(count: int, good: int, drawn: int) -> None:
    chance = Random(1)
    found = [_hypergeometric(count, good, drawn, chance) for _ in range(4000)]
    exact = stats.hypergeom(count, good, drawn)
    assert sum(found) / len(found) == pytest.approx(exact.mean(), abs=4 * exact.std() / 63 + 1e-9)
    assert stats.tstd(found) == pytest.approx(exact.std(), rel=0.06, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Tally(9, 10), Tally(3, 10)),
        (Tally(20, 30), Tally(12, 30)),
        (Tally(5, 9), Tally(4, 9)),
        (Tally(910, 1000), Tally(885, 1000)),
    ],
)
def test_two_set_ups_and_one_kind_is_fishers_exact_test(one: Tally, other: Tally) -> None:
    exact = stats.fisher_exact([[one.good, one.commits - one.good], [other.good, other.commits - other.good]]).pvalue
    found = chance_of_differences({"one": {"feat": one}, "other": {"feat": other}}, ["one", "other"], 9999)
    assert found == pytest.approx(exact, abs=0.02)


def test_a_difference_between_kinds_of_work_is_none_between_set_ups() -> None:
    tallies = {
        "one": {"docs": Tally(98, 100), "fix": Tally(2, 10)},
        "two": {"docs": Tally(10, 10), "fix": Tally(20, 100)},
    }
    assert chance_of_differences(tallies, tallies) > 0.5


def test_kinds_that_one_set_up_alone_has_done_tell_nothing() -> None:
    tallies = {"one": {"docs": Tally(50, 50)}, "two": {"fix": Tally(1, 50)}}
    assert chance_of_differences(tallies, tallies) == 1.0


def test_the_same_numbers_give_the_same_chance() -> None:
    assert len({chance_of_differences(EXAMPLE, EXAMPLE) for _ in range(3)}) == 1


@pytest.mark.parametrize(("count", "good", "drawn"), [(50, 6, 12), (147, 46, 37), (20, 20, 5), (60_000, 4_000, 9_000)])
def test_chance_of_as_many_is_that_of_scipy(count: int, good: int, drawn: int) -> None:
    expected = drawn * good // count
    for found in range(expected + 1, min(good, drawn, expected + 40) + 1):
        assert chance_of_as_many(count, good, drawn, found) == pytest.approx(
            stats.hypergeom.sf(found - 1, count, good, drawn), rel=1e-6, abs=1e-9
        )
    assert chance_of_as_many(count, good, drawn, 0) == 1.0
