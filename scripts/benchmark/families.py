"""Families: thousands of commits that pick or revert one, beside as many that have nothing to do with each other.

A backfill should take the same time for each commit, and recording one more should not grow with the family.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmark.checks import check_recorded
from benchmark.fresh_backfill import FreshBackfill
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.timing import progress

UNRELATED: Final = "unrelated"
_START: Final = 1_700_000_000
_RELATIONS: Final = {
    UNRELATED: "feat: one\n",
    "picks": "feat: one\n\n(cherry picked from commit {oid})\n",
    "reverts": 'Revert "feat: one"\n\nThis reverts commit {oid}.\n',
}


def measure_families(sandbox: Sandbox, sizes: Sizes) -> dict[str, dict[str, Any]]:
    """Return by number of commits and relation the seconds of a backfill for each commit, and of recording one more.

    The ratios are to unrelated commits. Raises MeasurementFailed when a program fails or does not record every commit.
    """
    results: dict[str, dict[str, Any]] = {"backfill_per_commit": {}, "one_more": {}}
    for number in sizes.families:
        progress(f"families of {number} commits")
        places = {relation: _repository(sandbox, relation, number) for relation in _RELATIONS}
        backfills = {
            relation: FreshBackfill(sandbox, path, number + 1, f"{relation}-{number}").rival()
            for relation, path in places.items()
        }
        found = compare(backfills, UNRELATED, sizes.backfill_rounds)
        results["backfill_per_commit"][str(number)] = as_json(found)
        one_more = {relation: _OneMore(sandbox, path, relation).rival() for relation, path in places.items()}
        results["one_more"][str(number)] = as_json(compare(one_more, UNRELATED, sizes.command_rounds))
    return results


class _OneMore:
    """``sync`` after one commit more of a family."""

    def __init__(self, sandbox: Sandbox, path: Path, relation: str) -> None:
        self._sandbox = sandbox
        self._path = path
        self._message = _RELATIONS[relation].format(oid=_first(sandbox, path))
        self._output = ""

    def rival(self) -> Rival:
        """Return it as a program to compare."""
        return Rival(self._run, self._commit, lambda _: check_recorded(self._output, 1))

    def _commit(self, _: int) -> None:
        self._sandbox.git("commit", "-q", "--allow-empty", "-m", self._message, place=self._path)

    def _run(self, _: int) -> None:
        self._output = self._sandbox.tracker("sync", "--json", place=self._path)


def _repository(sandbox: Sandbox, relation: str, number: int) -> Path:
    """Make a repository with one commit, and so many that are related to it."""
    path = sandbox.repository(f"{relation}-{number}")
    sandbox.fill(path, [_commit(0, "feat: one\n", "one\n", "")])
    message = _RELATIONS[relation].format(oid=_first(sandbox, path))
    sandbox.fill(path, _related(number, message))
    sandbox.git("reset", "-q", "--hard", place=path)
    return path


def _first(sandbox: Sandbox, path: Path) -> str:
    return sandbox.git("rev-list", "--max-parents=0", "main", place=path).strip()


def _related(number: int, message: str) -> Iterator[bytes]:
    for one in range(1, number + 1):
        yield _commit(one, message, f"{one}\n", "from refs/heads/main^0\n" if one == 1 else "")


def _commit(number: int, message: str, content: str, parent: str) -> bytes:
    who = f"Ada <ada@example.com> {_START + number} +0000"
    return (
        f"commit refs/heads/main\nauthor Ada <ada@example.com> {_START} +0000\ncommitter {who}\n"
        f"data {len(message)}\n{message}{parent}M 100644 inline file\ndata {len(content)}\n{content}\n"
    ).encode("ascii")
