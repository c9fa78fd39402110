"""``log``: list the recorded commits, newest first, or the sums for each agent and model."""

import click

from tracker.cli.command import Command
from tracker.cli.completed_names import makers, models, projects
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged


@click.command(
    "log",
    cls=Command,
    examples=(
        "agent-tracker log --agent codex -n 10",
        "agent-tracker log --summary --everywhere",
        "agent-tracker log --since 2025-01-01 --json",
    ),
)
@click.option("--agent", metavar="NAME", shell_complete=makers, help="Only commits by this agent.")
@click.option("--model", metavar="NAME", shell_complete=models, help="Only commits by this model.")
@click.option(
    "--project", metavar="NAME", shell_complete=projects, help="Only commits of this project; implies --everywhere."
)
@click.option(
    "--since", metavar="DATE", help="Only commits committed on or after this date: 2026-11-24, yesterday, 2.weeks."
)
@click.option("--until", metavar="DATE", help="Only commits committed on or before this date, a day to its end.")
@click.option("-n", "most", type=click.IntRange(min=0), metavar="NUMBER", help="At most this many lines.")
@click.option("--all", "include_dead", is_flag=True, help="Also commits that no branch reaches any more.")
@click.option("--everywhere", is_flag=True, help="Of all projects, not only of the one at hand.")
@click.option("--summary", is_flag=True, help="A line for each agent and model instead of one for each commit.")
@repository_options
@json_option
def command(
    *,
    agent: str | None,
    model: str | None,
    project: str | None,
    since: str | None,
    until: str | None,
    most: int | None,
    include_dead: bool,
    everywhere: bool,
    summary: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """List the recorded commits, newest first, and who made them.

    Each line has how that is known, the grades and the changes.
    """
    from tracker.cli import log_lines
    from tracker.cli.dates import parse_range
    from tracker.cli.open_project import open_ledger
    from tracker.cli.user_prices import user_prices
    from tracker.reports.known_names import maker_named, model_named, projects_named
    from tracker.reports.log import Filters

    begin, end = parse_range(since, until)
    everywhere = everywhere or bool(project)
    opened = open_ledger(path, ledger, everywhere=everywhere)
    with opened.ledger.read(begin=False) as snapshot:
        own = opened.project_id
        here = frozenset([own]) if own is not None and not everywhere else None
        filters = Filters(
            projects=here if project is None else projects_named(snapshot, project),
            agent=None if agent is None else maker_named(snapshot, opened.catalogue, agent),
            model=None if model is None else model_named(snapshot, model),
            since=begin,
            until=end,
            include_dead=include_dead,
            most=None if summary else most,
        )
    with paged():
        if summary:
            log_lines.print_summary(opened.ledger, filters, most, json=json)
        elif json:
            log_lines.print_json(opened.ledger, filters, user_prices())
        else:
            log_lines.print_table(opened.ledger, filters)
    return 0
