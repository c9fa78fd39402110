"""Commands that read, in ledgers of more and more commits: they should take the same time in all."""

import shlex
from pathlib import Path
from typing import Any, Final

from benchmark.checks import check_recorded
from benchmark.histories import small_changes
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import Sandbox, tracker_words
from benchmark.sizes import Sizes
from benchmark.timing import progress

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
_SPAN: Final = 7 * 365 * 86_400
"""Seconds of every history, however many commits it has: sums are kept by month, and grow with these."""
_LINEAR: Final = frozenset({"verify"})
"""Commands that read everything."""


def measure_reading(sandbox: Sandbox, sizes: Sizes) -> dict[str, Any]:
    """Return seconds of each command by number of commits, and ratios to the smallest ledger.

    Raises MeasurementFailed when a program fails.
    """
    places = {commits: _recorded(sandbox, commits) for commits in sizes.reading}
    results: dict[str, Any] = {}
    for name, words in _COMMANDS.items():
        rivals = {str(commits): _command(sandbox, path, words) for commits, path in places.items()}
        rounds = sizes.backfill_rounds if name in _LINEAR else sizes.command_rounds
        found = as_json(compare(rivals, str(sizes.reading[0]), rounds))
        results[name] = {"is_linear": name in _LINEAR, "by_commits": found}
    return results


def _recorded(sandbox: Sandbox, commits: int) -> Path:
    """Make a repository with so many commits, recorded into a ledger of its own."""
    progress(f"recording a ledger of {commits} commits to read")
    name = f"reading-{commits}"
    path = sandbox.repository(name)
    sandbox.fill(path, small_changes(commits, _SPAN))
    sandbox.git("reset", "-q", "--hard", place=path)
    sandbox.track(path, name)
    check_recorded(sandbox.tracker("backfill", "--json", place=path), commits)
    sandbox.run(*tracker_words("outcomes"), place=path, keep_output=False)
    return path


def _command(sandbox: Sandbox, path: Path, words: tuple[str, ...]) -> Rival:
    """Return a command to compare; of one that lists everything only the first line is read, and the pipe is closed."""
    if words == ("log", "--json"):
        script = f"{shlex.join(tracker_words(*words))} | head -n 1"
        return Rival(lambda _: sandbox.run("sh", "-c", script, place=path))
    return Rival(lambda _: sandbox.tracker(*words, place=path))
