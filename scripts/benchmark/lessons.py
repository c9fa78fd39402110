"""The time of ``lessons`` in a long history."""

import time
from pathlib import Path
from statistics import median
from typing import Final

from benchmark.backfill import HISTORY
from benchmark.sandbox import MeasurementFailed, Sandbox

_TASK: Final = "change number 77"
"""Two words that every subject of the history has, and one that few have."""


def measure_lessons(sandbox: Sandbox, rounds: int) -> dict[str, float]:
    """Return the median seconds of a search of the full ledger, and of ``log -n 1`` as the start of any command.

    ``measure_backfill`` must have made the repository. Raises MeasurementFailed when agent-tracker fails or finds
    nothing.
    """
    path = sandbox.home / HISTORY
    searches: list[float] = []
    starts: list[float] = []
    for _ in range(rounds):
        for times, words in ((searches, ("lessons", _TASK)), (starts, ("log", "-n", "1"))):
            times.append(_seconds(sandbox, path, words))
    return {"seconds": round(median(searches), 3), "start_seconds": round(median(starts), 3)}


def _seconds(sandbox: Sandbox, path: Path, words: tuple[str, ...]) -> float:
    start = time.perf_counter()
    output = sandbox.tracker(*words, place=path)
    seconds = time.perf_counter() - start
    if "change number" not in output:
        raise MeasurementFailed(f"'agent-tracker {words[0]}' found nothing in the history.")
    return seconds
