"""The recommendation in sentences: the verdict, what would settle it, trust, and the caveats that hold."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.comparison.calibration import Calibration
from tracker.comparison.verdict import FEWEST_COMMITS, SURE
from tracker.lineage.sums import SIZES
from tracker.reports.project_similarity import SimilarProject
from tracker.reports.set_ups.recommendation import MEASURED, Recommendation
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.trust import Finding
from tracker.text import number_of, printable

MOST_TRUST: Final = 3
"""Findings of each sort that are named."""
_MOST_NAMED: Final = 6
"""Similar projects that are named."""
_SIZES: Final = {
    "small": f"of up to {SIZES['small']} lines",
    "medium": f"of {SIZES['small'] + 1} to {SIZES['medium']} lines",
    "large": f"over {SIZES['medium']} lines",
}


class Circumstances(NamedTuple):
    """Facts beside the figures that decide what may be said.

    ``place``: the project's name, or "all projects". ``projects``: how many the figures are of. ``is_computed``: it was
    computed what became of the commits. ``first_known``: the date on which that is known of the first young commit.
    ``similar``: the other projects that the figures are of too, since they are similar to the one at hand.
    ``is_counted_elsewhere``: commits are recorded, and all of them count in other projects that hold them too.
    """

    place: str
    projects: int
    is_computed: bool
    first_known: str | None
    similar: tuple[SimilarProject, ...] = ()
    is_counted_elsewhere: bool = False

    @property
    def whole_place(self) -> str:
        """The place, with the number of similar projects."""
        return f"{self.place} and {_counted(self.similar)}" if self.similar else self.place


def verdict_sentences(found: Recommendation, here: Circumstances) -> list[str]:
    """Return the verdict: one or two sentences, or one that says why there is none."""
    first, *others = _verdict_of(found, here._replace(place=here.whole_place, similar=()))
    if here.similar and here.whole_place not in first:
        start = first if first.startswith(found.verdict.leaders) else first[0].lower() + first[1:]
        first = f"With {_counted(here.similar)} included, {start}"
    return [first, *others]


def similar_sentences(here: Circumstances) -> list[str]:
    """Return the note on similar projects: that the figures are of them too, and what is alike."""
    if not here.similar:
        return []
    alike: dict[tuple[str, ...], list[str]] = {}
    for one in here.similar[:_MOST_NAMED]:
        alike.setdefault(one.common, []).append(printable(one.name))
    named = "; ".join(f"{', '.join(names)}: {', '.join(common)}" for common, names in alike.items())
    more = f"; and {len(here.similar) - _MOST_NAMED} more" if len(here.similar) > _MOST_NAMED else ""
    together = f"{1 + len(here.similar)} projects together: this one and {_counted(here.similar)}"
    return [f"Figures are of {together} ({named}{more}). --no-similar leaves these out."]


def _counted(similar: Sequence[SimilarProject]) -> str:
    return "a similar project" if len(similar) == 1 else f"{len(similar)} similar projects"


def _verdict_of(found: Recommendation, here: Circumstances) -> list[str]:
    reason = _no_verdict(found, here)
    if reason:
        return [reason]
    leaders = found.verdict.leaders
    losers = [name for name, one in found.verdict.standings.items() if one.is_compared and name not in leaders]
    sure = f"(with a probability of at least {SURE:g})"
    sentences = [f"{_tie(found, are_ahead=bool(losers))}{_more_needed(found)}."]
    if len(leaders) == 1:
        beaten = [one for one in losers if one in found.verdict.standings[leaders[0]].beats]
        sentences = [f"{leaders[0]} leads: it did better than {_listed(beaten)} {sure}."]
        losers = [one for one in losers if one not in beaten]
    return sentences + [f"{loser} did worse than {_listed(_winners(found, loser))} {sure}." for loser in losers]


_TOO_MANY: Final = 1000
"""Further commits of each set-up above which their exact number says nothing."""


def _tie(found: Recommendation, *, are_ahead: bool) -> str:
    """Return that several set-ups lead, and what is known of differences between them."""
    leaders = found.verdict.leaders
    if found.verdict.closest is None:
        did = "did too different kinds of work to be compared"
        return f"{_listed(leaders)} lead; they {did}" if are_ahead else f"{_listed(leaders)} {did}"
    if are_ahead:
        return f"{_listed(leaders)} lead; there is no evidence of a difference between them"
    return f"There is no evidence of a difference between {_listed(leaders)}"


def _more_needed(found: Recommendation) -> str:
    """Return how many more commits would tell the closest leaders apart, as the end of a sentence."""
    more, closest = found.verdict.commits_to_tell(), found.verdict.closest
    if more is None or closest is None:
        return ""
    apart = f" {_listed(closest)} apart" if len(found.verdict.leaders) > 2 else ""
    if more > _TOO_MANY:
        return f"; it would take over {_TOO_MANY} more {_unit(found)} each to tell{apart}"
    return f"; about {more} more {_unit(found)} each would tell{apart}"


def _no_verdict(found: Recommendation, here: Circumstances) -> str | None:
    """Return the sentence that says why set-ups cannot be compared; None if they can."""
    agents = found.agents
    if not found.figures and here.is_counted_elsewhere:
        return (
            f"The commits of {here.place} count in another project of this ledger that holds them too: run this there,"
            " or with --everywhere."
        )
    if not found.figures:
        return f"Nothing is recorded of {here.place} yet: run 'agent-tracker backfill' to record its history."
    if not agents:
        commits = sum(one.commits for one in found.figures.values())
        of_all = f"None of the {commits} recorded commits" if commits > 1 else "The only recorded commit"
        known = "is known" if commits > 1 else "is not known"
        return f"{of_all} of {here.place} {known} to be an agent's: there is no set-up to compare."
    if not any(found.tally(one).commits for one in agents):
        return _nothing_known(found, here)
    if len(agents) == 1:
        return (
            f"{agents[0].name} is the only set-up of an agent with commits in {here.place}"
            f" ({found.figures[agents[0]].commits}): there is nothing to compare it with."
        )
    if not found.verdict.leaders:
        nearest = [f"{one.name} has {found.tally(one).commits}" for one in agents[:3]]
        return (
            f"Not enough is known to compare set-ups: {_listed(nearest)} {_unit(found)}, and at least two set-ups need"
            f" {FEWEST_COMMITS} each."
        )
    return None


def _nothing_known(found: Recommendation, here: Circumstances) -> str:
    """Return the sentence for a measure by which nothing is known of any commit of an agent."""
    figures = found.all
    graded, settled, young = figures.graded.commits, figures.settled.commits, figures.count("young")
    if found.measure == "grades" and settled:
        return (
            f"None of the {figures.commits} commits of agents is graded: grade with 'agent-tracker review', or leave"
            " out --measure to compare by what became of them."
        )
    few = f"you graded {number_of(graded, 'commit')} of agents, too few to compare"
    ungraded = few if graded else "no commit of an agent is graded"
    if not here.is_computed:
        return (
            f"Nothing can be said: {ungraded}, and it is not computed what became of the commits of agents"
            f" ({figures.commits}): run 'agent-tracker outcomes', or grade with 'agent-tracker review'."
        )
    if young:
        when = f" until {here.first_known}" if here.first_known else ""
        return (
            f"Nothing can be said{when}: {ungraded}, and all {young} commits of agents that landed did so less than 14"
            " days ago."
        )
    return (
        f"Nothing can be said: {ungraded}, and no commit of an agent ({figures.commits}) has landed on the"
        " default branch."
    )


def measure_sentence(found: Recommendation) -> str:
    """Return by which measure set-ups are compared, and why that one."""
    because = ""
    if found.measure == "kept" and not found.was_asked:
        graded = found.all.graded.commits
        because = f" (you graded {number_of(graded, 'commit')}, too few to decide)" if graded else " (you graded none)"
    within = "kind of task" if found.measure == "grades" else "project, kind of task and size"
    adjusted = (
        f"Shares are adjusted for the {within}, and drawn towards the average of all set-ups by ten commits, so they"
    )
    return f"Compared by {MEASURED[found.measure]}{because}. {adjusted} differ from the counts beside them."


def not_compared_sentences(found: Recommendation) -> list[str]:
    """Return the set-ups that have too little, and the pairs that did too different work."""
    few = [one for one in found.agents if found.tally(one).commits < FEWEST_COMMITS]
    sentences = []
    if few and found.verdict.leaders:
        told = [f"{one.name} ({found.tally(one).commits})" for one in few[:5]]
        more = f" and {len(few) - 5} more set-ups" if len(few) > 5 else ""
        sentences.append(f"Too few {_unit(found)} to say: {_listed(told)}{more}.")
    sentences += [
        f"{one} and {other} share less than half of their kinds of work, so they are not compared."
        for one, other in found.verdict.not_alike
    ]
    return sentences


def trust_sentences(found: Recommendation) -> list[str]:
    """Return what may go without review of each commit, and what not, with the numbers; empty if nothing is sure."""
    calm, review = found.trust.without_review[:MOST_TRUST], found.trust.review[:MOST_TRUST]
    sentences = []
    if calm:
        told = [
            f"{_kind(one)} by {one.work.name} ({one.trouble.found} of {one.trouble.of} in trouble, at most"
            f" {one.trouble.interval[1]:.0%})"
            for one in calm
        ]
        sentences.append(f"May go without review of each commit: {_listed(told)}.")
    sentences += [f"Review every {_work(one)}: {_where(one)}." for one in review]
    return sentences


def _work(finding: Finding) -> str:
    size = f" {_SIZES[finding.work.size]}" if finding.work.size else ""
    kind = "commit of other kinds" if finding.work.kind == "other" else f"{finding.work.kind} commit"
    return f"{kind}{size} by {finding.work.name}"


def _kind(finding: Finding) -> str:
    return "work of other kinds" if finding.work.kind == "other" else finding.work.kind


def _where(finding: Finding) -> str:
    trouble, every = finding.trouble, finding.of_all
    return (
        f"{trouble.found} of {trouble.of} were in trouble (reverted, fixed, blamed or graded bad), which is"
        f" {trouble.found} of the {every.found} in trouble among its {every.of} commits"
    )


def settle_sentence(found: Recommendation) -> str | None:
    """Return what the user can do to learn more; None if the verdict is sure."""
    if not found.agents:
        return None
    waiting = found.all.count("waiting_user")
    wait = f"{number_of(waiting, 'commit')} of agents {'waits' if waiting == 1 else 'wait'} for your grade"
    if found.measure == "kept" and waiting:
        return f"Your grades decide where you give them: {wait} ('agent-tracker review')."
    if len(found.verdict.leaders) > 1 and waiting:
        return f"{wait}: 'agent-tracker review'."
    return None


def calibration_sentences(found: Recommendation) -> list[str]:
    """Return how far the agents' own grades can be believed, for each set-up with enough pairs of grades."""
    return [
        _calibration(one.name, found.figures[one].calibration)
        for one in found.agents
        if found.figures[one].calibration.is_enough
    ]


