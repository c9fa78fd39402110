"""Recording in repositories with more and more work trees: it should take about the same time in all."""

from pathlib import Path
from typing import Any, Final

from benchmark.histories import small_changes
from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.small_recordings import measure_small_recordings
from benchmark.timing import progress

_COMMITS: Final = 100


def measure_work_trees(sandbox: Sandbox, sizes: Sizes) -> dict[str, Any]:
    """Return seconds of recording by the number of work trees. Raises MeasurementFailed when a program fails."""
    places = {number: _repository(sandbox, number) for number in sizes.trees}
    progress(f"recording in repositories of {', '.join(map(str, places))} work trees")
    return measure_small_recordings(sandbox, places, sizes.command_rounds)


def _repository(sandbox: Sandbox, trees: int) -> Path:
    """Make a repository with so many work trees, the first one included; each of the others has its own branch."""
    path = sandbox.repository(f"trees-{trees}")
    sandbox.fill(path, small_changes(_COMMITS))
    sandbox.git("reset", "-q", "--hard", place=path)
    for number in range(1, trees):
        words = ("worktree", "add", "-q", "-b", f"work-{number}", str(sandbox.home / f"trees-{trees}-{number}"))
        sandbox.git(*words, place=path)
    return path
