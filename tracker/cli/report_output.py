"""Printing of a report's groups for programs, and of what their commits cost."""

from collections.abc import Sequence

from tracker.cli import output, report_formats
from tracker.cli.cost_lines import cost_cells, cost_table, explanation, has_costs
from tracker.cli.recommendation_lines import Page, print_lines, wrapped
from tracker.reports.prices import Prices
from tracker.reports.set_ups.groups import Group, Grouping


def print_for_programs(by: Grouping, groups: Sequence[Group], *, json: bool) -> None:
    """Print groups as CSV, or as JSON, one object on each line."""
    if json:
        for group in groups:
            output.print_json(report_formats.as_json(by, group))
    else:
        for line in report_formats.csv_text(by, groups).splitlines():
            output.say(line)


def print_costs(by: Grouping, groups: Sequence[Group], prices: Prices, page: Page, *, markdown: bool) -> None:
    """Print what the commits of groups cost, if anything is known of it. ``markdown``: as a table of Markdown."""
    if has_costs([group.figures for group in groups]):
        output.say("\nWhat they cost, for each commit that landed\n")
        named = [(group.name, group.figures) for group in groups]
        if markdown:
            lines, headings = report_formats.markdown_costs(by, groups), cost_cells(by, named)[0]
        else:
            table = cost_table(by, named)
            lines, headings = table.lines(page.room), table.headings(page.room)
        print_lines(lines)
        output.say("")
        print_lines(wrapped([explanation([group.figures for group in groups], prices, headings)], page))
