"""The time of ``glance`` in a long history, beside ``git log`` of it."""

import json
from typing import Any

from benchmark.backfill import HISTORY
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import progress

GLANCE, LOG = "glance", "git log"


def measure_glance(sandbox: Sandbox, commits: int, rounds: int) -> dict[str, Any]:
    """Return the seconds of a glance at the whole history and of git, and the seconds for each 10,000 commits.

    ``measure_backfill`` must have made the repository. Raises MeasurementFailed when agent-tracker fails or counts
    another number of commits.
    """
    progress(f"a glance at {commits} commits")
    path = sandbox.home / HISTORY

    def glance(_: int) -> None:
        output = sandbox.tracker("glance", "--json", place=path)
        counted = sum(json.loads(line)["commits"] for line in output.splitlines())
        if counted != commits:
            raise MeasurementFailed(f"glance counted {counted} of {commits} commits.")

    log = Rival(lambda _: sandbox.run("git", "log", "--format=%an %ae %B", place=path, keep_output=False))
    found = compare({LOG: log, GLANCE: Rival(glance)}, LOG, rounds)
    return {**as_json(found), "seconds_per_10000": round(found[GLANCE].seconds.median * 10_000 / commits, 3)}
