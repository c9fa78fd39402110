"""Costs of the commits of one group: for each commit that landed, and for each line that was kept.

Each number is divided by the commits of which it is known, so an unknown one never counts as 0.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tracker.lineage.sums import COST_NUMBERS

_MINUTE = 60_000
_DOLLAR = 1_000_000


class Rates(NamedTuple):
    """Costs of one unit: a landed commit, or a kept line. None where nothing is known.

    ``commits``: those that the rates are of. ``is_by_time``, ``is_at_least``: of any of them. ``tokens_in``: without
    those of the cache.
    """

    commits: int
    is_by_time: bool
    is_at_least: bool
    calls: float | None
    tokens_in: float | None
    tokens_cached: float | None
    tokens_out: float | None
    minutes: float | None
    usd: float | None


class Costs:
    """The costs in the columns of a row of sums.

    ``known``: commits whose cost is known, ``of`` all. ``priced``: those whose money is worked out with prices.
    """

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._columns = columns
        self.known = columns["cost_known"]
        self.priced = columns["cost_priced"]
        self.of = columns["commits"] + columns["fetched_commits"]

    @property
    def per_landed_commit(self) -> Rates:
        """The costs of a commit that landed."""
        return self._rates("landed_cost", "commits")

    @property
    def per_kept_line(self) -> Rates:
        """The costs of a line that was still there 14 days after it landed."""
        return self._rates("old_cost", "kept")

    def _rates(self, place: str, unit: str) -> Rates:
        def rate(number: str, part: str = "", factor: int = 1) -> float | None:
            units = self._columns[f"{place}_{part}{unit}"]
            return self._columns[f"{place}_{number}"] / units / factor if units else None

        return Rates(
            self._columns[f"{place}_commits"],
            self._columns[f"{place}_by_time"] > 0,
            self._columns[f"{place}_at_least"] > 0,
            rate("calls"),
            rate("tokens_in", "tokens_"),
            rate("tokens_cached", "tokens_"),
            rate("tokens_out", "tokens_"),
            rate("time_ms", "time_", _MINUTE),
            rate("usd", "usd_", _DOLLAR),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the costs with every sum; one that is known of no commit is None."""
        columns = self._columns
        return {
            "commits_known": self.known,
            "commits": self.of,
            "by_time": columns["cost_by_time"],
            "at_least": columns["cost_at_least"],
            "priced": self.priced,
            "calls": columns["cost_calls"] if self.known else None,
            "subagent_calls": columns["cost_subagent_calls"] if self.known else None,
            **{
                name: {
                    "sum": columns[f"cost_{name}"] if columns[f"cost_{name}_known"] else None,
                    "commits_known": columns[f"cost_{name}_known"],
                }
                for name in COST_NUMBERS
            },
            "per_landed_commit": self.per_landed_commit._asdict(),
            "per_kept_line": self.per_kept_line._asdict(),
        }
