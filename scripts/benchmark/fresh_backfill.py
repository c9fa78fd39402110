"""A backfill as a user runs the first one: of a repository that was just tracked, into a new ledger."""

import shutil
import sys
from pathlib import Path
from typing import Final

from benchmark.checks import check_recorded
from benchmark.rivals import Rival
from benchmark.sandbox import Sandbox

_PROGRAM: Final = ("-m", "tracker")


class FreshBackfill:
    """Backfills of one repository. Each begins anew: the repository is tracked without hooks, into a new ledger.

    ``commits``: all that the repository has. ``name``: of the ledger, which only these backfills use. ``program``:
    arguments of the interpreter in place of those that start agent-tracker. ``peak_bytes``: the most memory that one
    had resident (``peak_memory.py``).
    """

    def __init__(
        self, sandbox: Sandbox, path: Path, commits: int, name: str,
        *, options: tuple[str, ...] = (), program: tuple[str, ...] = _PROGRAM,
    ) -> None:  # fmt: skip
        self._sandbox = sandbox
        self._path = path
        self._commits = commits
        self._name = name
        self._words = (sys.executable, "-I", *program, "backfill", "--json", *options)
        self._output = ""
        self.ledger = sandbox.home / f"{name}.lmdb"
        self.peak_bytes = 0

    def rival(self) -> Rival:
        """Return the backfill as a program to compare, by the seconds of one commit."""
        return Rival(self._run, self._track, self._check, parts=self._commits)

    def ledger_bytes(self) -> int:
        """Return the size of the ledger that the last backfill made."""
        return (self.ledger / "data.mdb").stat().st_size

    def _track(self, _: int) -> None:
        for folder in (self._path / ".git" / "agent-tracker", self.ledger):
            if folder.exists():
                shutil.rmtree(folder)
        self._sandbox.track(self._path, self._name, hooks="none")

    def _run(self, _: int) -> None:
        self._output, peak_bytes = self._sandbox.measure_peak(*self._words, place=self._path)
        self.peak_bytes = max(self.peak_bytes, peak_bytes)

    def _check(self, _: int) -> None:
        check_recorded(self._output, self._commits)
