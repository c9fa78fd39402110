"""``report``: the whole comparison of set-ups as one HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.options import repository_options

if TYPE_CHECKING:
    from tracker.reports.set_ups.set_up import By


@click.command("report")
@click.option("--html", "file", metavar="FILE", required=True, help="Write one HTML file, which needs no network.")
@click.option(
    "--by",
    type=click.Choice(("set-up", "agent", "model", "version", "instructions")),
    default="set-up",
    show_default="agent and model",
    help="Compare agents, models, agent versions, or instruction files.",
)
@click.option("--since", metavar="DATE", help="Only commits authored in or after the month of this date (ISO 8601).")
@click.option("--everywhere", is_flag=True, help="Of all projects together, not only of the one at hand.")
@repository_options
def command(*, file: str, by: By, since: str | None, everywhere: bool, path: str, ledger: str | None) -> int:
    """Write the comparison of set-ups as one HTML file: verdict, charts, tables, and the commits behind it."""
    from tracker.cli import report_file
    from tracker.cli.set_up_facts import gather

    facts = gather(path, ledger, by=by, since=since, everywhere=everywhere, quiet=False)
    report_file.write(facts, file)
    output.say(file)
    return 0
