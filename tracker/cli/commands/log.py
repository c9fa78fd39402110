"""``log``: list the recorded commits, newest first, or the sums for each agent and model."""

import click

from tracker.cli.options import json_option, repository_options


@click.command("log")
@click.option("--agent", metavar="NAME", help="Only commits by this agent.")
@click.option("--model", metavar="NAME", help="Only commits by this model.")
@click.option("--project", metavar="NAME", help="Only commits of this project; implies --everywhere.")
@click.option("--since", metavar="DATE", help="Only commits from this date on (ISO 8601).")
@click.option("--until", metavar="DATE", help="Only commits up to this date (ISO 8601).")
@click.option("-n", "most", type=click.IntRange(min=0), metavar="NUMBER", help="At most this many.")
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
    """List the recorded commits, newest first: who made each, how that is known, grades and changes."""
    from tracker.cli import log_lines
    from tracker.cli.dates import parse_date
    from tracker.cli.open_project import open_ledger
    from tracker.cli.user_prices import user_prices
    from tracker.reports.log import Filters

    everywhere = everywhere or bool(project)
    opened = open_ledger(path, ledger, everywhere=everywhere)
    filters = Filters(
        project=None if everywhere else opened.project_id,
        project_name=project,
        agent=agent,
        model=model,
        since=parse_date(since),
        until=parse_date(until),
        include_dead=include_dead,
        most=most,
    )
    if summary:
        log_lines.print_summary(opened.ledger, filters, json=json)
    elif json:
        log_lines.print_json(opened.ledger, filters, user_prices())
    else:
        log_lines.print_table(opened.ledger, filters)
    return 0
