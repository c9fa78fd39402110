"""Rows of sums: their columns, and arithmetic on them. Pure.

Totals are commutative sums, so that recording in any order, backfilling late or amending gives the same numbers.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Final

from tracker.model import AGES, GRADE_NAMES

SIZES: Final[Mapping[str, int]] = {"small": 30, "medium": 300, "large": 2**63}
"""The classes of commits by the lines that they add and remove, each with its highest number of them."""

COST_NUMBERS: Final = ("input", "cache_read", "cache_write", "output", "reasoning", "active_ms", "usd")
"""The numbers of ``CostRecord`` that are summed and may be unknown of some commits."""
COST_PLACES: Final = ("landed_cost", "old_cost")
"""The costs of commits that landed, and of those that did so 14 days ago or longer."""
COST_PARTS: Final = (
    "commits", "by_time", "at_least", "calls", "kept",
    "tokens_commits", "tokens_in", "tokens_cached", "tokens_out", "tokens_kept",
    "time_commits", "time_ms", "time_kept",
    "usd_commits", "usd", "usd_kept",
)  # fmt: skip
"""The sums for one of these: commits with each number, the number, and the lines kept of just these commits."""

SUMS: Final[tuple[str, ...]] = (
    "commits", "files", "insertions", "deletions",
    "fetched_commits", "fetched_files", "fetched_insertions", "fetched_deletions",
    "agent_bad", "agent_neutral", "agent_good", "agent_excellence",
    "user_bad", "user_neutral", "user_good", "user_excellence",
    "bugs", "pushes", "reverts", "reinstatements",
    *(f"agent_{agent}_user_{user}" for agent in GRADE_NAMES.values() for user in GRADE_NAMES.values()),
    "landed", "young", "taken_back", "again", "fixed", "blamed", "settled_reverted", "settled_fixed", "settled_blamed",
    *(f"{what}_{size}" for size in SIZES for what in ("settled", "well", "trouble")),
    *(f"{what}_{days}" for days in AGES for what in ("old", "half", "added", "kept")),
    "cost_known", "cost_by_time", "cost_at_least", "cost_calls", "cost_subagent_calls",
    *(f"cost_{number}{what}" for number in COST_NUMBERS for what in ("", "_known")),
    *(f"{place}_{what}" for place in COST_PLACES for what in COST_PARTS),
    "cost_priced",
    "fetched_reverts", "waiting_user", "waiting_agent",
    *(f"fetched_user_{grade}" for grade in GRADE_NAMES.values()),
)  # fmt: skip
"""The columns of a row of sums. Only local commits move scores (docs/scoring.md).

Rows are stored in this order, and are read as they are before a ledger is migrated, so new columns are added at the
end; a migration is needed too, after which totals are computed anew.
``waiting_user`` and ``waiting_agent`` count agents' commits that wait for the grade of that rater;
``fetched_user_…`` the user's grades of fetched commits, which compare set-ups and move no score.

``agent_…_user_…`` count the commits that both raters graded, by the two grades: the calibration. The columns from
``landed`` on are outcomes (``lineage.outcome_amounts``), of fetched commits too, and from ``cost_known`` on costs
(``lineage.cost_amounts``). A number that is not known of every commit has a column ``…_known`` for the commits of which
it is. ``cost_priced`` counts commits whose money is worked out with the user's prices; it is 0 in the ledger, which
holds what stores state.
"""

_COLUMN: Final[Mapping[str, int]] = {name: position for position, name in enumerate(SUMS)}

Sums = tuple[int, ...]
"""A row of sums, in the order of ``SUMS``; rows written before a column was added are shorter."""

NOTHING: Final[Sums] = (0,) * len(SUMS)


def sums(**columns: int) -> Sums:
    """Return a row with the named columns set and all others 0."""
    row = [0] * len(SUMS)
    for name, value in columns.items():
        row[_COLUMN[name]] = value
    return tuple(row)


def add(left: Sums, right: Sums, factor: int = 1) -> Sums:
    """Return ``left + factor * right``, by column; a column that a row does not have counts as 0."""
    if not len(left) == len(right) == len(SUMS):
        longest = max(len(left), len(right), len(SUMS))
        left, right = (row + (0,) * (longest - len(row)) for row in (left, right))
    if factor == 1:
        return tuple(map(operator.add, left, right))
    if factor == -1:
        return tuple(map(operator.sub, left, right))
    return tuple(one + factor * other for one, other in zip(left, right, strict=True))


class RunningSum:
    """A sum of many rows in most of whose columns is 0; only the others take memory."""

    def __init__(self) -> None:
        self._columns: dict[int, int] = {}

    def add_columns(self, columns: Mapping[str, int], factor: int = 1) -> None:
        """Add ``factor`` times a row that is given by its columns; others are 0."""
        for name, value in columns.items():
            if value:
                place = _COLUMN[name]
                self._columns[place] = self._columns.get(place, 0) + factor * value

    def add(self, row: Sums, factor: int = 1) -> None:
        """Add ``factor`` times a row."""
        for place, value in enumerate(row):
            if value:
                self._columns[place] = self._columns.get(place, 0) + factor * value

    def add_sum(self, other: RunningSum) -> None:
        """Add another sum."""
        for place, value in other._columns.items():
            self._columns[place] = self._columns.get(place, 0) + value

    def is_nothing(self) -> bool:
        """Return True if all columns are 0."""
        return not any(self._columns.values())

    def row(self) -> Sums:
        """Return the sum so far."""
        return self.added_to(NOTHING)

    def added_to(self, row: Sums) -> Sums:
        """Return the sum of a row and this; it is as long as the row, or reaches to the last column that this has."""
        found = [*row, *(0 for _ in range(len(row), max(self._columns, default=-1) + 1))]
        for place, value in self._columns.items():
            found[place] += value
        return tuple(found)


def by_column(row: Sums) -> Mapping[str, int]:
    """Return a row keyed by column name; columns that it does not have are 0."""
    return dict(zip(SUMS, add(row, NOTHING), strict=False))


def trimmed(row: Sums) -> Sums:
    """Return a row as it is stored: without the columns at its end that are 0."""
    return row[: len(bytes(map(bool, row)).rstrip(b"\0"))]


def total(rows: Iterable[Sums]) -> Sums:
    """Return the sum of rows."""
    found = list(NOTHING)
    for row in rows:
        for place, value in enumerate(row[: len(SUMS)]):
            if value:
                found[place] += value
    return tuple(found)
