"""Time variants of one operation in turns, and compute spreads and ratios."""

import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from benchmark.sandbox import MeasurementFailed
from benchmark.spread import spread, spread_of_ratios
from tracker.files import FileLock
from tracker.project.files import ProjectFiles

NO_HOOK: Final = "no hook"
EMPTY: Final = "empty sh hook"
DETACHED: Final = "native, detached"

PATIENCE: Final = 60.0
"""Seconds that a recorder may take before it counts as failed."""
_PAUSE: Final = 0.05
"""Seconds before each timing: a recorder that has released its lock may still be ending its interpreter."""

Results = Mapping[str, Mapping[str, Any]]
"""Results by the name of the variant, as ``summarize`` returns them."""


class Variant(NamedTuple):
    """A repository to measure in; ``files`` are agent-tracker's files there, None in a repository not tracked."""

    name: str
    path: Path
    files: ProjectFiles | None


def interleave(variants: Sequence[Variant], act: Callable[[Variant], None], rounds: int) -> dict[str, list[float]]:
    """Time ``act`` once a round in each variant and return the seconds by variant.

    Each round has a random order, so that other load on the machine affects all variants alike. Raises
    MeasurementFailed when a recorder does not end.
    """
    times: dict[str, list[float]] = {variant.name: [] for variant in variants}
    order, chance = list(variants), random.Random(0)  # noqa: S311 - the order of turns is no secret
    for variant in variants:
        settle(variant)
    for _ in range(rounds):
        chance.shuffle(order)
        for variant in order:
            time.sleep(_PAUSE)  # the same for all: a processor that was idle is slower at first
            start = time.perf_counter()
            act(variant)
            times[variant.name].append(time.perf_counter() - start)
            settle(variant)
    return times


def settle(variant: Variant) -> None:
    """Wait until everything is recorded, so that no recorder disturbs the next timing.

    The hook writes its event before git ends, and a recorder holds the lock while it removes the event. An empty spool
    and a free lock mean that no work is left. Raises MeasurementFailed after ``PATIENCE`` seconds.
    """
    if variant.files is None:
        return
    end = time.monotonic() + PATIENCE
    while any(variant.files.spool.iterdir()):
        if time.monotonic() > end:
            raise MeasurementFailed(f"'{variant.name}' left events unrecorded.{end_of_log(variant.files)}")
        time.sleep(0.01)
    with FileLock(variant.files.lock).hold(PATIENCE) as free:
        if not free:
            raise MeasurementFailed(f"the recorder of '{variant.name}' did not end.{end_of_log(variant.files)}")


def end_of_log(files: ProjectFiles) -> str:
    """Return a sentence with the last line of the recorder's log, or "": the temporary folder is removed later."""
    try:
        lines = files.error_log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return f" The recorder's log ends with: {lines[-1]}" if lines else ""


def summarize(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, Any]]:
    """Return the spread of each variant's times and of its ratios to no hook and to an empty hook, and its rounds."""
    added = {name: median(seconds) - median(times[NO_HOOK]) for name, seconds in times.items()}
    return {
        name: {
            "ms": spread(1000 * one for one in seconds)._asdict(),
            "added_ms": round(1000 * added[name], 3),
            "to_no_hook": spread_of_ratios(seconds, times[NO_HOOK])._asdict(),
            "to_empty_hook": spread_of_ratios(seconds, times[EMPTY])._asdict(),
            "rounds_ms": [round(1000 * one, 3) for one in seconds],
        }
        for name, seconds in times.items()
    }


def ratio(results: Results, one: str, other: str) -> dict[str, float]:
    """Return the spread of the ratios of one variant to the other, round by round."""
    return spread_of_ratios(results[one]["rounds_ms"], results[other]["rounds_ms"])._asdict()


def progress(activity: str) -> None:
    """Print what is measured now, if a person watches standard error."""
    if sys.stderr.isatty():
        sys.stderr.write(f"benchmark: {activity}\n")
