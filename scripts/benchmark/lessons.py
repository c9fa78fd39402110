"""The time of ``lessons`` in a long history, beside the least that a command takes."""

from typing import Any, Final

from benchmark.backfill import HISTORY
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox

LESSONS: Final = "lessons"
START: Final = "log -n 1"
"""A command that hardly does more than start."""
_TASK: Final = "change number 77"
"""Two words that every subject of the history has, and one that few have."""


def measure_lessons(sandbox: Sandbox, rounds: int) -> dict[str, Any]:
    """Return the seconds of a search of the full ledger, and the ratio to the start of a command.

    ``measure_backfill`` must have made the repository. Raises MeasurementFailed when agent-tracker fails or finds
    nothing.
    """
    rivals = {START: _search(sandbox, "log", "-n", "1"), LESSONS: _search(sandbox, "lessons", _TASK)}
    return as_json(compare(rivals, START, rounds))


def _search(sandbox: Sandbox, *words: str) -> Rival:
    def run(_: int) -> None:
        if "change number" not in sandbox.tracker(*words, place=sandbox.home / HISTORY):
            raise MeasurementFailed(f"'agent-tracker {words[0]}' found nothing in the history.")

    return Rival(run)
