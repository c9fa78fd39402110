"""Recording nothing new, and recording one commit, in repositories that have more and more of something."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmark.checks import check_recorded, check_seen_by_hook
from benchmark.recorder import commit_change, recorder_words, start_no_recorder
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import end_of_log

NOTHING: Final = "sync, nothing new"
ONE_COMMIT: Final = "recorder, one commit"


def measure_small_recordings(sandbox: Sandbox, places: Mapping[int, Path], rounds: int) -> dict[str, Any]:
    """Return seconds by the number of what a repository has, and ratios to the repository with the fewest.

    ``places``: repositories that are not tracked, the fewest first. Raises MeasurementFailed when a program fails or
    does not record a commit.
    """
    tracked = {str(number): _Recording(sandbox, path, path.name) for number, path in places.items()}
    fewest = next(iter(tracked))
    nothing = compare({number: one.nothing() for number, one in tracked.items()}, fewest, rounds)
    one_commit = compare({number: one.one_commit() for number, one in tracked.items()}, fewest, rounds)
    for path in places.values():
        check_seen_by_hook(sandbox, path, rounds)
    return {NOTHING: as_json(nothing), ONE_COMMIT: as_json(one_commit)}


class _Recording:
    """A repository with its whole history recorded, whose hooks leave events and start no recorder."""

    def __init__(self, sandbox: Sandbox, path: Path, ledger: str) -> None:
        self._sandbox = sandbox
        self._path = path
        self._files = sandbox.track(path, ledger)
        start_no_recorder(path / ".git" / "agent-tracker" / "hooks")
        commits = int(sandbox.git("rev-list", "--count", "--all", place=path))
        check_recorded(sandbox.tracker("backfill", "--json", place=path), commits)
        self._output = ""

    def nothing(self) -> Rival:
        """Return ``sync`` where nothing is new, as a program to compare."""
        return Rival(self._sync, check=lambda _: check_recorded(self._output, 0))

    def one_commit(self) -> Rival:
        """Return the recorder of one commit as a program to compare."""
        return Rival(self._record, lambda number: commit_change(self._sandbox, self._path, number), self._check_spool)

    def _sync(self, _: int) -> None:
        self._output = self._sandbox.tracker("sync", "--json", place=self._path)

    def _record(self, _: int) -> None:
        self._sandbox.run(*recorder_words(self._path), place=self._path)

    def _check_spool(self, _: int) -> None:
        if any(self._files.spool.iterdir()):
            raise MeasurementFailed(f"a recorder left events unrecorded.{end_of_log(self._files)}")
