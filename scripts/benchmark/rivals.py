"""Time programs that do the same work in turns, and compare each with one of them: the floor, or a peer."""

import random
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple

from benchmark.timing import progress


class Spread(NamedTuple):
    """The least, the median and the most of several rounds."""

    least: float
    median: float
    most: float


class Rival(NamedTuple):
    """The result of one program. ``seconds``: of a round. ``ratio``: to the floor, in the same round."""

    seconds: Spread
    ratio: Spread


def compare(rivals: Mapping[str, Callable[[int], object]], floor: str, rounds: int) -> dict[str, Rival]:
    """Run each rival once a round, in random order, and return what it takes and its ratio to the floor.

    The argument of a rival is the number of the round. Other load on the machine affects all alike, so that ratios are
    taken within a round.
    """
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    order, chance = list(rivals), random.Random(0)  # noqa: S311 - the order of turns is no secret
    for number in range(rounds):
        chance.shuffle(order)
        for name in order:
            progress(f"round {number + 1} of {rounds}: {name}")
            start = time.perf_counter()
            rivals[name](number)
            taken[name].append(time.perf_counter() - start)
    return {
        name: Rival(_spread(seconds), _spread([one / other for one, other in zip(seconds, taken[floor], strict=True)]))
        for name, seconds in taken.items()
    }


def as_json(results: Mapping[str, Rival]) -> dict[str, dict[str, dict[str, float]]]:
    """Return results as they are printed in JSON."""
    return {name: {"seconds": one.seconds._asdict(), "ratio": one.ratio._asdict()} for name, one in results.items()}


def _spread(values: list[float]) -> Spread:
    return Spread(round(min(values), 4), round(median(values), 4), round(max(values), 4))
