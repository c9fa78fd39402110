"""Could the differences between set-ups be chance? A permutation test within each kind of work.

The good commits of a kind of work are dealt out anew among the set-ups that did it, as if it made no difference which
one did. Where chance alone often makes differences as large as those found, none is said to be better than another. So
of worlds in which all are equal at most one in twenty gets any such claim, however many set-ups are compared.
"""

from collections.abc import Iterable, Sequence
from math import exp, lgamma, sqrt
from random import Random
from typing import Final

from tracker.comparison.tallies import Tallies, Tally, by_kind

SIGNIFICANCE: Final = 0.05
"""The highest probability of chance at which differences are taken to be real."""
SHUFFLES: Final = 999
_LARGE: Final = 400
_WIDE: Final = 10.0
"""Commits of a kind, and the standard deviation of the good ones among those of a set-up, above which the
hypergeometric distribution is taken for the normal one."""
_NEGLIGIBLE: Final = 1e-12


def chance_of_differences(tallies: Tallies, set_ups: Iterable[str], shuffles: int = SHUFFLES) -> float:
    """Return how often chance makes differences as large as those found between some set-ups, from 0 to 1.

    Kinds of work that only one of them has done tell nothing. The time does not depend on the number of commits.
    """
    chosen = {set_up: tallies[set_up] for set_up in sorted(set_ups)}
    kinds = [
        (tally, [chosen[set_up].get(kind, Tally()) for set_up in chosen])
        for kind, tally in by_kind(chosen).items()
        if 0 < tally.good < tally.commits
    ]
    if not kinds:
        return 1.0
    expected = [0.0] * len(chosen)
    variance = [0.0] * len(chosen)
    for whole, cells in kinds:
        share = whole.good / whole.commits
        for number, cell in enumerate(cells):
            expected[number] += cell.commits * share
            variance[number] += _variance(whole.good, whole.commits, cell.commits)
    found = _distance(
        [sum(cells[number].good for _, cells in kinds) for number in range(len(chosen))], expected, variance
    )
    chance = Random(" ".join(chosen))  # noqa: S311 - no secret
    as_large = sum(_distance(_deal(kinds, chance), expected, variance) >= found - 1e-9 for _ in range(shuffles))
    return (as_large + 1) / (shuffles + 1)


def _variance(good: int, count: int, drawn: int) -> float:
    """Return the variance of the number of good ones among ``drawn`` of ``count``, of which ``good`` are good."""
    return drawn * (count - drawn) * good * (count - good) / (count * count * (count - 1))


def _distance(good: Sequence[float], expected: Sequence[float], variance: Sequence[float]) -> float:
    """Return the sum of the squared distances from what was expected, each divided by its variance."""
    return sum(
        (one - middle) ** 2 / spread for one, middle, spread in zip(good, expected, variance, strict=True) if spread > 0
    )


def _deal(kinds: Sequence[tuple[Tally, Sequence[Tally]]], chance: Random) -> list[int]:
    """Return the good commits of each set-up after those of each kind were dealt out anew."""
    dealt = [0] * len(kinds[0][1])
    for whole, cells in kinds:
        good, left = whole.good, whole.commits
        for number, cell in enumerate(cells):
            taken = _hypergeometric(left, good, cell.commits, chance)
            dealt[number] += taken
            good, left = good - taken, left - cell.commits
    return dealt


def _hypergeometric(count: int, good: int, drawn: int, chance: Random) -> int:
    """Return the good ones among ``drawn`` of ``count``, of which ``good`` are good.

    By inversion from the mode outwards, so the steps grow with the standard deviation; where that is large, from the
    normal distribution, which differs by less than one then.
    """
    least, most = max(0, drawn - (count - good)), min(good, drawn)
    if least == most:
        return most
    if count > _LARGE:
        deviation = sqrt(_variance(good, count, drawn))
        if deviation > _WIDE:
            return min(most, max(least, round(chance.gauss(drawn * good / count, deviation))))
    mode = min(most, max(least, (drawn + 1) * (good + 1) // (count + 2)))
    below = above = _probability(count, good, drawn, mode)
    rest = chance.random() - below
    low = high = mode
    while rest > 0 and (low > least or high < most):
        if high < most:
            above *= _step(count, good, drawn, high)
            high += 1
            rest -= above
            if rest <= 0:
                return high
        if low > least:
            below *= low * (count - good - drawn + low) / ((good - low + 1) * (drawn - low + 1))
            low -= 1
            rest -= below
            if rest <= 0:
                return low
    return mode


def chance_of_as_many(count: int, good: int, drawn: int, found: int) -> float:
    """Return how likely at least ``found`` of ``drawn`` are good by chance, if ``good`` of ``count`` are.

    1 if no more were found than are expected. (R. A. Fisher's exact test, one-sided.)
    """
    if found * count <= drawn * good:
        return 1.0
    most = min(good, drawn)
    if found > most:
        return 0.0
    chance, one = 0.0, _probability(count, good, drawn, found)
    for number in range(found, most + 1):
        chance += one
        if one < _NEGLIGIBLE:  # above the expected number each is less likely than the one before
            break
        one *= _step(count, good, drawn, number)
    return min(1.0, chance)


def _step(count: int, good: int, drawn: int, found: int) -> float:
    """Return the probability that ``found`` + 1 of those drawn are good, divided by that of ``found``."""
    return (good - found) * (drawn - found) / ((found + 1) * (count - good - drawn + found + 1))


def _probability(count: int, good: int, drawn: int, found: int) -> float:
    return exp(_ln_choose(good, found) + _ln_choose(count - good, drawn - found) - _ln_choose(count, drawn))


def _ln_choose(count: int, chosen: int) -> float:
    return lgamma(count + 1) - lgamma(chosen + 1) - lgamma(count - chosen + 1)
