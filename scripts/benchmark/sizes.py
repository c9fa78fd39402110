"""Sizes of the measurements: numbers of rounds, commits, files and bytes."""

from typing import Final, NamedTuple


class Sizes(NamedTuple):
    """The size of each measurement; ``MEANING`` has the meaning of each field."""

    rounds: int
    rebase_rounds: int
    backfill_rounds: int
    command_rounds: int
    picks: int
    files: int
    ledger_commits: int
    peer_commits: int
    reading_commits: int
    message_bytes: int
    family: int
    flushes: int
    branches: int
    work_trees: int
    changed_files: int

    @property
    def histories(self) -> dict[str, int]:
        """Commits of the generated histories, by their shape: those of some shapes take longer to make and to read."""
        most = self.peer_commits
        return {"linear": most, "merge-heavy": max(most // 5, 1), "wide": max(most // 20, 1)}

    @property
    def reading(self) -> tuple[int, ...]:
        """Commits of the ledgers that are read: from 1,000 on, each ten times those of the one before."""
        most, sizes = self.reading_commits, [min(1000, max(self.reading_commits // 10, 1))]
        while sizes[-1] * 10 <= most:
            sizes.append(sizes[-1] * 10)
        return tuple(sizes)

    @property
    def families(self) -> tuple[int, ...]:
        """Commits of the families that are recorded."""
        return _parts(self.family, 32, 8)

    @property
    def refs(self) -> tuple[int, ...]:
        """Branches of the repositories that are compared."""
        return _parts(self.branches, 1000, 10)

    @property
    def trees(self) -> tuple[int, ...]:
        """Work trees of the repositories that are compared, the first one included."""
        return _parts(self.work_trees, self.work_trees, 5)

    @property
    def large_commits(self) -> tuple[int, ...]:
        """Files of the large commits."""
        return _parts(self.changed_files, 1000, 10)


MEANING: Final = {
    "rounds": "how often each variant is timed",
    "rebase_rounds": "how often each rebase is timed",
    "backfill_rounds": "how often everything is timed that takes long, such as a backfill",
    "command_rounds": "how often a command that reads or records little is timed",
    "picks": "commits of the rebase",
    "files": "files of the realistic repository to rebase",
    "ledger_commits": "commits in the full ledger",
    "peer_commits": "commits of the longest history whose backfill is compared with git",
    "reading_commits": "commits of the largest ledger that is read",
    "message_bytes": "bytes of the largest message attributed",
    "family": "commits of the largest family",
    "flushes": "transactions of all processes in a round",
    "branches": "branches of the repository with the most",
    "work_trees": "work trees of the repository with the most",
    "changed_files": "files of the largest commit",
}

LARGE: Final = Sizes(
    rounds=40, rebase_rounds=15, backfill_rounds=3, command_rounds=10, picks=200, files=2000, ledger_commits=100_000,
    peer_commits=100_000, reading_commits=1_000_000, message_bytes=10_000_000, family=16_000, flushes=2_000,
    branches=10_000, work_trees=50, changed_files=50_000,
)  # fmt: skip
QUICK: Final = Sizes(
    rounds=3, rebase_rounds=2, backfill_rounds=1, command_rounds=1, picks=3, files=20, ledger_commits=300,
    peer_commits=100, reading_commits=100, message_bytes=100_000, family=8, flushes=16,
    branches=10, work_trees=3, changed_files=20,
)  # fmt: skip
"""Small numbers: they show that every measurement works, not what anything costs."""


def _parts(most: int, *divisors: int) -> tuple[int, ...]:
    """Return the number divided by each of these, at least 1, and the number itself."""
    return tuple(sorted({most, *(max(most // divisor, 1) for divisor in divisors)}))
