"""Sentences of a recommendation that are different for a team: its members graded, and projects are pooled."""

from collections.abc import Mapping
from typing import Final

from tracker.comparison.verdict import SURE
from tracker.reports.set_ups.recommendation import Measure, Recommendation
from tracker.text import number_of

_MEASURED: Final[Mapping[Measure, str]] = {
    "grades": "the members' own grades: of the commits that they graded, those with the grade good or excellence",
    "kept": "what became of the commits: those that went well, of those that landed 14 days ago or longer",
}


def measure_sentence(found: Recommendation) -> str:
    """Return by which measure set-ups are compared, and what is done about the differences between projects."""
    because = ""
    if found.measure == "kept" and not found.was_asked:
        graded = found.all.graded.commits
        because = f" (the members graded {number_of(graded, 'commit')}, too few to decide)" if graded else ""
    within = "kind of task" if found.measure == "grades" else "kind of task and size"
    adjusted = (
        f"Shares are adjusted for the {within}, and for the projects of each set-up, for each as far as its own commits"
        " tell how much is good in it. Commits of one project are alike, so they count for fewer, and those of a few"
        " projects for very few. Shares are moved towards the average, as if each set-up had ten commits more that are"
        " as good as the average of all."
    )
    interval = (
        "The interval holds a share with a probability of 90 %; a set-up beats those that it is better than with a"
        f" probability of at least {SURE:g}."
    )
    return f"Compared by {_MEASURED[found.measure]}{because}. {adjusted} {interval}"


def nothing_known(found: Recommendation) -> str:
    """Return the sentence for a measure by which nothing is known of any commit of an agent."""
    figures = found.all
    landed, young = figures.count("landed"), figures.count("young")
    return (
        f"Nothing can be said: of {number_of(figures.commits, 'commit')} of agents {figures.graded.commits} are graded,"
        f" {landed} landed, and {young} of these did so less than 14 days ago."
    )


CHOICE: Final = "Members chose which set-up got which task, so this compares what happened and proves no cause."
UNTRUSTED: Final = "Each member's agent-tracker says what happened there: a member could send what did not."
