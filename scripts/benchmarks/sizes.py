"""Sizes of the measurements: numbers of rounds, commits, files and bytes."""

from typing import Final, NamedTuple


class Sizes(NamedTuple):
    """The size of each measurement.

    ``picks`` are the commits of a rebase, ``files`` those of the realistic repository, ``message_bytes`` the size of
    the largest message.
    """

    rounds: int
    rebase_rounds: int
    picks: int
    files: int
    ledger_commits: int
    backfill_rounds: int
    message_bytes: int


LARGE: Final = Sizes(40, 15, 200, 2000, 100_000, 3, 10_000_000)
QUICK: Final = Sizes(3, 2, 3, 20, 300, 1, 100_000)
"""Small numbers: they show that every measurement works, not what anything costs."""
