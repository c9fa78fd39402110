"""Families: thousands of commits that pick or revert one. A backfill should grow with them, one more should not."""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

from benchmark.sandbox import MeasurementFailed, Sandbox

_START: Final = 1_700_000_000
_RELATIONS: Final = {
    "picks": "feat: one\n\n(cherry picked from commit {oid})\n",
    "reverts": 'Revert "feat: one"\n\nThis reverts commit {oid}.\n',
}


def measure_families(sandbox: Sandbox, sizes: tuple[int, ...]) -> dict[str, dict[int, dict[str, float]]]:
    """Return for each relation and number of commits the seconds of a backfill, and of recording one more.

    Raises MeasurementFailed when a program fails.
    """
    return {relation: {number: _measure(sandbox, relation, number) for number in sizes} for relation in _RELATIONS}


def _measure(sandbox: Sandbox, relation: str, number: int) -> dict[str, float]:
    path = sandbox.repository(f"{relation}-{number}")
    sandbox.fill(path, [_commit("refs/heads/main", 0, "feat: one\n", "one\n", "")])
    oid = sandbox.git("rev-parse", "main", place=path).strip()
    message = _RELATIONS[relation].format(oid=oid)
    sandbox.fill(path, _related(number, message))
    sandbox.git("reset", "-q", "--hard", place=path)
    sandbox.track(path, f"{relation}-{number}", hooks="none")
    start = time.perf_counter()
    recorded: dict[str, Any] = json.loads(sandbox.tracker("backfill", "--json", place=path))
    backfill = time.perf_counter() - start
    if recorded["recorded"] != number + 1:
        raise MeasurementFailed(f"backfill recorded {recorded['recorded']} of {number + 1} commits.")
    sandbox.git("commit", "-q", "--allow-empty", "-m", message, place=path)
    start = time.perf_counter()
    sandbox.tracker("sync", place=path)
    return {"backfill_s": round(backfill, 3), "one_more_s": round(time.perf_counter() - start, 3)}


def _related(number: int, message: str) -> Iterator[bytes]:
    for one in range(1, number + 1):
        yield _commit("refs/heads/main", one, message, f"{one}\n", "from refs/heads/main^0\n" if one == 1 else "")


def _commit(branch: str, number: int, message: str, content: str, parent: str) -> bytes:
    who = f"Ada <ada@example.com> {_START + number} +0000"
    return (
        f"commit {branch}\nauthor Ada <ada@example.com> {_START} +0000\ncommitter {who}\n"
        f"data {len(message)}\n{message}{parent}M 100644 inline file\ndata {len(content)}\n{content}\n"
    ).encode("ascii")
