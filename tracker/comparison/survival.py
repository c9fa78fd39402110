"""Kaplan-Meier curves: the share that is still there at each age, with what is young counted only as far as it is old.

Source: E. L. Kaplan and P. Meier, J. Am. Stat. Assoc. 53 (1958), 457-481. Intervals by Greenwood's variance on the
log-log scale (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980).
"""

from collections import Counter
from collections.abc import Iterable
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from tracker.comparison.proportions import LEVEL


class Lifetime(NamedTuple):
    """Some lines of one age. ``days``: until they were removed, or until now. ``removed``: False if still there."""

    days: float
    removed: bool
    number: int = 1


class Point(NamedTuple):
    """One step of a curve: from ``days`` on the share ``kept`` is still there. ``at_risk``: as many were that old."""

    days: float
    kept: float
    low: float
    high: float
    at_risk: int


def survival_curve(lifetimes: Iterable[Lifetime]) -> list[Point]:
    """Return the steps of the curve, which begins at (0, 1).

    Lines of one commit are no independent observations, so their intervals are too narrow: where an interval is shown,
    give commits.
    """
    removed: Counter[float] = Counter()
    gone: Counter[float] = Counter()
    for one in lifetimes:
        (removed if one.removed else gone)[one.days] += one.number
    at_risk = removed.total() + gone.total()
    kept, variance = 1.0, 0.0
    points: list[Point] = []
    for days in sorted({*removed, *gone}):
        lost = removed[days]
        if lost:
            kept *= 1 - lost / at_risk
            variance += lost / (at_risk * (at_risk - lost)) if lost < at_risk else 0.0
            low, high = _interval(kept, variance)
            points.append(Point(days, kept, low, high, at_risk))
        at_risk -= lost + gone[days]
    return points


def _interval(kept: float, variance: float) -> tuple[float, float]:
    if not 0 < kept < 1:
        return kept, kept
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * sqrt(variance) / log(kept)
    low, high = sorted((kept ** exp(half), kept ** exp(-half)))
    return low, high
