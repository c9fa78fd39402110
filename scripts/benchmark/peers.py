"""The speed of ``backfill`` beside git itself, and beside libraries that read the same statistics.

PyDriller and GitPython take minutes for a long history, so they read its newest commits only, and are compared by the
seconds of one commit. They are left out where they are not installed (the dependency group ``benchmark``).
"""

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox

NUMSTAT: Final = "git log --numstat -M"
BACKFILL: Final = "backfill"
ONE_JOB: Final = "backfill --jobs 1"
_NEWEST: Final = 400
"""Commits that a library reads."""
_LIBRARIES: Final = {"PyDriller": "pydriller", "GitPython": "git"}
"""The libraries, with the names of their modules."""


def measure_peers(sandbox: Sandbox, path: Path, rounds: int) -> dict[str, Any]:
    """Return seconds and ratios to ``git log --numstat -M`` of the history of a repository, and those of libraries.

    The repository must not be tracked in the sandbox. Raises MeasurementFailed when a program fails.
    """
    commits = int(sandbox.git("rev-list", "--count", "HEAD", place=path))
    sandbox.track(path, "peers", hooks="none")
    rivals: dict[str, Callable[[int], object]] = {
        "git log": lambda _: sandbox.run("git", "log", "--format=%H %an %ae %at %B", place=path),
        NUMSTAT: lambda _: sandbox.run("git", "log", "--format=%H %an %ae %at %B", "--numstat", "-M", place=path),
        BACKFILL: _backfill(sandbox, path, "jobs"),
        ONE_JOB: _backfill(sandbox, path, "job", "--jobs", "1"),
    }
    found = compare(rivals, NUMSTAT, rounds)
    newest = min(commits, _NEWEST)
    return {
        "commits": commits,
        "rivals": as_json(found),
        "libraries": {
            name: _library(sandbox, path, module, newest, found[BACKFILL], commits)
            for name, module in _LIBRARIES.items()
        },
    }


def _backfill(sandbox: Sandbox, path: Path, name: str, *options: str) -> Callable[[int], None]:
    """Return a function that records the whole history into a new ledger."""

    def run(number: int) -> None:
        ledger = str(sandbox.home / f"peers-{name}-{number}.lmdb")
        output = sandbox.tracker("backfill", "--ledger", ledger, "--json", *options, place=path)
        if not json.loads(output)["recorded"]:
            raise MeasurementFailed("backfill recorded nothing.")

    return run


def _library(
    sandbox: Sandbox, path: Path, module: str, newest: int, backfill: Rival, commits: int
) -> dict[str, float] | None:
    """Return what a library takes for each commit, and how many times that is what backfill takes; None without it."""
    if importlib.util.find_spec(module) is None:
        return None
    reader = str(Path(__file__).with_name("library_reader.py"))
    start = time.perf_counter()
    sandbox.run(sys.executable, reader, module, str(path), str(newest), place=path)
    each = (time.perf_counter() - start) / newest
    return {"commits": newest, "ms_per_commit": round(1000 * each, 3),
            "to_backfill": round(each / (backfill.seconds.median / commits), 1)}  # fmt: skip
