"""The time of ``glance`` in a long history."""

import json
import time
from statistics import median

from benchmark.backfill import HISTORY
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import progress


def measure_glance(sandbox: Sandbox, commits: int, rounds: int) -> dict[str, float]:
    """Return the median seconds of a glance at the whole history, and the seconds for each 10,000 of its commits.

    ``measure_backfill`` must have made the repository. Raises MeasurementFailed when agent-tracker fails or counts
    another number of commits.
    """
    progress(f"a glance at {commits} commits, {rounds} rounds")
    times: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter()
        output = sandbox.tracker("glance", "--json", place=sandbox.home / HISTORY)
        times.append(time.perf_counter() - start)
        counted = sum(json.loads(line)["commits"] for line in output.splitlines())
        if counted != commits:
            raise MeasurementFailed(f"glance counted {counted} of {commits} commits.")
    seconds = median(times)
    return {"seconds": round(seconds, 3), "seconds_per_10000": round(seconds * 10_000 / commits, 3)}
