"""Figures of groups of commits: by set-up, project, kind of task or month."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from tracker.lineage.contributions import contribution
from tracker.lineage.cost_amounts import cost_amount
from tracker.lineage.outcome_amounts import outcome_amount
from tracker.lineage.sums import total
from tracker.model import TASK_KINDS, ProjectId
from tracker.reports.set_ups.commits import SetUpCommit
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.read_sums import SetUpRow, summed_by
from tracker.reports.set_ups.set_up import SORTS, By

Grouping = Literal["set-up", "agent", "model", "version", "instructions", "project", "kind", "month"]
"""Sorts of groups: those of set-ups, and by project, kind of task and month of authoring."""

Order = Literal["commits", "good", "well", "name"]
"""Orders of groups: most commits, highest share of good grades, highest share that went well, or by name."""


class Group(NamedTuple):
    """One group of commits. ``is_agent``: false for people, bots and unknown agents; None where it holds any."""

    name: str
    figures: Figures
    is_agent: bool | None


def sort_of_set_ups(grouping: Grouping) -> By:
    """Return the sort of set-ups in which rows are read for a grouping."""
    return next((one for one in SORTS if one == grouping), "set-up")


def groups_of(
    rows: Iterable[SetUpRow], grouping: Grouping, names: Mapping[ProjectId, str], order: Order
) -> list[Group]:
    """Return the groups of rows in an order, without those that have no commit. ``names``: those of projects."""
    key = _key(grouping, names)
    is_by_set_up = grouping in SORTS
    sums = summed_by(rows, lambda row: (*key(row), row.set_up.is_agent if is_by_set_up else None))
    groups = [Group(name, Figures(row), is_agent) for (_, name, is_agent), row in sorted(sums.items(), key=_place)]
    groups = [one for one in groups if one.figures.commits or one.figures.count("landed")]
    if order == "name":
        return groups
    return sorted(groups, key=lambda one: _rank(one, order))


def rows_of(commits: Iterable[SetUpCommit], month: Callable[[SetUpCommit], int]) -> list[SetUpRow]:
    """Return the rows that commits add up to, for the filters that totals are not kept by."""
    return [
        SetUpRow(
            one.set_up,
            one.project,
            one.commit.facts.task_kind,
            month(one),
            total(
                (
                    contribution(one.commit),
                    outcome_amount(one.commit, one.outcome, is_charged=one.is_blamed),
                    cost_amount(one.commit, one.cost, one.outcome),
                )
            ),
        )
        for one in commits
    ]


def month_shown(month: int) -> str:
    """Return a month (``keys.month``) as ``2026-09``."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _key(grouping: Grouping, names: Mapping[ProjectId, str]) -> Callable[[SetUpRow], tuple[int, str]]:
    """Return the function that gives a row's group: its place in the order of names, and its name."""
    if grouping == "project":
        return lambda row: (0, names.get(row.project, row.project))
    if grouping == "kind":
        return lambda row: (TASK_KINDS.index(row.task_kind), row.task_kind)
    if grouping == "month":
        return lambda row: (row.month, month_shown(row.month))
    return lambda row: (0, row.set_up.name)


def _place(item: tuple[tuple[int, str, bool | None], object]) -> tuple[int, str]:
    return item[0][:2]


def _rank(group: Group, order: Order) -> tuple[float, int]:
    tally = group.figures.graded if order == "good" else group.figures.settled
    share = 0.0 if order == "commits" else tally.share if tally.share is not None else -1.0
    return -share, -group.figures.commits
