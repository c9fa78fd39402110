"""Recording in repositories with more and more branches: it should take about the same time in all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.small_recordings import measure_small_recordings
from benchmark.timing import progress

_START: Final = 1_500_000_000
_TRUNK: Final = 50
"""Commits of the branch that all others begin on."""


def measure_refs(sandbox: Sandbox, sizes: Sizes) -> dict[str, Any]:
    """Return seconds of recording by the number of branches. Raises MeasurementFailed when a program fails."""
    places = {number: _repository(sandbox, number) for number in sizes.refs}
    progress(f"recording in repositories of {', '.join(map(str, places))} branches")
    return measure_small_recordings(sandbox, places, sizes.command_rounds)


def _repository(sandbox: Sandbox, branches: int) -> Path:
    """Make a repository with so many branches; their names are in one file, where git keeps those of a clone."""
    path = sandbox.repository(f"refs-{branches}")
    sandbox.fill(path, _branches(branches))
    sandbox.git("pack-refs", "--all", place=path)
    sandbox.git("reset", "-q", "--hard", place=path)
    return path


def _branches(branches: int) -> Iterator[bytes]:
    """Yield the commits of ``main``, and for each other branch a commit of its own on one of those."""
    for number in range(1, _TRUNK + branches):
        is_trunk = number <= _TRUNK
        branch = "main" if is_trunk else f"topic/{number}"
        parent = "" if number == 1 else f"from :{number - 1 if is_trunk else 1 + number % _TRUNK}\n"
        message, content = f"feat: change number {number}\n", f"{number}\n"
        yield (
            f"commit refs/heads/{branch}\nmark :{number}\ncommitter Ada <ada@example.com> {_START + number} +0000\n"
            f"data {len(message)}\n{message}{parent}"
            f"M 100644 inline part{number % 10}/file{number % 50}.txt\ndata {len(content)}\n{content}\n"
        ).encode("ascii")
