"""The results of the measurements of scale as tables for a reader: peers, reading, families, flushes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_READING_GOAL: Final = 1.3
"""The goal for a command that reads, in times of the smallest ledger."""
_FLUSHES_GOAL: Final = 0.6
"""The goal for transactions of eight processes, in those of py-lmdb."""
_BACKFILL_GOALS: Final = {"backfill": 1.3, "backfill --jobs 1": 2.0}
"""The goals for a backfill, in times of ``git log --numstat -M``."""
_SECONDS: Final = "seconds: least   median     most"
_RATIO: Final = "ratio: least   median     most"
_LIBRARY_GOAL: Final = 20
"""The goal for PyDriller, in times of a backfill."""


def report_scale(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the tables of what was measured."""
    if "peers" in results:
        yield from _peers(results["peers"])
    if "reading" in results:
        yield from _reading(results["reading"])
    if "families" in results:
        yield from _families(results["families"])
    if "flushes" in results:
        yield from _flushes(results["flushes"])


def _peers(peers: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'history of ' + str(peers['commits']) + ' commits':<34}{_SECONDS:>33}{_RATIO:>32}"
    for name, row in peers["rivals"].items():
        goal = f"  (goal <= {_BACKFILL_GOALS[name]})" if name in _BACKFILL_GOALS else ""
        yield f"{name:<34}{_spread(row['seconds'], 15, 3)}{_spread(row['ratio'], 14, 2)}{goal}"
    for name, library in peers["libraries"].items():
        if library is None:
            yield f"{name}: not installed (pip install --group benchmark)"
        else:
            each, times = library["ms_per_commit"], library["to_backfill"]
            goal = f" (goal >= {_LIBRARY_GOAL})" if name == "PyDriller" else ""
            yield f"{name}, its newest {library['commits']} commits: {each:.2f} ms each, {times} times a backfill{goal}"


def _reading(reading: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'reading':<34}{'commits':>10}{_SECONDS:>34}{_RATIO:>32}"
    for name, one in reading.items():
        for commits, row in one["by_commits"].items():
            goal = "" if one["is_linear"] or float(row["ratio"]["median"]) == 1 else f"  (goal <= {_READING_GOAL})"
            yield f"{name:<34}{commits:>10}{_spread(row['seconds'], 16, 3)}{_spread(row['ratio'], 14, 2)}{goal}"


def _families(families: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'family':<34}{'commits':>10}{'backfill s':>12}{'ms a commit':>13}{'one more s':>12}"
    for relation, by_size in families.items():
        for commits, row in by_size.items():
            each = 1000 * row["backfill_s"] / int(commits)
            yield f"{relation:<34}{commits:>10}{row['backfill_s']:>12.2f}{each:>13.2f}{row['one_more_s']:>12.3f}"


def _flushes(flushes: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'transactions a second':<34}{'ledger':>10}{'py-lmdb':>10}{'ratio':>8}"
    for processes, row in flushes.items():
        goal = f"  (goal >= {_FLUSHES_GOAL})" if int(processes) == max(map(int, flushes)) else ""
        yield f"{str(processes) + ' processes':<34}{row['ledger']:>10.1f}{row['lmdb']:>10.1f}{row['ratio']:>8.2f}{goal}"


def _spread(spread: Mapping[str, float], first: int, digits: int) -> str:
    return f"{spread['least']:>{first}.{digits}f}{spread['median']:>9.{digits}f}{spread['most']:>9.{digits}f}"
