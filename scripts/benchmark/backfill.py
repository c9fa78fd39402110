"""The speed of ``backfill``, and the share of attribution in it."""

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmark.histories import small_changes
from benchmark.ledger_bytes import measure_bytes
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import progress

HISTORY: Final = "history"
"""The name of the repository that is backfilled."""
_PROGRAMS: Final = {
    "with": ("-m", "tracker"),
    "without": (str(Path(__file__).with_name("without_attribution.py")),),
}


def measure_backfill(sandbox: Sandbox, commits: int) -> dict[str, Any]:
    """Make a repository with a long history, record it into the ledger "full", and return the seconds and bytes.

    Raises MeasurementFailed when git or agent-tracker fails or a commit was not recorded.
    """
    progress(f"recording a history of {commits} commits")
    path = sandbox.repository(HISTORY)
    sandbox.fill(path, small_changes(commits))
    sandbox.track(path, "full", hooks="none")
    start = time.perf_counter()
    output = json.loads(sandbox.tracker("backfill", "--json", place=path))
    seconds = time.perf_counter() - start
    if output["recorded"] != commits:
        raise MeasurementFailed(f"backfill recorded {output['recorded']} of {commits} commits.")
    return {
        "commits": commits,
        "seconds": round(seconds, 3),
        "commits_per_second": round(commits / seconds, 1),
        "ledger": measure_bytes(sandbox.home / "full.lmdb", commits),
    }


def measure_attribution(sandbox: Sandbox, rounds: int) -> dict[str, float]:
    """Return the median seconds of a backfill with and without attribution, in turns, each into a new ledger.

    ``measure_backfill`` must have made the repository. Raises MeasurementFailed when agent-tracker fails.
    """
    progress(f"timing backfill with and without attribution, {rounds} rounds")
    path = sandbox.home / HISTORY
    times: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for number in range(rounds):
        for name, words in _PROGRAMS.items():
            ledger = str(sandbox.home / f"attribution-{name}-{number}.lmdb")
            start = time.perf_counter()
            sandbox.run(sys.executable, "-I", *words, "backfill", "--ledger", ledger, "--json", place=path)
            times[name].append(time.perf_counter() - start)
    return {name: round(median(seconds), 3) for name, seconds in times.items()}
