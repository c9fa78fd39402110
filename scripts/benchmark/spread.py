"""The least, the median and the most of several rounds, and of the ratios of two programs in them."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """The least, the median and the most of several rounds."""

    least: float
    median: float
    most: float


def spread(values: Iterable[float]) -> Spread:
    """Return the spread of at least one value, in five digits."""
    kept = sorted(values)
    return Spread(*(float(f"{value:.5g}") for value in (kept[0], median(kept), kept[-1])))


def spread_of_ratios(ones: Sequence[float], others: Sequence[float]) -> Spread:
    """Return the spread of the ratios of two programs, round by round."""
    return spread(one / other for one, other in zip(ones, others, strict=True))
