"""``recommend``: which set-up leads in this project, how sure that is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import set_ups
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.reports.set_ups.recommendation import Measure
    from tracker.reports.set_ups.set_up import By


@click.command(
    "recommend",
    cls=Command,
    examples=(
        "agent-tracker recommend",
        "agent-tracker recommend --by model --everywhere",
        "agent-tracker recommend --why codex",
    ),
)
@click.option(
    "--by",
    type=click.Choice(("set-up", "agent", "model", "version", "instructions")),
    default="set-up",
    show_default="agent and model",
    help="Compare agents, models, agent versions, or instruction files.",
)
@click.option(
    "--measure",
    type=click.Choice(("grades", "kept")),
    help="Compare by your grades of the commits, or by what became of the commits.",
)
@click.option("--since", metavar="DATE", help="Only commits authored in or after the month of this date (ISO 8601).")
@click.option("--everywhere", is_flag=True, help="Of all projects together, not only of the one at hand.")
@click.option(
    "--similar/--no-similar",
    default=None,
    help="With similar projects, or without. Default: with them only where this one has too little to compare.",
)
@click.option(
    "--why", metavar="SET-UP", shell_complete=set_ups, help="List the commits behind the figures of one set-up."
)
@repository_options
@json_option
def command(
    *,
    by: By,
    measure: str | None,
    since: str | None,
    everywhere: bool,
    similar: bool | None,
    why: str | None,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Say which set-up to use next, how sure that is, and why.

    The set-ups are compared on your own work.
    """
    from tracker.cli import recommendation_lines, set_up_commits
    from tracker.cli.set_up_facts import Asked, gather
    from tracker.cli.similar_projects import recommend_with_similar
    from tracker.reports.set_ups.as_json import recommendation_as_json

    if everywhere and similar:
        raise UsageError("--everywhere and --similar exclude each other: leave one out.")
    facts = gather(path, ledger, Asked(by, since, everywhere=everywhere), quiet=json)
    if similar and facts.opened.project is None:
        raise UsageError("--similar is about the project at hand, and there is none here: leave it out.")
    chosen: Measure | None = "grades" if measure == "grades" else "kept" if measure else None
    found, facts = recommend_with_similar(facts, chosen, wanted=False if facts.asked.everywhere else similar)
    with paged():
        if why is not None:
            set_up_commits.print_commits(facts, why, json=json)
        elif json:
            output.print_json(recommendation_as_json(found, facts.here))
        else:
            page = recommendation_lines.page_of_terminal()
            recommendation_lines.print_lines(recommendation_lines.lines(found, facts.here, facts.prices, page))
    return 0
