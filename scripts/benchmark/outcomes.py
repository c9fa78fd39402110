"""The time of ``outcomes`` beside git reading the same history, and of ``recommend`` by the size of a ledger."""

from pathlib import Path
from typing import Any, Final

from benchmark.backfill import HISTORY
from benchmark.checks import check_recorded
from benchmark.histories import small_changes
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox, tracker_words
from benchmark.timing import progress

OUTCOMES: Final = "outcomes"
LOG: Final = "git log -p -U0"
RECOMMEND: Final = "recommend"
RECOMMEND_SMALL: Final = "recommend, small ledger"
_SHARE: Final = 100
"""The small history has one commit for so many of the long one."""


def measure_outcomes(sandbox: Sandbox, commits: int, rounds: int) -> dict[str, Any]:
    """Return seconds and ratios: of ``outcomes`` to git, and of ``recommend`` to that in a small ledger.

    ``commits``: those of the long history, which ``measure_backfill`` must have made. Raises MeasurementFailed.
    """
    progress(f"timing outcomes of {commits} commits, {rounds} rounds")
    long, small = sandbox.home / HISTORY, _small(sandbox, max(20, commits // _SHARE))
    log = Rival(lambda _: sandbox.run(*LOG.split(), place=long, keep_output=False))
    found = compare({LOG: log, OUTCOMES: _outcomes(sandbox, long)}, LOG, rounds)
    recommends = {
        RECOMMEND_SMALL: Rival(lambda _: sandbox.tracker("recommend", place=small)),
        RECOMMEND: Rival(lambda _: sandbox.tracker("recommend", place=long)),
    }
    return as_json(found | compare(recommends, RECOMMEND_SMALL, rounds))


def _outcomes(sandbox: Sandbox, path: Path) -> Rival:
    """Return ``outcomes`` of a whole history as a program to compare: each begins anew."""
    kept = path / ".git" / "agent-tracker"

    def remove(_: int) -> None:
        for file in kept.glob("outcomes-*"):
            file.unlink()

    def check(_: int) -> None:
        if not any(kept.glob("outcomes-*")):
            raise MeasurementFailed("outcomes computed nothing.")

    return Rival(lambda _: sandbox.run(*tracker_words("outcomes"), place=path, keep_output=False), remove, check)


def _small(sandbox: Sandbox, commits: int) -> Path:
    path = sandbox.repository("small history")
    sandbox.fill(path, small_changes(commits))
    sandbox.track(path, "small", hooks="none")
    check_recorded(sandbox.tracker("backfill", "--json", place=path), commits)
    sandbox.tracker("outcomes", place=path)
    return path
