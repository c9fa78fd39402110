"""The verdict on set-ups: the leading ones, and which is better than which, only where the numbers carry it."""

from collections.abc import Callable, Mapping
from itertools import combinations, permutations
from types import MappingProxyType
from typing import Final, NamedTuple

from tracker.comparison.adjusted_shares import AdjustedShare, adjusted_shares
from tracker.comparison.chance_test import SHUFFLES, SIGNIFICANCE, chance_of_differences
from tracker.comparison.draws import DRAWS, best, better, draw, interval
from tracker.comparison.proportions import commits_needed
from tracker.comparison.tallies import Tallies, Tally, shared_kinds

FEWEST_COMMITS: Final = 10
"""Graded commits that a set-up needs to be compared."""
SURE: Final = 0.9
"""Probability at which one set-up is said to be better than another."""
FEWEST_SHARED_KINDS: Final = 0.5
"""The share of the kinds of task of two set-ups that both must have done to be compared."""


def has_enough(tally: Tally) -> bool:
    """Return True if a set-up has enough commits to be compared."""
    return tally.commits >= FEWEST_COMMITS


class Standing(NamedTuple):
    """One set-up in the comparison. ``interval``: of its adjusted share, 90 %. ``beats``: the set-ups that it beats."""

    share: AdjustedShare
    interval: tuple[float, float]
    beats: tuple[str, ...]

    @property
    def is_compared(self) -> bool:
        """True if it has enough commits."""
        return has_enough(self.share.tally)


class Verdict(NamedTuple):
    """The result of a comparison.

    ``standings``: keyed by set-up, those with the highest mean first. ``leaders``: the compared set-ups that no other
    beats; empty if fewer than two can be compared. ``better``: how likely one is better than another, for each ordered
    pair that is compared. ``not_alike``: pairs with too few kinds of task in common. ``chance``: how often chance makes
    differences as large as these; None if fewer than two set-ups can be compared. ``spread``: by set-up, how many of
    its commits tell as much as one that is independent of all others (``pooling``); 1 where it is not given.
    """

    standings: Mapping[str, Standing]
    leaders: tuple[str, ...]
    better: Mapping[tuple[str, str], float]
    best: Mapping[str, float]
    not_alike: tuple[tuple[str, str], ...]
    chance: float | None
    spread: Mapping[str, float] = MappingProxyType({})

    @property
    def closest(self) -> tuple[str, str] | None:
        """The two best leaders that did alike work; None if one leads alone, or none can be compared."""
        return next((pair for pair in combinations(self.leaders, 2) if pair in self.better), None)

    def commits_to_tell(self) -> int | None:
        """Return the further graded commits that each of the ``closest`` leaders needs for a difference to show.

        None if there are none, or no number would tell, since their shares are equal.
        """
        if self.closest is None:
            return None
        first, second = (self.standings[one].share for one in self.closest)
        needed = commits_needed(first.mean, second.mean)
        spread = max(self.spread.get(one, 1.0) for one in self.closest)
        fewest = min(first.tally.commits, second.tally.commits)
        return None if needed is None else max(1, round(needed * spread) - fewest)


def compare(
    tallies: Tallies, draws: int = DRAWS, shuffles: int = SHUFFLES, kind_of: Callable[[str], str] = str
) -> Verdict:
    """Compare set-ups by their tallies. Fewer ``draws`` and ``shuffles`` are faster and less exact.

    ``kind_of``: the kind of work of a stratum, where tallies are kept by finer strata than kinds.
    """
    shares = adjusted_shares(tallies)
    names = sorted(shares, key=lambda one: (-shares[one].mean, one))
    drawn = draw({name: shares[name] for name in names}, draws)
    compared = [name for name in names if has_enough(shares[name].tally)]
    pairs = better({name: drawn[name] for name in compared})
    alike = {pair for pair in pairs if shared_kinds(tallies, *pair, kind_of) >= FEWEST_SHARED_KINDS}
    chance = chance_of_differences(tallies, compared, shuffles) if len(compared) > 1 else None
    is_real = chance is not None and chance <= SIGNIFICANCE
    beaten = {pair for pair in alike if is_real and pairs[pair] >= SURE}
    return Verdict(
        standings={
            name: Standing(
                shares[name], interval(drawn[name]), tuple(other for one, other in sorted(beaten) if one == name)
            )
            for name in names
        },
        leaders=tuple(one for one in compared if not any(other == one for _, other in beaten))
        if len(compared) > 1
        else (),
        better={pair: pairs[pair] for pair in pairs if pair in alike},
        best=best({name: drawn[name] for name in compared}),
        not_alike=tuple(pair for pair in permutations(compared, 2) if pair[0] < pair[1] and pair not in alike),
        chance=chance,
    )
