"""The figures of one set-up, worked out from a row of sums: counts, shares with their intervals, calibration."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker.comparison.calibration import Calibration, calibrate
from tracker.comparison.proportions import wilson
from tracker.comparison.tallies import Tally
from tracker.lineage.sums import SIZES, Sums, by_column
from tracker.model import AGES, GRADE_NAMES

_GOOD: Final = (GRADE_NAMES[2], GRADE_NAMES[5])
"""Grades of work that is good."""


class Proportion(NamedTuple):
    """A share of commits: ``found`` of ``of``, with its 90 % interval. ``share`` is None if there are none."""

    found: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, from 0 to 1."""
        return self.found / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval, 90 %."""
        return wilson(self.found, self.of)


class Lines(NamedTuple):
    """Added lines of commits of one age: ``kept`` of ``added`` were still there then. ``commits`` added them."""

    commits: int
    added: int
    kept: int


class Figures:
    """The figures in a row of sums."""

    def __init__(self, row: Sums) -> None:
        self.columns: Mapping[str, int] = by_column(row)

    def count(self, *names: str) -> int:
        """Return the sum of some columns."""
        return sum(self.columns[name] for name in names)

    @property
    def commits(self) -> int:
        """Commits that count, fetched ones too."""
        return self.count("commits", "fetched_commits")

    @property
    def graded(self) -> Tally:
        """Commits graded by the user, fetched ones too, and those of them that are good or excellent."""
        given = [f"{place}user_{grade}" for place in ("", "fetched_") for grade in GRADE_NAMES.values()]
        return Tally(self.count(*(name for name in given if name.endswith(_GOOD))), self.count(*given))

    @property
    def settled(self) -> Tally:
        """Commits that landed 14 days ago or longer, and those of them that went well."""
        return Tally(
            self.count(*(f"well_{size}" for size in SIZES)), self.count(*(f"settled_{size}" for size in SIZES))
        )

    def settled_of_size(self, size: str) -> Tally:
        """Return settled commits of one class of size, and those that went well."""
        return Tally(self.columns[f"well_{size}"], self.columns[f"settled_{size}"])

    def trouble_of_size(self, size: str) -> Proportion:
        """Return the settled commits of a size that were reverted, fixed within seven days, blamed or graded bad."""
        return Proportion(self.columns[f"trouble_{size}"], self.columns[f"settled_{size}"])

    @property
    def outcomes(self) -> dict[str, Proportion]:
        """Shares of settled commits, keyed by what became of them, and of commits with half of their lines by age."""
        settled = self.settled.commits
        return {
            "reverted": Proportion(self.columns["settled_reverted"], settled),
            "fixed": Proportion(self.columns["settled_fixed"], settled),
            "blamed": Proportion(self.columns["settled_blamed"], settled),
            **{
                f"half_kept_{days}": Proportion(self.columns[f"half_{days}"], self.columns[f"old_{days}"])
                for days in AGES
            },
        }

    def lines(self, days: int) -> Lines:
        """Return the added lines of commits that have reached one of ``AGES``."""
        return Lines(*(self.columns[f"{name}_{days}"] for name in ("old", "added", "kept")))

    @property
    def calibration(self) -> Calibration:
        """The agent's own grades beside the user's."""
        steps = [*GRADE_NAMES.values()]
        table = Counter(
            {
                (ours, theirs): self.columns[f"agent_{steps[ours]}_user_{steps[theirs]}"]
                for ours in range(len(steps))
                for theirs in range(len(steps))
            }
        )
        return calibrate(table.elements())
