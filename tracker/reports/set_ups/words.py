"""The recommendation in sentences: the verdict, what would settle it, and the caveats that hold."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

from tracker.comparison.verdict import FEWEST_COMMITS, SURE
from tracker.reports.counted_elsewhere import NOWHERE_ELSE, CountedElsewhere, elsewhere_sentence
from tracker.reports.project_similarity import SimilarProject
from tracker.reports.set_ups import team_words
from tracker.reports.set_ups.recommendation import MEASURED, Recommendation
from tracker.text import listed, number_of, printable

_MOST_NAMED: Final = 6
"""Similar projects that are named."""


class Circumstances(NamedTuple):
    """Facts beside the figures that decide what may be said.

    ``place``: the project's name, or "all projects". ``projects``: how many the figures are of. ``is_computed``: it was
    computed what became of the commits. ``first_known``: the date on which that is known of the first young commit.
    ``similar``: the other projects that the figures are of too, since they are similar to the one at hand.
    ``elsewhere``: the projects that hold commits of this one and count them.
    ``is_part``: only the commits of some months are meant. ``uncomputed``: the names of the projects in which it was
    never computed what became of the commits. ``has_history``: the repository at hand has commits.
    """

    place: str
    projects: int
    is_computed: bool
    first_known: str | None
    similar: tuple[SimilarProject, ...] = ()
    elsewhere: CountedElsewhere = NOWHERE_ELSE
    is_part: bool = False
    uncomputed: tuple[str, ...] = ()
    has_history: bool = True

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
        sentences = [f"{leaders[0]} leads: it did better than {_named(beaten)} {sure}."]
        losers = [one for one in losers if one not in beaten]
    told = losers[:_MOST_LOSERS] if len(losers) > _MOST_LOSERS + 1 else losers
    sentences += [f"{loser} did worse than {_named(_winners(found, loser))} {sure}." for loser in told]
    more = len(losers) - len(told)
    return [*sentences, f"{more} more did worse than others; the table says which."] if more else sentences


def _named(names: Sequence[str]) -> str:
    """Return set-ups as in a sentence, at most so many that it can be read; the table has all."""
    if len(names) <= _MOST_IN_SENTENCE + 1:
        return listed(names)
    return listed([*names[:_MOST_IN_SENTENCE], f"{len(names) - _MOST_IN_SENTENCE} more"])


_MOST_LOSERS: Final = 3
"""Sentences on set-ups that did worse, one more if those are all."""
_MOST_IN_SENTENCE: Final = 3
"""Set-ups that one sentence names, one more if those are all."""
_TOO_MANY: Final = 1000
"""Further commits of each set-up above which their exact number says nothing."""


def _tie(found: Recommendation, *, are_ahead: bool) -> str:
    """Return that several set-ups lead, and what is known of differences between them."""
    leaders = found.verdict.leaders
    if found.verdict.closest is None:
        unlike = "cannot be compared, since their kinds of task are too different"
        return f"{_named(leaders)} lead; they {unlike}" if are_ahead else f"{_named(leaders)} {unlike}"
    some = any({*pair} <= {*leaders} for pair in found.verdict.not_alike)
    if are_ahead:
        between = "those of them that can be compared" if some else "them"
        return f"{_named(leaders)} lead; there is no evidence of a difference between {between}"
    compared = [pair for pair in combinations(leaders, 2) if pair in found.verdict.better]
    between = f"those of {_named(leaders)} that can be compared" if some else _named(leaders)
    if len(compared) == 1:
        between = listed(compared[0])
    return f"There is no evidence of a difference between {between}"


def _more_needed(found: Recommendation) -> str:
    """Return how many more commits would tell the closest leaders apart, as the end of a sentence."""
    more, closest = found.verdict.commits_to_tell(), found.verdict.closest
    if more is None or closest is None:
        return ""
    pair = listed(closest) if len(found.verdict.leaders) > 2 else "them"
    about = f"over {_TOO_MANY}" if more > _TOO_MANY else f"about {more}"
    commits, are = ("commit", "is") if more == 1 else ("commits", "are")
    counted = _counted_for(found, f"{commits} of each")
    if found.of_team:
        counted += ", in other projects too,"
    return f"; if it stays as it is, {about} more {counted} {are} needed to tell {pair} apart"


def nothing_sentence(here: Circumstances) -> str:
    """Return the sentence for figures of no commit at all."""
    if here.elsewhere.are_all:
        return elsewhere_sentence(here.place, here.elsewhere)
    if here.is_part:
        return f"No recorded commit of {here.place} is of that time."
    backfill = ", and 'agent-tracker backfill' records its history" if here.has_history else ""
    return f"Nothing is recorded of {here.place} yet: new commits will be{backfill}."


def _no_verdict(found: Recommendation, here: Circumstances) -> str | None:
    """Return the sentence that says why set-ups cannot be compared; None if they can."""
    agents = found.agents
    if not found.figures:
        return nothing_sentence(here)
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
            "Not enough is known to compare set-ups: at least two need"
            f" {FEWEST_COMMITS} {_counted_for(found, 'commits each')}; {listed(nearest)}."
        )
    return None


def _nothing_known(found: Recommendation, here: Circumstances) -> str:
    """Return the sentence for a measure by which nothing is known of any commit of an agent."""
    if found.of_team:
        return team_words.nothing_known(found)
    figures = found.all
    graded, settled, young = figures.graded.commits, figures.settled.commits, figures.count("young")
    is_only, commits = figures.commits == 1, f"{figures.commits} commits of agents"
    if found.measure == "grades" and settled:
        none = "The only commit of an agent is not" if is_only else f"None of the {commits} is"
        return (
            f"{none} graded: grade with '{_review(found)}', or leave out --measure to compare by what became of the"
            " commits."
        )
    few = f"you graded {number_of(graded, 'commit')} of agents, too few to compare"
    ungraded = few if graded else "no commit of an agent is graded"
    if not here.is_computed:
        return (
            f"Nothing can be said: {ungraded}, and what became of the {'only one' if is_only else commits} is not"
            f" computed yet: run 'agent-tracker outcomes', or grade with '{_review(found)}'."
        )
    if young:
        when = f" until {here.first_known}" if here.first_known else ""
        all_young = f"all {young} commits of agents" if young > 1 else "the only commit of an agent"
        return f"Nothing can be said{when}: {ungraded}, and {all_young} that landed did so less than 14 days ago."
    landed = "the only one has not" if is_only else f"none of the {commits} has"
    grade = f"grade with '{_review(found)}'"
    return f"Nothing can be said: {ungraded}, and {landed} landed on the default branch: {grade}."


def _review(found: Recommendation) -> str:
    """Return the command by which the user grades: fetched commits do not wait for a grade, and are asked for."""
    return "agent-tracker review" if found.all.count("waiting_user") else "agent-tracker review --all"


def measure_sentence(found: Recommendation) -> str:
    """Return by which measure set-ups are compared, and why that one."""
    if found.of_team:
        return team_words.measure_sentence(found)
    because = ""
    if found.measure == "kept" and not found.was_asked:
        graded = found.all.graded.commits
        because = f" (you graded {number_of(graded, 'commit')}, too few to decide)" if graded else " (you graded none)"
    within = "kind of task" if found.measure == "grades" else "project, kind of task and size"
    adjusted = (
        f"Shares are adjusted for the {within} and moved towards the average, as if each set-up had ten commits more"
        " that are as good as the average of all; so they differ from the counts beside them. The interval holds a"
        " share with a probability of 90 %; a set-up beats those that it is better than with a probability of at least"
        f" {SURE:g}."
    )
    return f"Compared by {MEASURED[found.measure]}{because}. {adjusted}"


def not_compared_sentences(found: Recommendation) -> list[str]:
    """Return the set-ups that have too little, and the pairs that did too different work."""
    few = [one for one in found.agents if found.tally(one).commits < FEWEST_COMMITS]
    sentences = []
    if few and found.verdict.leaders:
        told = [f"{one.name} ({found.tally(one).commits})" for one in few[:5]]
        more = [number_of(len(few) - 5, "more set-up")] if len(few) > 5 else []
        sentences.append(f"Too few {_counted_for(found, 'commits')} to compare: {listed([*told, *more])}.")
    sentences += [
        f"{one} and {other} share less than half of their kinds of task, so they are not compared."
        for one, other in found.verdict.not_alike
    ]
    return sentences


def settle_sentence(found: Recommendation) -> str | None:
    """Return what the user can do to learn more; None if the verdict is sure."""
    if not found.agents:
        return None
    waiting = found.all.count("waiting_user")
    wait = f"{number_of(waiting, 'commit')} of agents {'waits' if waiting == 1 else 'wait'} for your grade"
    if found.measure == "kept" and waiting:
        start = "Without --measure and with" if found.was_asked else "With"
        return f"{start} enough grades of yours, set-ups are compared by those: {wait} ('agent-tracker review')."
    if len(found.verdict.leaders) != 1 and waiting:
        return f"{wait}: 'agent-tracker review'."
    return None


def caveats(found: Recommendation, here: Circumstances) -> list[str]:
    """Return the caveats that hold here."""
    if not found.agents:
        return left_out_sentences(here) if found.figures else []
    told = ["You chose which set-up got which task, so this compares what happened and proves no cause."]
    if found.of_team:
        told = [team_words.CHOICE, team_words.UNTRUSTED]
    young = found.all.count("young")
    if young:
        commits = f"{number_of(young, 'commit')} of agents"
        told.append(f"{commits} landed less than 14 days ago, too late to count as good or as bad.")
    if any(one.graded.commits > one.commits for one in found.figures.values()):
        told.append(
            "A commit that was squashed of several holds the grades of each, so more may be graded than there are."
        )
    if here.projects > 1 and not here.similar:
        told.append(f"Figures are of {here.projects} projects together.")
    return [*told, *left_out_sentences(here)]


def left_out_sentences(here: Circumstances) -> list[str]:
    """Return what figures of some commits leave out: those that count elsewhere, and outcomes never computed."""
    some = here.elsewhere._replace(are_all=False)
    elsewhere = [elsewhere_sentence(here.place, some)] if some.names else []
    uncomputed = uncomputed_sentence(here)
    return [*elsewhere, *([uncomputed] if uncomputed else [])]


def uncomputed_sentence(here: Circumstances) -> str | None:
    """Return of which of several projects it is not known what became of the commits; None if of none, or of all."""
    if not here.uncomputed or not here.is_computed:
        return None
    named = [printable(one) for one in here.uncomputed[:_MOST_NAMED]]
    more = [f"{len(here.uncomputed) - _MOST_NAMED} more"] if len(here.uncomputed) > _MOST_NAMED else []
    return (
        f"What became of the commits was never computed in {listed([*named, *more])}: run 'agent-tracker outcomes'"
        " there."
    )


def _counted_for(found: Recommendation, commits: str) -> str:
    """Return which commits the measure counts. ``commits``: that word in the form that the sentence needs."""
    return f"graded {commits}" if found.measure == "grades" else f"{commits} that landed 14 days ago or longer"


def _winners(found: Recommendation, loser: str) -> Sequence[str]:
    return [name for name, one in found.verdict.standings.items() if loser in one.beats]
