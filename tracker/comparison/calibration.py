"""Calibration: an agent's own grades compared with the user's grades of the same commits.

Agreement is shown with the whole table, since a kappa collapses where one grade dominates (K. L. Gwet, Br. J. Math.
Stat. Psychol. 61 (2008), 29-48).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from random import Random
from statistics import NormalDist, fmean, stdev
from typing import Final, NamedTuple

from tracker.comparison.proportions import LEVEL

FEWEST_PAIRS: Final = 20
"""Pairs of grades below which nothing is said of how well an agent grades itself."""
FEWEST_FOR_KAPPA: Final = 30
STEPS: Final = 4
"""Grades, from bad to excellence, as the steps 0 to 3."""
_GOOD: Final = 2
"""The lowest step of a good commit."""
_RESAMPLES: Final = 2_000
_MOST_RESAMPLED: Final = 500
"""Pairs up to which the interval of the mean difference is found by resampling; with more it is the normal one."""


class Calibration(NamedTuple):
    """The agent's grades beside the user's.

    ``table``: numbers of commits keyed by the agent's step and the user's. ``difference``: the mean of agent minus user
    in steps, with its 90 % interval. ``kappa``: quadratic weighted, None below thirty pairs or where it has no value.
    ``bad_called_good``: of the commits that the agent graded good, those that the user graded bad, and how many those
    are in all.
    """

    table: Mapping[tuple[int, int], int]
    pairs: int
    equal: int
    agent_higher: int
    agent_lower: int
    difference: float
    difference_interval: tuple[float, float]
    kappa: float | None
    bad_called_good: tuple[int, int]

    @property
    def is_enough(self) -> bool:
        """True if there are enough pairs to say anything."""
        return self.pairs >= FEWEST_PAIRS

    @property
    def seems_rubber_stamped(self) -> bool:
        """True if the user has agreed with every grade, in so many commits that this says something of the user."""
        return self.is_enough and self.equal == self.pairs


def calibrate(pairs: Iterable[tuple[int, int]]) -> Calibration:
    """Compare pairs of an agent's and a user's grade of one commit, given as steps from 0 to 3."""
    table = Counter(pairs)
    count = table.total()
    differences = [agent - user for (agent, user), number in sorted(table.items()) for _ in range(number)]
    called_good = {pair: number for pair, number in table.items() if pair[0] >= _GOOD}
    return Calibration(
        table=table,
        pairs=count,
        equal=sum(number for (agent, user), number in table.items() if agent == user),
        agent_higher=sum(number for (agent, user), number in table.items() if agent > user),
        agent_lower=sum(number for (agent, user), number in table.items() if agent < user),
        difference=sum(differences) / count if count else 0.0,
        difference_interval=_interval(differences),
        kappa=_kappa(table) if count >= FEWEST_FOR_KAPPA else None,
        bad_called_good=(
            sum(number for (_, user), number in called_good.items() if not user),
            sum(called_good.values()),
        ),
    )


def _interval(values: list[int]) -> tuple[float, float]:
    """Return the 90 % interval of a mean: by bootstrap, or for many values its limit, the normal one."""
    if not values:
        return 0.0, 0.0
    if len(values) > _MOST_RESAMPLED:
        half = NormalDist().inv_cdf((1 + LEVEL) / 2) * stdev(values) / sqrt(len(values))
        return fmean(values) - half, fmean(values) + half
    chance = Random(len(values))  # noqa: S311 - no secret
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    return means[int(_RESAMPLES * 0.05)], means[int(_RESAMPLES * 0.95)]


def _kappa(table: Mapping[tuple[int, int], int]) -> float | None:
    """Return the quadratic weighted kappa (J. Cohen, Psychol. Bull. 70 (1968), 213-220); None if nothing varies."""
    count = sum(table.values())
    agent = [sum(number for (one, _), number in table.items() if one == step) for step in range(STEPS)]
    user = [sum(number for (_, one), number in table.items() if one == step) for step in range(STEPS)]
    seen = sum(number * (one - other) ** 2 for (one, other), number in table.items())
    by_chance = (
        sum(agent[one] * user[other] * (one - other) ** 2 for one in range(STEPS) for other in range(STEPS)) / count
    )
    return 1 - seen / by_chance if by_chance else None
