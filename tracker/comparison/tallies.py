"""The counts that comparisons are made from: good and all graded commits by set-up and kind of work."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

Tallies = Mapping[str, Mapping[str, "Tally"]]
"""Tallies keyed by set-up, then by kind of work."""


class Tally(NamedTuple):
    """Commits: those that are good, of ``commits`` of which that is known."""

    good: int = 0
    commits: int = 0

    def __add__(self, other: object) -> "Tally":
        """Return the sum of two tallies."""
        if not isinstance(other, Tally):
            return NotImplemented
        return Tally(self.good + other.good, self.commits + other.commits)

    @property
    def share(self) -> float | None:
        """The share of good commits; None if there are no commits."""
        return self.good / self.commits if self.commits else None


def count(commits: Iterable[tuple[str, str, bool]]) -> dict[str, dict[str, Tally]]:
    """Return tallies of commits, given as set-up, kind of work, and if the commit is good."""
    found: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for set_up, kind, is_good in commits:
        found[set_up][kind] += Tally(int(is_good), 1)
    return {set_up: dict(kinds) for set_up, kinds in found.items()}


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    return sum(tallies, Tally())


def by_kind(tallies: Tallies) -> dict[str, Tally]:
    """Return the tallies of all set-ups together, keyed by kind of work."""
    kinds = sorted({kind for of_set_up in tallies.values() for kind in of_set_up})
    return {kind: total(of_set_up.get(kind, Tally()) for of_set_up in tallies.values()) for kind in kinds}


def shared_kinds(tallies: Tallies, first: str, second: str, kind_of: Callable[[str], str] = str) -> float:
    """Return the share of the kinds of task of two set-ups that both have done, from 0 to 1.

    ``kind_of``: the kind of work of a key of the inner tallies.
    """
    kinds = [{kind_of(kind) for kind, tally in tallies[one].items() if tally.commits} for one in (first, second)]
    either = kinds[0] | kinds[1]
    return len(kinds[0] & kinds[1]) / len(either) if either else 0.0
