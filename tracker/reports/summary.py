"""Sums of commits for each maker and model, as ``log --summary`` shows them.

They are read from the sums of makers and months, of which there are few however many commits there are; only a part of
the time, or commits that nothing reaches, are summed up one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tracker.ledger import Snapshot, maker_months
from tracker.records import MakerMonthRecord
from tracker.reports.log import SCHEMA, Filters, select_commits
from tracker.reports.maker_rows import maker_of_row, selected_rows
from tracker.reports.maker_words import maker_and_model


class _Part(NamedTuple):
    """Some commits of one maker and model. ``numbers``: of commits, files, inserted and deleted lines."""

    maker: tuple[str, str, str | None]
    numbers: tuple[int, int, int, int]
    first: int
    last: int


def summarize(snapshot: Snapshot, filters: Filters) -> list[dict[str, Any]]:
    """Return the sums of the selected commits for each maker and model; most commits first.

    ``share``: of all these commits, from 0 to 1. ``first`` and ``last`` are committer times in seconds since the epoch.
    """
    groups: dict[tuple[str, str, str | None], list[_Part]] = defaultdict(list)
    for part in _parts(snapshot, filters):
        groups[part.maker].append(part)
    sums = {maker: [sum(numbers) for numbers in zip(*(one.numbers for one in parts), strict=True)]
            for maker, parts in groups.items()}  # fmt: skip
    commits = sum(numbers[0] for numbers in sums.values())
    return [
        {
            "schema": SCHEMA,
            "agent": maker[1],
            "kind": maker[0],
            "model": maker[2],
            "commits": numbers[0],
            "share": numbers[0] / commits,
            "files": numbers[1],
            "insertions": numbers[2],
            "deletions": numbers[3],
            "first": min(one.first for one in groups[maker]),
            "last": max(one.last for one in groups[maker]),
        }
        for maker, numbers in sorted(sums.items(), key=lambda one: (-one[1][0], str(one[0])))
    ]


def _parts(snapshot: Snapshot, filters: Filters) -> Iterator[_Part]:
    is_part_of_time = filters.since is not None or filters.until is not None
    several = filters.projects is not None and len(filters.projects) > 1
    if filters.include_dead or is_part_of_time or several or not maker_months.is_kept(snapshot):
        yield from _of_commits(snapshot, filters)
    else:
        yield from _of_months(snapshot, filters)


def _of_commits(snapshot: Snapshot, filters: Filters) -> Iterator[_Part]:
    for commit in select_commits(snapshot, filters):
        facts = commit.facts
        numbers = (1, facts.files or 0, facts.insertions or 0, facts.deletions or 0)
        yield _Part(maker_and_model(commit.standing), numbers, facts.committed_at, facts.committed_at)


def _of_months(snapshot: Snapshot, filters: Filters) -> Iterator[_Part]:
    """Yield the sums of makers and months. Times are those of the whole row, also of what another clone shows."""
    for row in _rows(snapshot, filters):
        numbers = row.live
        if filters.projects is None:
            commits, files, insertions, deletions = (
                own - other for own, other in zip(row.live, row.elsewhere, strict=True)
            )
            numbers = (commits, files, insertions, deletions)
        if numbers[0]:
            yield _Part((row.kind, maker_of_row(row), row.model), numbers, row.first, row.last)


def _rows(snapshot: Snapshot, filters: Filters) -> Iterable[MakerMonthRecord]:
    for project in [None] if filters.projects is None else sorted(filters.projects):
        yield from selected_rows(snapshot, project, filters.agent, filters.model)
