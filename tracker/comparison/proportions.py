"""Intervals of single proportions, and how many commits would tell two of them apart."""

from math import asin, ceil, sqrt
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.9
"""The level of the intervals."""
POWER: Final = 0.8
SIGNIFICANCE: Final = 0.05


def wilson(good: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion: the lowest and the highest share that fit the counts.

    (0.0, 1.0) if there is nothing to count. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212.
    """
    if not count:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = good / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def commits_needed(first: float, second: float) -> int | None:
    """Return the commits of each of two set-ups with which a difference of these shares would mostly show.

    That is with a power of 80 % in a two-sided test at 5 %, by the arcsine transformation (J. Cohen, Statistical Power
    Analysis, 1988, chapter 6). None if the shares are equal.
    """
    distance = abs(2 * asin(sqrt(first)) - 2 * asin(sqrt(second)))
    if not distance:
        return None
    normal = NormalDist()
    return ceil(2 * ((normal.inv_cdf(1 - SIGNIFICANCE / 2) + normal.inv_cdf(POWER)) / distance) ** 2)
