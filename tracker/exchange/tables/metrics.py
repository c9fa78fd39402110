"""The metrics that OpenMetrics text has: which columns of which table they are sums of, and their labels. Pure."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tracker.model import AGES, GRADE_NAMES, RATERS


class Part(NamedTuple):
    """One series of a metric for each group of rows. ``labels``: what it has besides the labels of the group.

    ``column``: of the table, whose values are summed. ``known``: columns of which one must be more than 0, since
    otherwise nothing is known; empty for a number that is always known.
    """

    column: str
    labels: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ()


class Metric(NamedTuple):
    """A gauge: a metric that may fall, because commits are amended, corrected and withdrawn. ``help``: one line."""

    name: str
    help: str
    parts: tuple[Part, ...]
    unit: str = ""


_SETTLED: Final = ("settled",)


def _settled(name: str, text: str) -> Metric:
    return Metric(f"{name}_commits", f"Of the settled commits, those that {text}.", (Part(name, (), _SETTLED),))


def _grades() -> Iterator[Part]:
    for rater in RATERS:
        names = [(grade, f"{rater}_{grade}") for grade in GRADE_NAMES.values()]
        for grade, name in names:
            yield Part(name, (("rater", rater), ("grade", grade)), tuple(each for _, each in names))


def _of_ages(name: str) -> tuple[Part, ...]:
    return tuple(Part(f"{name}_{days}", (("days", str(days)),), (f"aged_{days}",)) for days in AGES)


def _tokens() -> Iterator[Part]:
    for sort in ("input", "cache_read", "cache_write", "output"):
        yield Part(f"tokens_{sort}", (("sort", sort),), (f"tokens_{sort}_commits",))


OF_SET_UPS: Final = (
    Metric("commits", "Commits that count, fetched ones too.", (Part("commits"),)),
    Metric("grades", "Grades of commits in effect.", tuple(_grades())),
    Metric("bugs", "Bugs that are charged and move scores.", (Part("bugs"),)),
    Metric(
        "waiting_commits", "Commits that wait for the grade of a rater.",
        tuple(Part(f"waiting_{rater}", (("rater", rater),)) for rater in RATERS),
    ),
    Metric("landed_commits", "Commits that came to the default branch.", (Part("landed", (), ("landed",)),)),
    Metric("settled_commits", f"Commits that landed {AGES[0]} days ago or longer.", (Part("settled", (), _SETTLED),)),
    _settled("went_well", "had no trouble and half of whose lines were kept"),
    _settled("reverted", f"were reverted within {AGES[0]} days"),
    _settled("fixed", "were fixed within 7 days"),
    _settled("blamed", "a bug or a trailer names"),
    Metric("added_lines", "Lines added by commits that landed so many days ago or longer.", _of_ages("lines_added")),
    Metric("kept_lines", "Of the added lines, those that were there at that age.", _of_ages("lines_kept")),
    Metric("cost_commits", "Commits whose cost is known.", (Part("cost_commits", (), ("cost_commits",)),)),
    Metric("cost_calls", "Answers of a model that led to commits.", (Part("cost_calls", (), ("cost_commits",)),)),
    Metric("cost_tokens", "Tokens of the calls that led to commits.", tuple(_tokens())),
    Metric(
        "cost_active_seconds", "Seconds of sessions without waiting for the user.",
        (Part("active_seconds", (), ("active_seconds_commits",)),), "seconds",
    ),
    Metric(
        "cost_dollars", "Dollars, as sessions say or by the user's prices.",
        (Part("usd", (), ("usd_commits",)),), "dollars",
    ),
)  # fmt: skip
"""Metrics by agent, model, project and kind of task: sums over the months of the table ``set_ups``."""

OF_AGENTS: Final = (
    Metric("skill_points", "How far an agent may be trusted, over all projects.", (Part("skill_points"),)),
    Metric("experience_points", "For commits and pushes, over all projects.", (Part("experience_points"),)),
    Metric("communication_score", "60 plus grades, over all projects.", (Part("communication_score"),)),
    Metric("halted", "1 for an agent without skill points, which must stop.", (Part("halted"),)),
)
"""Metrics of each agent with a score: columns of the table ``agents``."""
