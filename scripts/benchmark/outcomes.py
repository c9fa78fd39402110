"""The time of ``outcomes`` beside git reading the same history, and of ``recommend`` by the size of a ledger."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Final

from benchmark.backfill import HISTORY
from benchmark.histories import small_changes
from benchmark.sandbox import Sandbox
from benchmark.timing import progress

_SHARE: Final = 100
"""The small history has one commit for so many of the long one."""
_SMALL: Final = "small history"


def measure_outcomes(sandbox: Sandbox, commits: int, rounds: int) -> dict[str, float]:
    """Return median seconds and their ratios: git and ``outcomes`` take turns, and so do the two ledgers.

    ``commits``: those of the long history, which ``measure_backfill`` must have made. Raises MeasurementFailed.
    """
    progress(f"timing outcomes of {commits} commits, {rounds} rounds")
    long = sandbox.home / HISTORY
    small = sandbox.repository(_SMALL)
    sandbox.fill(small, small_changes(max(20, commits // _SHARE)))
    sandbox.track(small, "small", hooks="none")
    for words in (("backfill",), ("outcomes",)):
        sandbox.tracker(*words, place=small)
    times: dict[str, list[float]] = {"git_log": [], "outcomes": [], "recommend": [], "recommend_small": []}
    for _ in range(rounds):
        for kept in (long / ".git" / "agent-tracker").glob("outcomes-*"):
            kept.unlink()  # so that it begins anew
        times["git_log"].append(_seconds(partial(sandbox.git, "log", "-p", "-U0", place=long)))
        times["outcomes"].append(_seconds(partial(sandbox.tracker, "outcomes", place=long)))
        times["recommend"].append(_seconds(partial(sandbox.tracker, "recommend", place=long)))
        times["recommend_small"].append(_seconds(partial(sandbox.tracker, "recommend", place=small)))
    medians = {name: median(seconds) for name, seconds in times.items()}
    return {
        **{f"{name}_seconds": round(seconds, 3) for name, seconds in medians.items()},
        "outcomes_to_git_log": round(medians["outcomes"] / medians["git_log"], 2),
        "recommend_to_small": round(medians["recommend"] / medians["recommend_small"], 2),
    }


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
