"""The share of good commits of each set-up, adjusted for the kinds of task that it was given.

Indirect standardisation: the good commits of a set-up are compared with those that the average set-up would have had on
the same kinds of task. The ratio is shrunk towards 1 by a prior of ten average commits, so that few commits make no
extreme share. In simulated worlds the 90 % intervals of this model hold the true share in 91 to 92 % of the cases
(``tests/comparison/test_verdict.py`` repeats that on a small scale).
"""

from typing import Final, NamedTuple

from tracker.comparison.tallies import Tallies, Tally, by_kind, total

PRIOR_COMMITS: Final = 10
"""Average commits that are added to those of each set-up."""
KIND_PRIOR: Final = 2
"""Average commits that are added to those of each kind of work."""


class AdjustedShare(NamedTuple):
    """The share of good commits of one set-up, and the numbers that it comes from.

    ``tally``: its commits. ``expected``: the good ones that the average set-up would have had on the same kinds of
    work. ``adjusted``: the pooled share times the ratio of good to expected ones, at most 1. ``alpha`` and ``beta``:
    the parameters of the beta distribution that says how likely each share is.
    """

    tally: Tally
    expected: float
    adjusted: float
    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The mean of the distribution."""
        return self.alpha / (self.alpha + self.beta)


def pooled_share(tallies: Tallies) -> float:
    """Return the share of good commits of all set-ups together.

    Where all commits are good, or none, half a commit of the other sort is added: no set-up is certain to stay so.
    Raises ValueError if there are no commits.
    """
    good, commits = total(by_kind(tallies).values())
    if not commits:
        raise ValueError("there are no commits to compare.")
    least = 0.5 / (commits + 1)
    return min(1 - least, max(least, good / commits))


def kind_shares(tallies: Tallies) -> dict[str, float]:
    """Return the share of good commits in each kind of work, drawn a little towards the pooled share."""
    pooled = pooled_share(tallies)
    return {
        kind: (tally.good + KIND_PRIOR * pooled) / (tally.commits + KIND_PRIOR)
        for kind, tally in by_kind(tallies).items()
    }


def adjusted_shares(tallies: Tallies) -> dict[str, AdjustedShare]:
    """Return the adjusted share of each set-up that has commits; none if there are no commits at all."""
    present = {set_up: kinds for set_up, kinds in tallies.items() if total(kinds.values()).commits}
    if not present:
        return {}
    pooled, shares = pooled_share(present), kind_shares(present)
    found: dict[str, AdjustedShare] = {}
    for set_up, kinds in present.items():
        tally = total(kinds.values())
        expected = sum(one.commits * shares[kind] for kind, one in sorted(kinds.items()))
        adjusted = min(1.0, pooled * tally.good / expected)
        found[set_up] = AdjustedShare(
            tally,
            expected,
            adjusted,
            alpha=adjusted * tally.commits + PRIOR_COMMITS * pooled,
            beta=(1 - adjusted) * tally.commits + PRIOR_COMMITS * (1 - pooled),
        )
    return found
