"""Trust: what may go without review of each commit, and what not, only where the numbers carry it.

Trouble is a commit that was reverted within 14 days, fixed within seven, charged with a bug or graded bad by the user.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tracker.comparison.chance_test import chance_of_as_many
from tracker.lineage.sums import SIZES
from tracker.model import TaskKind
from tracker.reports.set_ups.figures import Figures, Proportion
from tracker.reports.set_ups.read_sums import SetUpRow, summed_by

MOST_TROUBLE: Final = 0.1
"""The highest share of commits in trouble, at the upper end of its interval, at which not each needs a review."""
FEWEST_TROUBLED: Final = 3
"""Commits in trouble below which nothing is said of where they are."""
SURE: Final = 0.01
"""The highest probability of chance: lower than elsewhere, since every kind and size of every set-up is looked at."""


class Work(NamedTuple):
    """Work of one set-up: a kind of task, and a class of size or all sizes (None)."""

    name: str
    kind: TaskKind
    size: str | None


class Finding(NamedTuple):
    """Work with its commits in trouble. ``of_all``: the trouble of the same set-up in all of its work."""

    work: Work
    trouble: Proportion
    of_all: Proportion


class Trust(NamedTuple):
    """Work that needs no review of each commit, and work that needs it, by its outcomes; both may be empty."""

    without_review: tuple[Finding, ...]
    review: tuple[Finding, ...]


def trust_in(rows: Iterable[SetUpRow]) -> Trust:
    """Return what may be said of the work of set-ups, the surest first."""
    cells = {
        (name, kind): Figures(row)
        for (name, kind), row in summed_by(rows, lambda one: (one.set_up.name, one.task_kind)).items()
    }
    every: dict[str, Proportion] = {}
    for (name, _), figures in cells.items():
        every[name] = _added([every.get(name, Proportion(0, 0)), *_by_size(figures).values()])
    calm, review = [], []
    for (name, kind), figures in cells.items():
        whole = Finding(Work(name, kind, None), _added(_by_size(figures).values()), every[name])
        parts = [Finding(Work(name, kind, size), one, every[name]) for size, one in _by_size(figures).items()]
        found = [one for one in ([whole] if _chance(whole) <= SURE else parts) if _chance(one) <= SURE]
        if whole.trouble.interval[1] <= MOST_TROUBLE and not found:
            calm.append(whole)
        review += found
    return Trust(
        tuple(sorted(calm, key=lambda one: (one.trouble.interval[1], one.work.name))),
        tuple(sorted(review, key=lambda one: (_chance(one), one.work.name))),
    )


def _by_size(figures: Figures) -> Mapping[str, Proportion]:
    return {size: figures.trouble_of_size(size) for size in SIZES}


def _added(proportions: Iterable[Proportion]) -> Proportion:
    counted = [*proportions]
    return Proportion(sum(one.found for one in counted), sum(one.of for one in counted))


def _chance(finding: Finding) -> float:
    """Return how often so much of a set-up's trouble is in this work by chance alone; 1 if there is too little."""
    trouble, of_all = finding.trouble, finding.of_all
    if trouble.found < FEWEST_TROUBLED or trouble.of == of_all.of:
        return 1.0
    return chance_of_as_many(of_all.of, of_all.found, trouble.of, trouble.found)
