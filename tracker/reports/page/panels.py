"""Panels of dots with intervals: one panel for each group, one row for each set-up; and their table."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from tracker.reports.page.content import Report, full_name
from tracker.reports.page.filters import fold, scrolled
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, tag, visible
from tracker.reports.page.numbers import NONE, count, percent, span
from tracker.reports.set_ups.figures import Proportion
from tracker.reports.set_ups.set_up import SetUp

FEWEST_DRAWN: Final = 5
"""Commits below which no share is drawn or written."""
FEWEST_FULL: Final = 10
"""Commits below which a dot is hollow, and its interval dashed."""


class Cell(NamedTuple):
    """A share of commits of one set-up, with the filters that let through ``found`` and ``of`` commits."""

    share: Proportion
    found: Chosen
    of: Chosen


class Panel(NamedTuple):
    """One group. ``note``: below its title; ``average``: of all set-ups together, None for no line.

    ``scale``: the lowest and the highest share of the axis. ``cells``: one for each set-up that is shown.
    """

    title: str
    note: str
    average: float | None
    scale: tuple[float, float]
    cells: Sequence[Cell]


def is_worth_drawing(panels: Sequence[Panel]) -> bool:
    """Return True if any share in them rests on enough commits."""
    return any(cell.share.of >= FEWEST_DRAWN for panel in panels for cell in panel.cells)


def panel_facts(report: Report, rows: Sequence[SetUp], panels: Sequence[Panel]) -> dict[str, Any]:
    """Return what the script draws panels from: all positions, and all words."""
    return {
        "rows": [{"label": visible(report.short_names[one]), "leads": leads(report, one)} for one in rows],
        "panels": [
            {
                "title": panel.title,
                "note": panel.note,
                "average": panel.average,
                "scale": panel.scale,
                "dots": [_dot(one, panel, cell) for one, cell in zip(rows, panel.cells, strict=True)],
            }
            for panel in panels
        ],
    }


def leads(report: Report, set_up: SetUp) -> bool:
    """Return True for the set-ups that lead."""
    return set_up.name in report.found.verdict.leaders


def _dot(set_up: SetUp, panel: Panel, cell: Cell) -> dict[str, Any]:
    share = cell.share
    if share.of < FEWEST_DRAWN:
        return {"words": f"{share.of}: too few" if share.of else "none"}
    low, high = share.interval
    few = f"; fewer than {FEWEST_FULL}" if share.of < FEWEST_FULL else ""
    return {
        "share": share.share,
        "low": low,
        "high": high,
        "hollow": share.of < FEWEST_FULL,
        "href": (cell.found if share.found else cell.of).href,
        "label": "\n".join(
            (
                f"{visible(set_up.name)}, {panel.title}: {percent(share.share)}",
                f"90\u00a0% interval {span((low, high))}\u00a0%",
                f"{count(share.found)} of {count(share.of)} commits{few}",
            )
        ),
    }


def panel_table(caption: str, rows: Sequence[SetUp], panels: Sequence[Panel]) -> Html:
    """Return the table of panels, folded."""
    head = tag("tr", *(tag("th", text, scope="col") for text in ("Set-up", *(panel.title for panel in panels))))
    body = [
        tag(
            "tr",
            tag("th", full_name(one), scope="row"),
            *(tag("td", *_cell(panel.cells[place])) for panel in panels),
        )
        for place, one in enumerate(rows)
    ]
    table = tag("table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", *body))
    return fold(f"{caption}, as a table", scrolled(caption, table))


def _cell(cell: Cell) -> list[str]:
    share = cell.share
    if not share.of:
        return [NONE]
    counts: list[str] = [linked(share.found, cell.found), " of ", linked(share.of, cell.of)]
    if share.of < FEWEST_DRAWN:
        return counts
    return [tag("b", percent(share.share)), f" ({span(share.interval)}), ", *counts]
