"""Draws from the distributions of adjusted shares: intervals, and how likely one set-up is better than another."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from operator import gt
from random import Random
from typing import Final

from tracker.comparison.adjusted_shares import AdjustedShare

DRAWS: Final = 20_000
"""Draws for each set-up: intervals and probabilities are exact to about 0.003."""
_TAIL: Final = 0.05
"""The share of draws below a 90 % interval, and above it."""


def draw(shares: Mapping[str, AdjustedShare], draws: int = DRAWS) -> dict[str, list[float]]:
    """Return draws for each set-up. They depend on its name and numbers alone, so they are the same in every run."""
    found: dict[str, list[float]] = {}
    for set_up, one in shares.items():
        chance = Random(set_up)  # noqa: S311 - no secret
        found[set_up] = [chance.betavariate(one.alpha, one.beta) for _ in range(draws)]
    return found


def interval(draws: Sequence[float]) -> tuple[float, float]:
    """Return the 90 % interval of draws."""
    ordered = sorted(draws)
    return ordered[int(len(ordered) * _TAIL)], ordered[int(len(ordered) * (1 - _TAIL))]


def better(draws: Mapping[str, Sequence[float]]) -> dict[tuple[str, str], float]:
    """Return for each ordered pair of set-ups how likely the first is better than the second."""
    return {
        (one, other): sum(map(gt, draws[one], draws[other])) / len(draws[one]) for one, other in permutations(draws, 2)
    }


def best(draws: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return for each set-up how likely it is the best of all."""
    wins = dict.fromkeys(draws, 0)
    names = [*draws]
    for row in zip(*draws.values(), strict=True):
        wins[names[row.index(max(row))]] += 1
    rows = len(next(iter(draws.values()), ()))
    return {set_up: count / rows for set_up, count in wins.items()} if rows else {}
