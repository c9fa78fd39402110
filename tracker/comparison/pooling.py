"""Partial pooling of projects: what a comparison over many projects has to know about the differences between them.

From the counts of each set-up in each project follow, by the method of moments:

- How much projects differ in how much of their work is good. A set-up that worked in easy projects is not better for
  it, so what is expected of it is adjusted for its projects: a project with few commits is drawn towards the average of
  all, one with many counts by itself. Set-ups and projects are fitted in turn, so that neither takes the credit of the
  other; where a set-up worked alone in its projects the two cannot be told apart, and its commits tell less.
- How differently set-ups do from one project to the next. A hundred commits of one project then tell less than one
  commit of each of a hundred. Few projects do not show how much they differ, so commits of few tell less still.

The numbers of commits are divided by how much less they tell. In simulated worlds in which projects and set-ups differ
in these ways and the set-ups are equal on average, at most one in twenty gets a claim that one is better
(``tests/comparison/test_pooling.py`` repeats that on a small scale).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from statistics import NormalDist
from typing import Final, NamedTuple, TypeVar

from tracker.comparison.adjusted_shares import pooled_share
from tracker.comparison.draws import DRAWS
from tracker.comparison.tallies import Tallies, Tally, total
from tracker.comparison.verdict import FEWEST_COMMITS, Verdict, compare

K = TypeVar("K")

_ROUNDS: Final = 20
"""Most times that set-ups and projects are fitted in turn."""
_SETTLED: Final = 0.001
"""The change of a factor below which fitting ends."""
_FEWEST_DRAWS: Final = 4_000
_MOST_DRAWS: Final = 80_000
"""Draws of all set-ups together: with 16 of them probabilities are exact to about 0.006."""
_SHUFFLES: Final = 499
"""Fewer than elsewhere, for the many set-ups of a team: 0.05 is told exactly to about 0.01."""
_LEAST: Final = 0.05
"""The least factor of a project or a set-up, however few of its commits are good."""
_HIGHEST_SHARE: Final = 0.99
_HIGHEST_WEIGHT: Final = 1 - 1e-9
"""No project is all that is known of it: divisions by what is left stay possible."""
_NORMAL_POINT: Final = NormalDist().inv_cdf(0.975)
_LEAST_FREEDOM: Final = 0.5
"""Degrees of freedom below which nothing can be said of how much projects differ."""


class Cell(NamedTuple):
    """The commits of one set-up in one project: the good ones, and those expected by the kinds of work alone."""

    set_up: str
    project: bytes
    good: int
    expected: float


class Pooling(NamedTuple):
    """Adjustments that follow from cells.

    ``difficulty``: by set-up, how many good commits its projects let expect, as a factor. ``spread``: by set-up, how
    many commits tell as much as one that is independent of all others; at least 1.
    """

    difficulty: Mapping[str, float]
    spread: Mapping[str, float]


class _Project(NamedTuple):
    """A project: how many good commits it lets expect, as a factor of what the kinds of work let expect.

    ``weight``: how much of that is its own, from 0 to 1; the rest is the average.
    """

    factor: float
    weight: float


def pool(cells: Sequence[Cell], pooled: float, sampled: float = 1.0) -> Pooling:
    """Estimate the differences between projects.

    ``pooled``: the share of good commits of all. ``sampled``: the part of all commits that the cells are of.
    """
    expected = _summed((one.set_up, one.expected) for one in cells)
    ratios = dict.fromkeys(expected, 1.0)
    projects: Mapping[bytes, _Project] = {}
    for _ in range(_ROUNDS):
        projects, before = _projects(cells, ratios, pooled), ratios
        ratios = _ratios(cells, projects)
        if all(abs(ratios[name] - before[name]) < _SETTLED for name in ratios):
            break
    adjusted = _summed((one.set_up, one.expected * projects[one.project].factor) for one in cells)
    return Pooling(
        difficulty={name: adjusted[name] / number if number else 1.0 for name, number in expected.items()},
        spread=_spread(cells, projects, ratios, pooled, sampled),
    )


def compare_pooled(
    tallies: Tallies, cells: Sequence[Cell], sampled: float = 1.0, kind_of: Callable[[str], str] = str
) -> Verdict:
    """Compare set-ups by tallies over many projects. ``kind_of``: as for ``compare``.

    The verdict is that of the adjusted numbers; its standings show the commits as they were counted.
    """
    present = {name: kinds for name, kinds in tallies.items() if total(kinds.values()).commits}
    if not present:
        return compare(present, kind_of=kind_of)
    pooling = pool([one for one in cells if one.set_up in present], pooled_share(present), sampled)
    spread = {name: _bounded_spread(pooling.spread.get(name, inf), kinds) for name, kinds in present.items()}
    adjusted = {
        name: _adjusted(kinds, spread[name], pooling.difficulty.get(name, 1.0)) for name, kinds in present.items()
    }
    draws = max(_FEWEST_DRAWS, min(DRAWS, _MOST_DRAWS // len(adjusted)))
    found = compare(adjusted, draws, _SHUFFLES, kind_of)
    counted = {
        name: one._replace(share=one.share._replace(tally=total(present[name].values())))
        for name, one in found.standings.items()
    }
    return found._replace(standings=counted, spread=spread)


def _projects(cells: Iterable[Cell], ratios: Mapping[str, float], pooled: float) -> Mapping[bytes, _Project]:
    """Return what each project lets expect: its own share as far as its commits tell it, else the average."""
    good = _summed((one.project, one.good) for one in cells)
    expected = _summed((one.project, one.expected * ratios[one.set_up]) for one in cells)
    noise = _failing(pooled)
    squares = sum(number**2 for number in expected.values())
    excess = sum((good[one] - number) ** 2 - number * noise for one, number in expected.items())
    variance = max(0.0, excess / squares) if squares else 0.0
    found = {}
    for one, number in expected.items():
        weight = min(_HIGHEST_WEIGHT, variance * number / (variance * number + noise))
        own = good[one] / number if number else 1.0
        found[one] = _Project(max(_LEAST, 1 + weight * (own - 1)), weight)
    return found


def _ratios(cells: Iterable[Cell], projects: Mapping[bytes, _Project]) -> dict[str, float]:
    """Return the good commits of each set-up, divided by those that its projects and kinds of work let expect."""
    good = _summed((one.set_up, one.good) for one in cells)
    expected = _summed((one.set_up, one.expected * projects[one.project].factor) for one in cells)
    return {name: max(_LEAST, good[name] / number) if number else 1.0 for name, number in expected.items()}


def _spread(
    cells: Sequence[Cell],
    projects: Mapping[bytes, _Project],
    ratios: Mapping[str, float],
    pooled: float,
    sampled: float,
) -> dict[str, float]:
    """Return how many commits of each set-up tell as much as one that is independent of all others."""
    noise = {name: _failing(pooled * ratio) for name, ratio in ratios.items()}
    means = [(one, one.expected * ratios[one.set_up] * projects[one.project].factor) for one in cells]
    whole = _summed((one.project, mean) for one, mean in means)
    between = _variance_between(means, whole, projects, noise)
    squares = _summed((one.set_up, (mean / sampled) ** 2) for one, mean in means)
    single = _summed((one.set_up, mean / sampled) for one, mean in means)
    set_ups = len(ratios)
    telling = _summed(
        (one.set_up, mean / sampled * (1 - weight * mean / whole[one.project]) * set_ups / (set_ups - weight))
        for one, mean in means
        if mean > 0
        for weight in [projects[one.project].weight]
    )
    return {
        name: _for_few(single[name] ** 2 / squares[name])
        * max(1.0, single[name] / telling[name])
        * (1 + between * squares[name] / (single[name] * noise[name]))
        if telling.get(name)
        else inf
        for name in ratios
    }


def _for_few(projects: float) -> float:
    """Return how many times less commits tell because few projects do not show how much projects differ.

    ``projects``: how many equally large ones would be as uneven as those of a set-up. The factor is the square of the
    ratio of Student's and the normal distribution's 97.5 % points, the latter by the expansion of Cornish and Fisher
    (M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.7.5); infinite for a single project.
    """
    freedom = projects - 1
    if freedom < _LEAST_FREEDOM:
        return inf
    z = _NORMAL_POINT
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return (1 + sum(term / freedom ** (place + 1) for place, term in enumerate(terms)) / z) ** 2


def _variance_between(
    means: Sequence[tuple[Cell, float]],
    whole: Mapping[bytes, float],
    projects: Mapping[bytes, _Project],
    noise: Mapping[str, float],
) -> float:
    """Return the variance from project to project of what a set-up does, relative to its mean; 0 if there is none.

    ``whole``: the means of each project's cells together. ``noise``: by set-up, the variance that chance alone gives to
    each expected commit. A project's factor follows its own commits, which takes a part of their variance away: that
    part is known, and is given back.
    """
    in_projects = _summed((one.set_up, float(mean > 0)) for one, mean in means)
    squares = _summed((one.project, mean**2) for one, mean in means)
    excess = total_weight = 0.0
    for one, mean in means:
        number, weight = in_projects[one.set_up], projects[one.project].weight
        if mean > 0 and number > 1:
            own = mean / whole[one.project]
            others = squares[one.project] / whole[one.project] ** 2 - own**2
            left = (1 - weight * own) ** 2 + weight**2 * others
            excess += (one.good - mean) ** 2 * number / (number - 1) - left * mean * noise[one.set_up]
            total_weight += left * mean**2
    return max(0.0, excess / total_weight) if total_weight else 0.0


def _summed(numbers: Iterable[tuple[K, float]]) -> dict[K, float]:
    found: dict[K, float] = defaultdict(float)
    for key, number in numbers:
        found[key] += number
    return found


def _failing(share: float) -> float:
    return 1 - min(_HIGHEST_SHARE, share)


def _bounded_spread(spread: float, kinds: Mapping[str, Tally]) -> float:
    """Return a spread that leaves a set-up with enough commits as many as are enough to be compared."""
    return min(spread, max(1.0, total(kinds.values()).commits / FEWEST_COMMITS))


def _adjusted(kinds: Mapping[str, Tally], spread: float, difficulty: float) -> dict[str, Tally]:
    """Return the tallies of a set-up as if its commits were independent and from average projects."""
    shares = {kind: one.good / one.commits / difficulty for kind, one in kinds.items() if one.commits}
    parts = _shared_out({kind: kinds[kind].commits / spread for kind in shares})
    return {kind: Tally(min(number, round(number * shares[kind])), number) for kind, number in parts.items() if number}


def _shared_out(parts: Mapping[str, float]) -> dict[str, int]:
    """Return parts as whole numbers whose sum is that of the parts, rounded (largest remainders)."""
    whole = {name: int(part) for name, part in parts.items()}
    left = round(sum(parts.values())) - sum(whole.values())
    for name in sorted(parts, key=lambda one: (whole[one] - parts[one], one))[: max(0, left)]:
        whole[name] += 1
    return whole
