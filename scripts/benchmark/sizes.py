"""Sizes of the measurements: numbers of rounds, commits, files and bytes."""

from typing import Final, NamedTuple


class Sizes(NamedTuple):
    """The size of each measurement.

    ``picks`` are the commits of a rebase, ``files`` those of the realistic repository, ``message_bytes`` the size of
    the largest message, ``family`` the commits of the largest family, ``flushes`` the transactions of all processes.
    A ledger to read has at most ``ledger_commits``.
    """

    rounds: int
    rebase_rounds: int
    picks: int
    files: int
    ledger_commits: int
    backfill_rounds: int
    message_bytes: int
    family: int
    flushes: int

    @property
    def reading(self) -> tuple[int, ...]:
        """Commits of the ledgers that are read: the smallest, and those that are compared with it."""
        most = self.ledger_commits
        return tuple(sorted({max(most // 100, 1), max(most // 10, 1), most}))

    @property
    def families(self) -> tuple[int, ...]:
        """Commits of the families that are recorded."""
        return tuple(sorted({max(self.family // 32, 1), max(self.family // 8, 1), self.family}))


LARGE: Final = Sizes(40, 15, 200, 2000, 100_000, 3, 10_000_000, 16_000, 4_000)
QUICK: Final = Sizes(3, 2, 3, 20, 300, 1, 100_000, 64, 16)
"""Small numbers: they show that every measurement works, not what anything costs."""
