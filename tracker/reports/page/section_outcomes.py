"""The section on outcomes: four panels, and tables that have the commits of people too, for reference."""

from math import floor
from typing import Final

from tracker.model import AGES
from tracker.reports.page.content import MOST_DRAWN, Report, Section, full_name
from tracker.reports.page.filters import fold, scrolled
from tracker.reports.page.links import Chosen, linked
from tracker.reports.page.markup import Html, joined, tag
from tracker.reports.page.numbers import count, percent
from tracker.reports.page.panels import (
    FEWEST_DRAWN,
    FEWEST_FULL,
    Cell,
    Panel,
    is_worth_drawing,
    panel_facts,
    panel_table,
)
from tracker.reports.set_ups.definitions import DEFINITIONS
from tracker.reports.set_ups.set_up import SetUp

_DRAWN: Final = ("half_kept_14", "fixed", "blamed", "reverted")
_TITLES: Final = {
    **{f"half_kept_{days}": f"Half kept, {days} days" for days in AGES},
    "fixed": "Fixed within 7 days",
    "blamed": "Blamed for a bug",
    "reverted": "Reverted",
}


def section(report: Report) -> Section | None:
    """Return the section; None if no commit is recorded."""
    if not report.set_ups:
        return None
    title = "What became of the commits?"
    rows = [one for one in report.set_ups if report.found.figures[one].count("landed")]
    if not rows:
        sentence = (
            "None of these commits has landed on the default branch yet."
            if report.here.is_computed
            else "What became of these commits is not computed yet: run 'agent-tracker outcomes'."
        )
        return Section("outcomes", "Outcomes", title, tag("p", sentence, class_="empty"))
    panels = [_panel(report, name, rows) for name in _TITLES]
    lines = fold("What is counted", tag("ul", *(tag("li", line) for line in DEFINITIONS)))
    tables = joined(lines, panel_table("What became of the commits", rows, panels), _landed(report, rows))
    if not is_worth_drawing(panels):
        young = sum(report.found.figures[one].count("young") for one in rows)
        landed = sum(report.found.figures[one].count("landed") for one in rows)
        sentence = (
            f"{_all(landed)} that landed did so less than 14 days ago: nothing is known yet of"
            f" {'it' if landed == 1 else 'them'}."
            if young == landed
            else f"No set-up has {FEWEST_DRAWN} commits that landed 14 days ago or longer: too few for a share."
        )
        return Section("outcomes", "Outcomes", title, joined(tag("p", sentence, class_="empty"), tables))
    drawn = rows[:MOST_DRAWN]
    body = joined(tag("p", _intro(rows), class_="note"), tag("div", class_="chart panels", id="outcomes-chart"), tables)
    shown = [_panel(report, name, drawn) for name in _DRAWN]
    return Section("outcomes", "Outcomes", title, body, panel_facts(report, drawn, shown))


def _all(landed: int) -> str:
    return "The only commit" if landed == 1 else f"All {count(landed)} commits"


def _intro(rows: list[SetUp]) -> str:
    others = " The last rows are people and bots, for reference: these are not compared." if _has_others(rows) else ""
    return (
        "From git alone, without grades: shares of the commits that landed 14 days ago or longer, as counted, with"
        " 90\u00a0% intervals. Each panel has its own scale; hollow dots stand on fewer than"
        f" {FEWEST_FULL} commits. Select a dot to see its commits.{others}"
    )


def _has_others(rows: list[SetUp]) -> bool:
    return any(not one.is_agent for one in rows)


def _panel(report: Report, name: str, rows: list[SetUp]) -> Panel:
    shares = [report.found.figures[one].outcomes[name] for one in rows]
    days = name.removeprefix("half_kept_")
    is_kept = days != name
    numbers = [report.number(one) for one in rows]
    became, of = (f"kept-{days}", f"old-{days}") if is_kept else (name, "settled")
    cells = [
        Cell(share, Chosen(number, became=became), Chosen(number, became=of))
        for share, number in zip(shares, numbers, strict=True)
    ]
    intervals = [one.interval for one in shares if one.of >= FEWEST_DRAWN] or [(0.0, 1.0)]
    lowest, highest = min(low for low, _ in intervals), max(high for _, high in intervals)
    scale = (max(0.0, floor(20 * lowest - 0.4) / 20), 1.0) if is_kept else (0.0, min(1.0, 1.06 * highest))
    return Panel(_TITLES[name], "more is better" if is_kept else "less is better", None, scale, cells)


def _landed(report: Report, rows: list[SetUp]) -> Html:
    """Return the table of landed and young commits, and of the lines that were kept."""
    caption = "Landed commits and their lines"
    columns = ("Set-up", "Commits", "Landed", "Less than 14 days ago", *(f"Lines kept, {days} days" for days in AGES))
    body = []
    for one in rows:
        figures, number = report.found.figures[one], report.number(one)
        kept = [figures.lines(days) for days in AGES]
        cells: list[str] = [
            linked(figures.commits, Chosen(number)),
            linked(figures.count("landed"), Chosen(number, became="landed")),
            linked(figures.count("young"), Chosen(number, became="young")),
            *(f"{percent(line.kept / line.added if line.added else None)} of {count(line.added)}" for line in kept),
        ]
        body.append(tag("tr", tag("th", full_name(one), scope="row"), *(tag("td", cell) for cell in cells)))
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in columns)))
    table = tag("table", tag("caption", caption, class_="unseen"), head, tag("tbody", *body))
    return fold(f"{caption}, as a table", scrolled(caption, table))
