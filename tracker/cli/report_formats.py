"""The formats of ``report``: a table for people, Markdown, CSV, and JSON, one object for each group."""

import csv
import html
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tracker.cli import tables
from tracker.cli.cost_lines import cost_cells
from tracker.cli.interval_bars import bar
from tracker.cli.recommendation_lines import Page
from tracker.comparison.proportions import wilson
from tracker.comparison.tallies import Tally
from tracker.model import AGES
from tracker.reports.set_ups.as_json import figures_as_json
from tracker.reports.set_ups.figures import Figures, Proportion
from tracker.reports.set_ups.groups import Group
from tracker.text import printable

SCHEMA: Final = 1
_LINES_KEPT: Final = f"lines kept {AGES[0]} d"
_REVERTED: Final = f"reverted {AGES[0]} d"
_TROUBLE: Final = {_REVERTED: "reverted", "fixed": "fixed", "blamed": "blamed"}
"""Headings of what went wrong, with the names of the figures."""
_BAR: Final = 16
_SCALE: Final = "0 %       100 %"
"""Heading of the bars, as wide as they are."""


MARKDOWN_HEADINGS: Final = (
    "commits", "graded good", "went well", *_TROUBLE, _LINES_KEPT
)  # fmt: skip
"""Headings of the columns of numbers of a Markdown table."""


def table(heading: str, groups: Sequence[Group], page: Page) -> tables.Table:
    """Return the table for people. ``page``: has the characters of its bars."""
    cells = dict(_columns(groups, page))
    layout = tables.Layout(
        (tables.text(heading, least=10, pleasant=34), *map(_column, cells)),
        left_out=("blamed", "fixed", _REVERTED, _LINES_KEPT),
        left_out_last=(_SCALE, "went well", "graded good"),
        only_shown=(_SCALE,),
        is_told=True,
    )
    rows = [*zip([group.name for group in groups], *cells.values(), strict=True)]
    return tables.Table(layout, rows)


def _column(heading: str) -> tables.Column:
    return tables.fixed(heading) if heading == _SCALE else tables.number(heading)


def _columns(groups: Sequence[Group], page: Page) -> Iterator[tuple[str, list[str | tables.Cell]]]:
    """Yield headings with their cells; columns without any figure are left out."""
    figures = [group.figures for group in groups]
    has_grades = any(one.graded.commits for one in figures)
    has_settled = any(one.settled.commits for one in figures)
    yield "commits", [str(one.commits) for one in figures]
    if has_grades:
        yield "graded good", [_share(one.graded) for one in figures]
    if has_grades or has_settled:
        yield _SCALE, [tables.Cell(_bar(one.graded if has_grades else one.settled, page), "bar") for one in figures]
    if has_settled:
        yield "went well", [_share(one.settled) for one in figures]
        for heading, name in _TROUBLE.items():
            yield heading, [_rate(one.outcomes[name]) for one in figures]
        yield _LINES_KEPT, [_kept(one) for one in figures]


def markdown(heading: str, groups: Sequence[Group]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    rows = [
        (
            group.name,
            str(group.figures.commits),
            _share(group.figures.graded),
            _share(group.figures.settled),
            *_rates(group.figures),
            _kept(group.figures),
        )
        for group in groups
    ]
    yield from _markdown_table((heading, *MARKDOWN_HEADINGS), rows)


def markdown_costs(heading: str, groups: Sequence[Group]) -> Iterator[str]:
    """Yield the lines of a Markdown table of costs for each commit that landed."""
    yield from _markdown_table(*cost_cells(heading, [(group.name, group.figures) for group in groups]))


def _markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'---:|' * (len(headings) - 1)}"
    for row in rows:
        yield f"| {' | '.join(_markdown_text(cell) for cell in row)} |"


def csv_text(heading: str, groups: Sequence[Group]) -> str:
    """Return CSV (RFC 4180) with one line for each group. A text that a spreadsheet would run is quoted with '."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for number, group in enumerate(groups):
        flat = {heading: _spreadsheet_text(group.name), **dict(_flat(figures_as_json(group.figures)))}
        if not number:
            writer.writerow(flat)
        writer.writerow("" if value is None else value for value in flat.values())
    return written.getvalue()


def as_json(heading: str, group: Group) -> dict[str, Any]:
    """Return one group as ``report --json`` prints it."""
    return {"schema": SCHEMA, "by": heading, "name": group.name, **figures_as_json(group.figures)}


def _share(tally: Tally) -> str:
    return f"{tally.good} of {tally.commits} {tally.share:.0%}" if tally.share is not None else ""


def _bar(tally: Tally, page: Page) -> str:
    if tally.share is None:
        return ""
    return bar(tally.share, wilson(tally.good, tally.commits), _BAR, page.marks, is_sure=tally.commits >= _FEWEST)


_FEWEST: Final = 10
"""Commits from which a share is drawn with the mark of a sure one."""


def _rates(figures: Figures) -> list[str]:
    return [_rate(figures.outcomes[name]) for name in _TROUBLE.values()]


def _rate(one: Proportion) -> str:
    return f"{one.found} of {one.of}" if one.of else ""


def _kept(figures: Figures) -> str:
    lines = figures.lines(AGES[0])
    return f"{lines.kept / lines.added:.0%} of {lines.added}" if lines.added else ""


def _flat(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        if isinstance(one, dict):
            yield from _flat(one, f"{before}{name}.")
        elif isinstance(one, (tuple, list)):
            yield from ((f"{before}{name}.{number}", part) for number, part in enumerate(one))
        else:
            yield f"{before}{name}", one


def _spreadsheet_text(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if shown.lstrip()[:1] in _FORMULA else shown


_FORMULA: Final = frozenset(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
"""Characters with which a formula begins in some spreadsheet."""


def _markdown_text(text: str) -> str:
    """Return text of a cell that stays text in Markdown: no link, no HTML, no end of the cell."""
    shown = html.escape(printable(text), quote=False)
    for mark in ("\\", "|", "`", "*", "_", "[", "]"):
        shown = shown.replace(mark, f"\\{mark}")
    return shown
