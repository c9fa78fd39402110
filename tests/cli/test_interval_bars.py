"""Shares as they are shown: rounded, and never nothing or all of what is neither."""

import pytest

from tracker.cli.interval_bars import share_shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0%"), (0.001, "<1%"), (0.0049, "<1%"), (0.006, "1%"), (1 / 3, "33%"), (2 / 3, "67%"), (0.994, "99%"),
        (0.996, ">99%"), (1, "100%"),
    ],
)  # fmt: skip
def test_shares(share: float, shown: str) -> None:
    assert share_shown(share) == shown
