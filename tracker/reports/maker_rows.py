"""Rows of maker months by maker and model, and the times in which they say that a project has such commits."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import MAKER_MONTHS
from tracker.model import ProjectId
from tracker.records import MakerMonthRecord
from tracker.reports.maker_words import UNMARKED_MAKER, maker_word_of


class Span(NamedTuple):
    """A time from ``first`` to ``last``, both included, in seconds since the epoch."""

    first: int
    last: int


def selected_rows(
    snapshot: Snapshot, project: ProjectId | None, agent: str | None, model: str | None
) -> Iterator[MakerMonthRecord]:
    """Yield the rows of a project, None for all projects, whose commits an agent and a model select.

    Both are given as ``reports.log.Filters`` has them; None selects all.
    """
    for _, row in snapshot.scan(MAKER_MONTHS, keys.project(project) if project else b""):
        if agent is not None and agent not in {row.agent, maker_word_of(row.agent, maker_of_row(row))}:
            continue
        if model is None or model == (row.model or ("" if row.kind == "agent" else None)):
            yield row


def maker_of_row(row: MakerMonthRecord) -> str:
    """Return the maker of a row, as ``maker_words.maker_shown`` returns it of its commits."""
    return UNMARKED_MAKER if row.is_unmarked else row.agent


def spans_of(snapshot: Snapshot, project: ProjectId, agent: str | None, model: str | None) -> list[Span]:
    """Return the times of a project that hold all live commits of an agent and a model, the last first.

    No two of them have a second in common. Between them there is no such commit.
    """
    found: list[Span] = []
    for row in sorted(selected_rows(snapshot, project, agent, model), key=lambda row: row.last, reverse=True):
        if found and row.last >= found[-1].first:
            found[-1] = Span(min(row.first, found[-1].first), found[-1].last)
        else:
            found.append(Span(row.first, row.last))
    return found
