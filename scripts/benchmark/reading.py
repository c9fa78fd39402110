"""Commands that read, in ledgers of more and more commits: they should take the same time in all."""

import sys
from pathlib import Path
from typing import Any, Final

from benchmark.histories import small_changes
from benchmark.rivals import as_json, compare
from benchmark.sandbox import Sandbox

_COMMANDS: Final = {
    "log -n 20": ("log", "-n", "20"),
    "log --json, the first line": ("log", "--json"),
    "log --summary": ("log", "--summary"),
    "status": ("status",),
    "doctor": ("doctor",),
    "verify --quick": ("verify", "--quick"),
    "recommend": ("recommend",),
    "verify": ("verify",),
}
_LINEAR: Final = frozenset({"verify"})
"""Commands that read everything."""


def measure_reading(sandbox: Sandbox, sizes: tuple[int, ...], rounds: int) -> dict[str, Any]:
    """Return seconds of each command by number of commits, and ratios to the smallest ledger.

    Raises MeasurementFailed when a program fails.
    """
    places = {commits: _recorded(sandbox, commits) for commits in sizes}
    results: dict[str, Any] = {}
    for name, words in _COMMANDS.items():
        rivals = {
            str(commits): lambda _, path=path, words=words: _first_lines(sandbox, path, words)
            for commits, path in places.items()
        }
        results[name] = {"is_linear": name in _LINEAR, "by_commits": as_json(compare(rivals, str(sizes[0]), rounds))}
    return results


def _recorded(sandbox: Sandbox, commits: int) -> Path:
    """Make a repository with so many commits, recorded into a ledger of its own."""
    name = f"reading-{commits}"
    path = sandbox.repository(name)
    sandbox.fill(path, small_changes(commits))
    sandbox.git("reset", "-q", "--hard", place=path)
    sandbox.track(path, name)
    sandbox.tracker("backfill", place=path)
    sandbox.tracker("outcomes", place=path)
    return path


def _first_lines(sandbox: Sandbox, path: Path, words: tuple[str, ...]) -> None:
    """Run a command; of one that lists everything only the first line is read, and the pipe is closed."""
    if words == ("log", "--json"):
        script = f"'{sys.executable}' -I -m tracker log --json | head -n 1"
        sandbox.run("sh", "-c", script, place=path)
    else:
        sandbox.tracker(*words, place=path)