def _calibration(name: str, pairs: Calibration) -> str:
    if pairs.seems_rubber_stamped:
        return (
            f"{name}: cannot tell. You gave each of the {pairs.pairs} commits that it graded its own grade; that says"
            " something only if you grade before you look at it."
        )
    low, high = pairs.difference_interval
    bad, good = pairs.bad_called_good
    return (
        f"{name} graded itself as you did in {pairs.equal} of {pairs.pairs} commits, higher in {pairs.agent_higher},"
        f" lower in {pairs.agent_lower}: on average {pairs.difference:+.1f} steps of bad, neutral, good, excellence"
        f" (90 % interval {low:+.1f} to {high:+.1f}). Of {good} that it called good or excellent you graded"
        f" {bad} bad."
    )


def caveats(found: Recommendation, here: Circumstances) -> list[str]:
    """Return the caveats that hold here."""
    if not found.agents:
        return []
    told = ["You chose which set-up got which task, so this compares what happened and proves no cause."]
    young = found.all.count("young")
    if young:
        told.append(f"{number_of(young, 'commit')} landed less than 14 days ago, too late to count as good or as bad.")
    if here.projects > 1 and not here.similar:
        told.append(f"Figures are of {here.projects} projects together.")
    return told


def _unit(found: Recommendation) -> str:
    return "graded commits" if found.measure == "grades" else "commits of 14 days"


def _winners(found: Recommendation, loser: str) -> Sequence[str]:
    return [name for name, one in found.verdict.standings.items() if loser in one.beats]


def _listed(names: Iterable[str | SetUp]) -> str:
    """Return names as in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = [str(one) for one in names]
    return f"{', '.join(first)} and {last}" if first else last
