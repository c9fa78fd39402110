"""Time programs that do the same work in turns, and compare each with one of them: the floor, or a peer."""

import random
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmark.spread import Spread, spread, spread_of_ratios
from benchmark.timing import progress


def _nothing(_: int) -> None:
    pass


class Rival(NamedTuple):
    """A program to compare; the argument of its functions is the number of the round.

    ``run`` is timed. ``prepare`` runs before it and ``check`` after it, not timed; ``check`` raises MeasurementFailed
    unless the work was done. ``parts``: what the program works on, such as commits; seconds are given for each of them.
    """

    run: Callable[[int], object]
    prepare: Callable[[int], object] = _nothing
    check: Callable[[int], object] = _nothing
    parts: int = 1


class Result(NamedTuple):
    """Seconds of one program. ``rounds``: those of each round, for each part. ``ratio``: to the floor."""

    rounds: list[float]
    ratio: Spread

    @property
    def seconds(self) -> Spread:
        """The spread of the seconds of a round, for each part."""
        return spread(self.rounds)


def compare(rivals: Mapping[str, Rival], floor: str, rounds: int) -> dict[str, Result]:
    """Run each rival once a round, in random order, and return what it takes and its ratio to the floor.

    Other load on the machine affects all alike, so that ratios are taken within a round. Raises MeasurementFailed when
    a rival does.
    """
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    order, chance = list(rivals), random.Random(0)  # noqa: S311 - the order of turns is no secret
    for number in range(rounds):
        chance.shuffle(order)
        for name in order:
            progress(f"round {number + 1} of {rounds}: {name}")
            rival = rivals[name]
            rival.prepare(number)
            start = time.perf_counter()
            rival.run(number)
            taken[name].append((time.perf_counter() - start) / rival.parts)
            rival.check(number)
    return {name: Result(seconds, spread_of_ratios(seconds, taken[floor])) for name, seconds in taken.items()}


def as_json(results: Mapping[str, Result]) -> dict[str, dict[str, dict[str, float]]]:
    """Return results as they are printed in JSON."""
    return {name: {"seconds": one.seconds._asdict(), "ratio": one.ratio._asdict()} for name, one in results.items()}
