"""Shares of a table: whole percentages that add up to 100, and never say nothing or all of what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli.interval_bars import shares_shown


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([1, 1, 1], ["34%", "33%", "33%"]),
        ([5, 3, 1], ["56%", "33%", "11%"]),
        ([2, 1, 1, 2], ["33%", "17%", "17%", "33%"]),
        ([999, 1], [">99%", "<1%"]),
        ([7], ["100%"]),
        ([3, 0], ["100%", "0%"]),
        ([0, 0], ["0%", "0%"]),
        ([], []),
    ],
)
def test_shares(counts: list[int], shown: list[str]) -> None:
    assert shares_shown(counts) == shown


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_they_add_up_and_are_at_most_a_percent_off(counts: list[int]) -> None:
    shown = shares_shown(counts)
    numbers = [{"<1%": 0, ">99%": 100}.get(one) if one[0] in "<>" else int(one[:-1]) for one in shown]
    assert sum(number for number in numbers if number is not None) == 100
    for count, text, number in zip(counts, shown, numbers, strict=True):
        assert number is not None
        assert abs(number - 100 * count / sum(counts)) < 1
        assert (text == "0%") == (count == 0)
        assert (text == "100%") == (count == sum(counts))
