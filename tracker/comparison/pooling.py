"""Partial pooling of projects: what a comparison over many projects has to know about the differences between them.

Two things are estimated from the counts of each set-up in each project (method of moments). How much projects differ in
how much of their work is good: a set-up that worked in easy projects is not better for it, so what is expected of it is
adjusted for its projects. A project with few commits tells little, so it is drawn towards the average of all, one with
many counts by itself. And how much set-ups do differently from one project to the next: ten commits of one project then
tell less than one commit of each of ten, so the numbers of commits are divided by how much less.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.comparison.adjusted_shares import pooled_share
from tracker.comparison.tallies import Tallies, Tally, total
from tracker.comparison.verdict import FEWEST_COMMITS, Verdict, compare

_LEAST_FACTOR: Final = 0.05
"""The least that a project is taken to be as good as the average, however few of its commits are."""
_HIGHEST_SHARE: Final = 0.99


class Cell(NamedTuple):
    """The commits of one set-up in one project: the good ones, and those expected by the kinds of work alone."""

    set_up: str
    project: bytes
    good: int
    expected: float


class Pooling(NamedTuple):
    """What follows from cells. ``difficulty``: by set-up, how many good commits its projects let expect, as a factor.

    ``spread``: by set-up, how many commits tell as much as one that is independent of all others; at least 1.
    """

    difficulty: Mapping[str, float]
    spread: Mapping[str, float]


def pool(cells: Sequence[Cell], pooled: float, sampled: float = 1.0) -> Pooling:
    """Estimate the differences between projects.

    ``pooled``: the share of good commits of all. ``sampled``: the part of all commits that the cells are of.
    """
    factors = _project_factors(cells, pooled)
    raw: dict[str, float] = defaultdict(float)
    adjusted: dict[str, float] = defaultdict(float)
    good: dict[str, int] = defaultdict(int)
    for one in cells:
        raw[one.set_up] += one.expected
        adjusted[one.set_up] += one.expected * factors[one.project]
        good[one.set_up] += one.good
    difficulty = {name: adjusted[name] / raw[name] if raw[name] else 1.0 for name in raw}
    ratios = {name: good[name] / adjusted[name] if adjusted[name] else 0.0 for name in raw}
    means = [(one, ratios[one.set_up] * one.expected * factors[one.project]) for one in cells]
    between = _variance_between(means, pooled, ratios)
    squares: dict[str, float] = defaultdict(float)
    noise: dict[str, float] = defaultdict(float)
    for one, mean in means:
        squares[one.set_up] += (mean / sampled) ** 2
        noise[one.set_up] += mean * _failing(pooled * ratios[one.set_up]) / sampled
    spread = {name: 1 + between * squares[name] / noise[name] if noise[name] > 0 else 1.0 for name in raw}
    return Pooling(difficulty, spread)


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
    spread = {name: _bounded_spread(pooling.spread.get(name, 1.0), kinds) for name, kinds in present.items()}
    adjusted = {
        name: _adjusted(kinds, spread[name], pooling.difficulty.get(name, 1.0)) for name, kinds in present.items()
    }
    found = compare(adjusted, kind_of=kind_of)
    counted = {
        name: one._replace(share=one.share._replace(tally=total(present[name].values())))
        for name, one in found.standings.items()
    }
    return found._replace(standings=counted, spread=spread)


def _project_factors(cells: Iterable[Cell], pooled: float) -> Mapping[bytes, float]:
    """Return how many good commits each project lets expect, as a factor of what the kinds of work let expect."""
    good: dict[bytes, int] = defaultdict(int)
    expected: dict[bytes, float] = defaultdict(float)
    for one in cells:
        good[one.project] += one.good
        expected[one.project] += one.expected
    noise = _failing(pooled)
    weight = sum(number**2 for number in expected.values())
    excess = sum((good[one] - number) ** 2 - number * noise for one, number in expected.items())
    variance = max(0.0, excess / weight) if weight else 0.0
    return {
        one: max(_LEAST_FACTOR, 1 + variance * number / (variance * number + noise) * (good[one] / number - 1))
        if number
        else 1.0
        for one, number in expected.items()
    }


def _variance_between(means: Sequence[tuple[Cell, float]], pooled: float, ratios: Mapping[str, float]) -> float:
    """Return the variance from project to project of what a set-up does, relative to its mean; 0 if there is none."""
    projects: dict[str, int] = defaultdict(int)
    for one, mean in means:
        projects[one.set_up] += mean > 0
    excess = weight = 0.0
    for one, mean in means:
        others = projects[one.set_up] - 1
        if mean > 0 and others:
            excess += (one.good - mean) ** 2 * (others + 1) / others - mean * _failing(pooled * ratios[one.set_up])
            weight += mean**2
    return max(0.0, excess / weight) if weight else 0.0


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
