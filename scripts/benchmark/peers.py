"""The speed and memory of a first ``backfill`` beside git itself, and beside libraries that read the same statistics.

The histories are generated (``realistic.py``), or that of a repository that is given. One more has a tiny file in each
commit: git has nearly nothing to do there, so that its ratio is the worst. PyDriller and GitPython take minutes for a
long history, so they read its newest commits only; everything is compared by the time of one commit. They are left out
where they are not installed (the dependency group ``benchmark``).
"""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmark.fresh_backfill import FreshBackfill
from benchmark.histories import small_changes
from benchmark.realistic import SHAPES, history
from benchmark.rivals import Rival, compare
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.sizes import Sizes
from benchmark.spread import spread_of_ratios
from benchmark.timing import progress

LOG: Final = "git log"
NUMSTAT: Final = "git log --numstat -M"
BACKFILL: Final = "backfill"
ONE_JOB: Final = "backfill --jobs 1"
LIBRARIES: Final = {"PyDriller": "pydriller", "GitPython": "git"}
"""The libraries, with the names of their modules."""
TINY_CHANGES: Final = "one tiny file a commit"
_NEWEST: Final = 400
"""Commits that a library reads."""


def measure_peers(sandbox: Sandbox, sizes: Sizes, repository: Path | None) -> dict[str, dict[str, Any]]:
    """Return for each history what git, backfills and libraries take, and ratios to ``git log --numstat -M``.

    ``repository``: compare in a clone of it instead of in generated histories. Raises MeasurementFailed when a program
    fails or a backfill does not record every commit.
    """
    return {
        name: _measure(sandbox, path, sizes.backfill_rounds, libraries=libraries)
        for name, path, libraries in ([_clone(sandbox, repository)] if repository else _generate(sandbox, sizes))
    }


def _clone(sandbox: Sandbox, repository: Path) -> tuple[str, Path, bool]:
    """Clone what HEAD reaches in a repository: ``git log`` and a backfill then read the same commits."""
    given, path = repository.resolve(), sandbox.home / "given"
    words = ("clone", "-q", "--no-local", "--no-checkout", "--no-tags", "--single-branch", str(given), str(path))
    sandbox.git(*words, place=sandbox.home)
    # The libraries fail at the first commits of a shallow clone, whose parents are not there.
    is_shallow = sandbox.git("rev-parse", "--is-shallow-repository", place=path).strip() == "true"
    return f"repository {given.name}", path, not is_shallow


def _generate(sandbox: Sandbox, sizes: Sizes) -> Iterator[tuple[str, Path, bool]]:
    """Make one history after the other; only of the linear one every commit has about the same share of the work."""
    for name, commits in sizes.histories.items():
        progress(f"making a {name} history of {commits} commits")
        shape = SHAPES[name]
        # A short history in a repository of many files would only show what its first commit costs.
        shape = shape._replace(files=min(shape.files, 4 * commits), folders=min(shape.folders, commits))
        path = sandbox.repository(f"peers {name}")
        sandbox.fill(path, history(shape, commits))
        yield name, path, name == "linear"
    path = sandbox.repository("peers tiny")
    sandbox.fill(path, small_changes(sizes.peer_commits))
    yield TINY_CHANGES, path, False


def _measure(sandbox: Sandbox, path: Path, rounds: int, *, libraries: bool) -> dict[str, Any]:
    """Compare in a repository that has one branch and is not tracked."""
    commits = int(sandbox.git("rev-list", "--count", "--all", place=path))
    if not commits:
        raise MeasurementFailed("the repository that was given has no commits: name one that has some.")
    git = ("git", "log", "--format=%H %an %ae %at %B")
    backfill = FreshBackfill(sandbox, path, commits, "peers-jobs")
    programs: dict[str, _Reader | FreshBackfill] = {
        LOG: _Reader(sandbox, path, git, commits),
        NUMSTAT: _Reader(sandbox, path, (*git, "--numstat", "-M"), commits),
        BACKFILL: backfill,
        ONE_JOB: FreshBackfill(sandbox, path, commits, "peers-one-job", options=("--jobs", "1")),
    }
    wanted = LIBRARIES if libraries else {}
    installed = [name for name, module in wanted.items() if importlib.util.find_spec(module)]
    programs |= {name: _library(sandbox, path, LIBRARIES[name], min(commits, _NEWEST)) for name in installed}
    found = compare({name: program.rival() for name, program in programs.items()}, NUMSTAT, rounds)
    return {
        "commits": commits,
        "ledger_bytes_per_commit": round(backfill.ledger_bytes() / commits, 1),
        "rivals": {
            name: {
                "seconds_per_commit": found[name].seconds._asdict(),
                "ratio": found[name].ratio._asdict(),
                "peak_bytes": program.peak_bytes,
            }
            for name, program in programs.items()
        },
        "library_commits": min(commits, _NEWEST),
        "libraries_to_backfill": {
            name: spread_of_ratios(found[name].rounds, found[BACKFILL].rounds)._asdict() for name in installed
        },
        "libraries_missing": [name for name in wanted if name not in installed],
    }


def _library(sandbox: Sandbox, path: Path, module: str, commits: int) -> "_Reader":
    reader = str(Path(__file__).with_name("library_reader.py"))
    return _Reader(sandbox, path, (sys.executable, reader, module, str(path), str(commits)), commits)


class _Reader:
    """A program that reads commits and keeps nothing; what it prints is thrown away."""

    def __init__(self, sandbox: Sandbox, path: Path, words: tuple[str, ...], commits: int) -> None:
        self._sandbox = sandbox
        self._path = path
        self._words = words
        self._commits = commits
        self.peak_bytes = 0

    def rival(self) -> Rival:
        """Return it as a program to compare, by the seconds of one commit."""
        return Rival(self._run, parts=self._commits)

    def _run(self, _: int) -> None:
        found = self._sandbox.measure_peak(*self._words, place=self._path, keep_output=False)
        self.peak_bytes = max(self.peak_bytes, found.peak_bytes)
