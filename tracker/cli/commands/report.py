"""``report``: the figures of set-ups, projects, kinds of task or months, as a table or for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import makers, projects
from tracker.cli.options import json_option, repository_options, since_option, table_options, until_option
from tracker.cli.pager import paged
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.cli.set_up_facts import Facts
    from tracker.reports.set_ups.groups import Group, Grouping, Order


@click.command(
    "report",
    cls=Command,
    examples=(
        "agent-tracker report --by month --since 2025-01-01",
        "agent-tracker report --html report.html",
        "agent-tracker report --by project --everywhere --csv",
    ),
)
@click.option(
    "--by",
    type=click.Choice(("set-up", "agent", "model", "version", "instructions", "project", "kind", "month")),
    default="set-up",
    show_default="agent and model",
    help="One line for each of these.",
)
@since_option
@until_option
@click.option("--agent", metavar="NAME", shell_complete=makers, help="Only commits by this agent.")
@click.option("--author", metavar="TEXT", help="Only commits whose author's name or address contains this.")
@click.option(
    "--project", metavar="NAME", shell_complete=projects, help="Only commits of this project; implies --everywhere."
)
@click.option("--everywhere", is_flag=True, help="Of all projects, not only of the one at hand.")
@table_options
@click.option("--csv", is_flag=True, help="Print CSV with every number.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a pull request.")
@repository_options
@json_option
def command(
    *,
    by: Grouping,
    since: str | None,
    until: str | None,
    agent: str | None,
    author: str | None,
    project: str | None,
    everywhere: bool,
    order: Order,
    most: int,
    file: str | None,
    csv: bool,
    markdown: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Show the figures of set-ups, projects, kinds of task, months.

    Also of agents, models, versions of agents, and instruction files.
    """
    from tracker.cli.report_lines import print_for_programs
    from tracker.cli.set_up_facts import Asked, gather
    from tracker.reports.set_ups.groups import groups_of, sort_of_set_ups

    if csv + markdown + json + (file is not None) > 1:
        raise UsageError("--json, --csv, --markdown and --html exclude each other: choose one.")
    if file is not None:
        _check_page(by, agent, author)
    asked = Asked(sort_of_set_ups(by), since, until, everywhere, project, agent, author)
    facts = gather(path, ledger, asked, quiet=json or csv or markdown)
    if file is not None:
        from tracker.cli import report_file, report_page

        report_page.write(facts, file)
        if file != report_file.STANDARD_OUTPUT:
            output.say(file)
        return 0
    groups = groups_of(facts.rows, by, facts.names, order)
    if by == "month" and order == "commits":
        groups = groups_of(facts.rows, by, facts.names, "name")
    with paged():
        if csv or json:
            print_for_programs(by, groups, json=json)
        else:
            _print_for_people(by, groups, facts, most=most, markdown=markdown)
    return 0


def _check_page(by: Grouping, agent: str | None, author: str | None) -> None:
    """Raise UsageError for options that do not go with a page, which compares the set-ups of all authors."""
    from tracker.reports.set_ups.set_up import SORTS

    if by not in SORTS:
        raise UsageError(f"--html compares set-ups and cannot show {by}: choose --by {', '.join(SORTS)}.")
    if agent is not None or author is not None:
        raise UsageError("--html compares all agents, whoever the authors are: leave out --agent and --author.")


def _print_for_people(by: Grouping, groups: list[Group], facts: Facts, *, most: int, markdown: bool) -> None:
    from tracker.cli import recommendation_lines, report_lines

    if not groups:
        output.paragraph(report_lines.nothing_sentence(facts))
        return
    page = recommendation_lines.page_of_terminal()
    recommendation_lines.print_lines(
        report_lines.lines_for_people(by, groups, facts, page, most=most, markdown=markdown)
    )
