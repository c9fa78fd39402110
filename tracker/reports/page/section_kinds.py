"""The panels by kind of task."""

from typing import Final

from tracker.comparison.tallies import Tally, total
from tracker.model import TASK_KINDS, TaskKind
from tracker.reports.page.content import MOST_DRAWN, Report, Section
from tracker.reports.page.links import Chosen
from tracker.reports.page.markup import joined, tag
from tracker.reports.page.numbers import plural
from tracker.reports.page.panels import (
    FEWEST_DRAWN,
    FEWEST_FULL,
    Cell,
    Panel,
    is_worth_drawing,
    panel_facts,
    panel_table,
)
from tracker.reports.set_ups.figures import Proportion
from tracker.reports.set_ups.set_up import SetUp

_TITLE: Final = "Which is best for which work?"


def section(report: Report) -> Section | None:
    """Return the section; None without commits of the measure."""
    rows = [one for one in report.agents if report.found.tally(one).commits]
    kinds = [kind for kind in TASK_KINDS if any(kind in report.found.by_kind[one.name] for one in rows)]
    if not kinds:
        return None
    panels = [_panel(report, kind, rows) for kind in kinds]
    if len(kinds) == 1 or not is_worth_drawing(panels):
        sentence = (
            f"All commits that count here are of the kind {kinds[0]}."
            if len(kinds) == 1
            else f"No set-up has {FEWEST_DRAWN} commits of one kind of task yet, so there is no share to draw."
        )
        table = panel_table("Share of good commits by kind of task", rows, panels) if len(kinds) > 1 else None
        return Section("kinds", "Kinds of task", _TITLE, joined(tag("p", sentence, class_="empty"), table))
    intro = (
        "The share of good commits for each kind of task, as counted, not adjusted; the line is the average of that"
        f" kind. Hollow dots stand on fewer than {FEWEST_FULL} commits. The kind of task often matters more than the"
        " set-up: compare within a panel, not across."
    )
    drawn = rows[:MOST_DRAWN]
    body = joined(
        tag("p", intro, class_="note"),
        tag("div", class_="chart panels", id="kinds-chart"),
        panel_table("Share of good commits by kind of task", rows, panels),
    )
    return Section(
        "kinds", "Kinds of task", _TITLE, body, panel_facts(report, drawn, [_first(one, len(drawn)) for one in panels])
    )


def _panel(report: Report, kind: TaskKind, rows: list[SetUp]) -> Panel:
    tallies = [report.found.by_kind[one.name].get(kind, Tally()) for one in rows]
    every = total(tallies)
    is_graded = report.found.measure == "grades"
    cells = [
        Cell(
            Proportion(tally.good, tally.commits),
            Chosen(number, kind, user="well") if is_graded else Chosen(number, kind, became="well"),
            Chosen(number, kind, user="any") if is_graded else Chosen(number, kind, became="settled"),
        )
        for tally, number in zip(tallies, map(report.number, rows), strict=True)
    ]
    note = f"{plural(every.commits, 'commit')} {'graded' if is_graded else 'that landed 14 days ago or longer'}"
    return Panel(kind, note, every.share if every.commits >= FEWEST_FULL else None, (0, 1), cells)


def _first(panel: Panel, most: int) -> Panel:
    return panel._replace(cells=panel.cells[:most])
