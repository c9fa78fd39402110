"""Trust in sentences: what may go without review of each commit, and how far agents' own grades can be believed."""

from typing import Final

from tracker.comparison.calibration import Calibration
from tracker.lineage.sums import SIZES
from tracker.reports.set_ups.recommendation import Recommendation
from tracker.reports.set_ups.trust import Finding
from tracker.text import listed

MOST_TRUST: Final = 3
"""Findings of each sort that are named."""
_SIZES: Final = {
    "small": f"of up to {SIZES['small']} lines",
    "medium": f"of {SIZES['small'] + 1} to {SIZES['medium']} lines",
    "large": f"over {SIZES['medium']} lines",
}


def trust_sentences(found: Recommendation) -> list[str]:
    """Return what may go without review of each commit, and what not, with the numbers; empty if nothing is sure."""
    calm, review = found.trust.without_review[:MOST_TRUST], found.trust.review[:MOST_TRUST]
    sentences = []
    if calm:
        told = [
            f"{_kind(one)} by {one.work.name} ({one.trouble.found} of {one.trouble.of} in trouble; upper end"
            f" of the 90 % interval: {one.trouble.interval[1]:.0%})"
            for one in calm
        ]
        sentences.append(f"May go without review of each commit: {listed(told)}.")
    sentences += [f"Review every {_work(one)}: {_where(one)}." for one in review]
    return sentences


def _work(finding: Finding) -> str:
    size = f" {_SIZES[finding.work.size]}" if finding.work.size else ""
    kind = "commit of other kinds" if finding.work.kind == "other" else f"{finding.work.kind} commit"
    return f"{kind}{size} by {finding.work.name}"


def _kind(finding: Finding) -> str:
    return "tasks of other kinds" if finding.work.kind == "other" else finding.work.kind


def _where(finding: Finding) -> str:
    trouble, every = finding.trouble, finding.of_all
    return (
        f"{trouble.found} of {trouble.of} were in trouble (reverted, fixed, blamed or graded bad); these are"
        f" {trouble.found} of the {every.found} commits in trouble among all {every.of} of this set-up"
    )


def calibration_sentences(found: Recommendation) -> list[str]:
    """Return how far the agents' own grades can be believed, for each set-up with enough pairs of grades."""
    return [
        _calibration(one.name, found.figures[one].calibration, of_team=found.of_team)
        for one in found.agents
        if found.figures[one].calibration.is_enough
    ]


def _calibration(name: str, pairs: Calibration, *, of_team: bool) -> str:
    both, they, theirs = ("both it and a member", "members", "theirs") if of_team else ("both of you", "you", "yours")
    if pairs.seems_rubber_stamped:
        return (
            f"{name}: nothing can be said. On all {pairs.pairs} commits that {both} graded, the two grades are the"
            f" same, which is evidence only if {they} graded before {they} saw the agent's grade."
        )
    low, high = pairs.difference_interval
    bad, good = pairs.bad_called_good
    counts = (("higher", pairs.agent_higher), ("lower", pairs.agent_lower))
    others = "".join(f", {which} in {number}" for which, number in counts if number)
    called = f" It called {good} of them good or excellence; {bad} of these {they} graded bad." if bad else ""
    return (
        f"{name}: of {pairs.pairs} commits that {both} graded, its grade was the same in {pairs.equal}{others}."
        f" Its grade minus {theirs} is on average {pairs.difference:+.1f} steps (90 % interval {low:+.1f} to"
        f" {high:+.1f}; the grades bad, neutral, good, excellence are one step apart).{called}"
    )
