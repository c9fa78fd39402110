"""Comparison over many projects: their differences make no set-up better, and alike commits count for fewer."""

import random
from collections.abc import Iterable
from typing import Final

import pytest

from tests.program import sized
from tracker.comparison.pooling import Cell, compare_pooled, pool
from tracker.comparison.tallies import Tally
from tracker.comparison.verdict import FEWEST_COMMITS, Verdict, compare

KIND = "feat"


def cells_of(counts: dict[tuple[str, int], Tally]) -> tuple[dict[str, dict[str, Tally]], list[Cell]]:
    """Return tallies and cells. ``counts``: by set-up and project."""
    tallies: dict[str, dict[str, Tally]] = {}
    for (name, _), tally in counts.items():
        tallies.setdefault(name, {KIND: Tally()})[KIND] += tally
    every = sum((kinds[KIND] for kinds in tallies.values()), Tally())
    share = every.good / every.commits
    return tallies, [
        Cell(name, str(project).encode(), tally.good, tally.commits * share)
        for (name, project), tally in counts.items()
    ]


def verdict(counts: dict[tuple[str, int], Tally]) -> Verdict:
    return compare_pooled(*cells_of(counts))


def test_commits_that_are_alike_within_a_project_are_less_evidence() -> None:
    good = {("a", project): Tally(20, 20) for project in range(10)}
    everywhere = {("b", project): Tally(17, 20) for project in range(10)}
    in_two = {("b", project): Tally(5 if project < 2 else 20, 20) for project in range(10)}
    assert verdict(good | everywhere).leaders == ("a",)
    together = verdict(good | in_two)
    assert set(together.leaders) == {"a", "b"}
    assert together.spread["b"] > 2


def test_shown_commits_are_those_that_were_counted() -> None:
    counts = {("a", project): Tally(18, 20) for project in range(6)} | {
        ("b", project): Tally(20 if project else 0, 20) for project in range(6)
    }
    found = verdict(counts)
    assert found.standings["a"].share.tally == Tally(108, 120)
    assert found.standings["b"].share.tally == Tally(100, 120)


def test_a_set_up_of_easy_projects_is_not_better_for_it() -> None:
    """Both do equally well wherever both worked; one did most of its work in the projects where nearly all is good."""
    shares = {project: 19 if project < 10 else 10 for project in range(20)}
    counts = {("easy", project): Tally(shares[project] * 4 // 2, 40) for project in range(10)}
    counts |= {("easy", project): Tally(shares[project] // 2, 10) for project in range(10, 20)}
    counts |= {("hard", project): Tally(shares[project] // 2, 10) for project in range(10)}
    counts |= {("hard", project): Tally(shares[project] * 4 // 2, 40) for project in range(10, 20)}
    tallies, cells = cells_of(counts)
    assert compare(tallies).leaders == ("easy",)
    assert set(compare_pooled(tallies, cells).leaders) == {"easy", "hard"}


def test_small_projects_tell_little_of_themselves() -> None:
    """In both projects half of the expected commits are good; the one with few is taken to be more like the average."""
    cells = [Cell(name, str(project).encode(), 20 + project % 3, 20.0) for name in "ab" for project in range(20)]
    cells += [Cell(name, b"large", 40, 80.0) for name in ("a", "b", "in-large")]
    cells += [Cell(name, b"small", 1, 2.0) for name in ("a", "b", "in-small")]
    found = pool(cells, 0.8)
    assert 0.45 < found.difficulty["in-large"] < 0.55
    assert 0.55 < found.difficulty["in-small"] < 0.95


def test_without_differences_between_projects_nothing_is_adjusted() -> None:
    cells = [Cell(name, str(project).encode(), 8, 8.0) for name in "ab" for project in range(20)]
    found = pool(cells, 0.8)
    assert dict(found.difficulty) == {"a": 1.0, "b": 1.0}
    assert found.spread["a"] == found.spread["b"] == pytest.approx((2.093 / 1.96) ** 2, rel=0.01)  # Student's, 19 d.f.


def test_a_sample_of_the_commits_says_the_same_of_all() -> None:
    chance = random.Random(7)
    counts = {
        (name, project): Tally(sum(chance.random() < share for _ in range(400)), 400)
        for name in "ab"
        for project in range(60)
        for share in [chance.choice([0.6, 0.9])]
    }
    _, cells = cells_of(counts)
    quarter = [
        one._replace(good=sum(chance.random() < one.good / 400 for _ in range(100)), expected=one.expected / 4)
        for one in cells
    ]
    whole, part = pool(cells, 0.75), pool(quarter, 0.75, sampled=0.25)
    assert part.spread["a"] == pytest.approx(whole.spread["a"], rel=0.3)
    assert whole.spread["a"] > 20


def claims(worlds: int, *, pooled: bool, difference: float = 0.0) -> float:
    """Return in how many worlds one of two set-ups is said to be better; set-ups do differently well by project."""
    said = 0
    for seed in range(worlds):
        chance = random.Random(seed)
        counts = {}
        for project in range(24):
            base = chance.uniform(0.55, 0.9)
            for name in "ab":
                commits = chance.choice([5, 10, 40, 80])
                share = min(0.98, max(0.02, base + chance.gauss(0, 0.12) + (difference if name == "a" else 0)))
                counts[name, project] = Tally(sum(chance.random() < share for _ in range(commits)), commits)
        tallies, cells = cells_of(counts)
        found = compare_pooled(tallies, cells) if pooled else compare(tallies, draws=2000, shuffles=199)
        said += len(found.leaders) == 1
    return said / worlds


FEW: Final = {
    "each in one project of its own": ((0,), (1,)),
    "each in two of its own": ((0, 1), (2, 3)),
    "each in three of its own": ((0, 1, 2), (3, 4, 5)),
    "both in two": ((0, 1), (0, 1)),
    "both in four": (range(4), range(4)),
    "one in a single project": ((0,), range(1, 11)),
}
"""The projects of two set-ups."""


@pytest.mark.few(1)
@pytest.mark.parametrize("projects", FEW.values(), ids=FEW)
def test_equal_set_ups_in_few_projects_are_rarely_told_apart(projects: tuple[Iterable[int], Iterable[int]]) -> None:
    said, worlds = 0, sized(200, 10)
    for seed in range(worlds):
        chance = random.Random(seed)
        bases = [min(0.97, max(0.03, chance.gauss(0.75, 0.1))) for _ in range(12)]
        counts = {}
        for name, places in zip("ab", projects, strict=True):
            for project in places:
                share = min(0.98, max(0.02, bases[project] + chance.gauss(0, 0.12)))
                counts[name, project] = Tally(sum(chance.random() < share for _ in range(200)), 200)
        said += len(compare_pooled(*cells_of(counts)).leaders) == 1
    assert said / worlds <= 0.05


def test_a_set_up_that_the_sample_misses_counts_as_one_of_which_nothing_is_known() -> None:
    tallies = {"a": {"feat": Tally(150, 200)}, "b": {"feat": Tally(60, 60)}, "c": {"feat": Tally(150, 200)}}
    cells = [Cell(name, str(project).encode(), 8, 8.0) for name in "ac" for project in range(20)]
    found = compare_pooled(tallies, cells)
    assert found.spread["b"] == 60 / FEWEST_COMMITS
    assert not found.standings["b"].beats


def test_equal_set_ups_are_rarely_told_apart_and_unequal_ones_often() -> None:
    worlds = sized(400, 8)
    assert claims(worlds, pooled=False) > 0.25
    assert claims(worlds, pooled=True) <= 0.1
    assert claims(worlds, pooled=True, difference=0.15) > 0.5
