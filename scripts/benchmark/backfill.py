"""The speed of ``backfill``, and the share of attribution in it."""

import time
from pathlib import Path
from typing import Any, Final

from benchmark.checks import check_recorded
from benchmark.fresh_backfill import FreshBackfill
from benchmark.histories import small_changes
from benchmark.ledger_bytes import measure_bytes
from benchmark.rivals import as_json, compare
from benchmark.sandbox import Sandbox
from benchmark.timing import progress

HISTORY: Final = "history"
"""The name of the repository that is backfilled."""
WITH, WITHOUT = "with", "without"
_PROGRAMS: Final = {
    WITH: ("-m", "tracker"),
    WITHOUT: (str(Path(__file__).with_name("without_attribution.py")),),
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
    output = sandbox.tracker("backfill", "--json", place=path)
    seconds = time.perf_counter() - start
    check_recorded(output, commits)
    return {
        "commits": commits,
        "seconds": round(seconds, 3),
        "commits_per_second": round(commits / seconds, 1),
        "ledger": measure_bytes(sandbox.home / "full.lmdb", commits),
    }


def measure_attribution(sandbox: Sandbox, commits: int, rounds: int) -> dict[str, Any]:
    """Return the seconds of a first backfill with and without attribution, and the ratio to that without.

    Raises MeasurementFailed when agent-tracker fails or does not record every commit.
    """
    progress(f"timing backfill with and without attribution, {rounds} rounds")
    path = sandbox.repository("attribution")
    sandbox.fill(path, small_changes(commits))
    backfills = {
        name: FreshBackfill(sandbox, path, commits, f"attribution-{name}", program=program).rival()
        for name, program in _PROGRAMS.items()
    }
    # Not for each commit, as elsewhere: these are the seconds of the whole history.
    whole = {name: rival._replace(parts=1) for name, rival in backfills.items()}
    return as_json(compare(whole, WITHOUT, rounds))
