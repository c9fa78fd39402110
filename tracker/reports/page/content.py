"""The content of a report: the comparison of set-ups, and what else the page shows, read from the ledger."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from tracker.ledger import Snapshot
from tracker.model import ProjectId
from tracker.reports.log import project_name
from tracker.reports.page.activity import Activity, activity_of
from tracker.reports.page.commit_list import MOST, Commits, read_commits
from tracker.reports.page.lifetimes import Curve, read_curves
from tracker.reports.page.markup import Html, isolated, joined
from tracker.reports.page.numbers import day_of
from tracker.reports.set_ups.commits import commits_of
from tracker.reports.set_ups.read_sums import Scope, SetUpReader
from tracker.reports.set_ups.recommendation import Recommendation
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.words import Circumstances

MOST_DRAWN: Final = 12
"""Set-ups in a chart with a panel or row for each; the tables have all."""

_TELL_NOTHING: Final = frozenset({"unknown model", "unknown version", "no instruction files"})


class Section(NamedTuple):
    """One section of the page. ``key``: its id; ``short``: its name in the list of sections.

    ``facts``: what the script draws its chart from, None without a chart.
    """

    key: str
    short: str
    title: str
    body: Html
    facts: Any = None


class Report:
    """Everything that the page shows.

    ``made_at``: the time of the report, in seconds since the epoch. ``by``: the sort of set-ups, in words. ``since``:
    the month from which on commits were authored, None for all.
    """

    def __init__(
        self,
        found: Recommendation,
        here: Circumstances,
        commits: Commits,
        curves: Mapping[SetUp, Curve],
        projects: Mapping[ProjectId, str],
        made_at: int,
        *,
        by: str = "set-up",
        since: str | None = None,
    ) -> None:
        self.found = found
        self.here = here
        self.commits = commits
        self.curves = curves
        self.projects = projects
        self.made_at = made_at
        self.by = by
        self.since = since

    @cached_property
    def agents(self) -> Sequence[SetUp]:
        """The set-ups that are compared, in the order of the verdict."""
        return self.found.agents

    @cached_property
    def set_ups(self) -> Sequence[SetUp]:
        """All set-ups, those of people and bots last; links and the script name them by their position."""
        return [*self.agents, *self.found.others]

    @cached_property
    def short_names(self) -> Mapping[SetUp, str]:
        """A short name of each set-up for charts: its last part, or its first, where that tells it from all others."""
        parts = [part for one in self.set_ups for part in {*one.parts}]

        def short(one: SetUp) -> str:
            telling = (part for part in reversed(one.parts) if parts.count(part) == 1 and part not in _TELL_NOTHING)
            return next(telling, " · ".join(one.parts))

        return {one: short(one) for one in self.set_ups}

    @cached_property
    def activity(self) -> Activity:
        """Commits of the compared set-ups by week."""
        days = {key: number for key, number in self.commits.days.items() if key[0].is_agent}
        return activity_of(days, day_of(self.made_at))

    def number(self, set_up: SetUp) -> int:
        """Return the position of a set-up in ``set_ups``."""
        return self.set_ups.index(set_up)

    def named(self, sentence: str) -> Html:
        """Return a sentence in which each name of a set-up is isolated from the direction of the others."""
        parts: list[str] = [sentence]
        for one in sorted(self.set_ups, key=lambda one: -len(one.name)):
            parts = [piece for part in parts for piece in _split(part, one)]
        return joined(*parts)


def full_name(set_up: SetUp) -> Html:
    """Return the name of a set-up as in a sentence, each part of it isolated."""
    first, *others = [isolated(part) for part in set_up.parts]
    return Html(f"{first} with {others[0]}") if others else first


def _split(part: str, set_up: SetUp) -> list[str]:
    if isinstance(part, Html) or set_up.name not in part:
        return [part]
    before, *rest = part.split(set_up.name)
    found: list[str] = [before]
    for one in rest:
        found += [full_name(set_up), one]
    return found


def read_report(
    snapshot: Snapshot,
    reader: SetUpReader,
    scope: Scope,
    found: Recommendation,
    here: Circumstances,
    made_at: int,
    *,
    by: str = "set-up",
    since: str | None = None,
    most: int = MOST,
) -> Report:
    """Return the content of a report: the comparison, and the commits and lifetimes that the ledger has for it.

    ``reader``: names set-ups as ``found`` does. ``most``: commits that are listed one by one; figures are of all.
    """
    commits = read_commits(commits_of(snapshot, reader, scope), most)
    projects = sorted({one.project for one in commits.rows})
    return Report(
        found,
        here,
        commits,
        read_curves(snapshot, reader, scope),
        {project: project_name(snapshot, project) for project in projects},
        made_at,
        by=by,
        since=since,
    )
