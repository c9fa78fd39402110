"""``team``: send events to the team's PostgreSQL, and compare set-ups over all members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.cli import output
from tracker.cli.command import CommandGroup
from tracker.cli.options import json_option, repository_options, since_option, table_options, until_option
from tracker.cli.pager import paged
from tracker.errors import TrackerError, UsageError
from tracker.text import number_of, printable

if TYPE_CHECKING:
    from tracker.reports.set_ups.groups import Grouping, Order
    from tracker.reports.set_ups.set_up import By

_by_option = click.option(
    "--by",
    type=click.Choice(("set-up", "agent", "model", "version", "instructions")),
    default="set-up",
    show_default="agent and model",
    help="Compare agents, models, agent versions, or instruction files.",
)


@click.group("team", cls=CommandGroup, examples=("agent-tracker team status", "agent-tracker team recommend"))
def command() -> None:
    """Compare set-ups over a team: push events to PostgreSQL.

    The ledger stays on this machine. Of each own commit of the team's repositories one row is sent: set-up, kind of
    task, grades, what became of it; no text of yours, and pseudonyms for authors and projects. See docs/team.md.
    """


@command.command("init", examples=("agent-tracker team init acme 'host=db dbname=at' github.com/acme",))
@click.argument("org", metavar="ORG")
@click.argument("server", metavar="SERVER")
@click.argument("repositories", metavar="REPOSITORIES...", nargs=-1, required=True)
@click.option("--join", is_flag=True, help="Ask for the secret that the first member has, instead of making one.")
@click.option("--replace", is_flag=True, help="Write the file anew if there is one.")
def init_command(*, org: str, server: str, repositories: tuple[str, ...], join: bool, replace: bool) -> int:
    """Write the file that says where events go.

    SERVER is a connection string of PostgreSQL. REPOSITORIES are beginnings of the addresses of remotes: of all other
    repositories nothing is ever sent.
    """
    from tracker.cli.team_set_up import write_team

    for sentence in write_team(org, server, repositories, join=join, replace=replace):
        output.paragraph(printable(sentence))
    return 0


@command.command("setup-sql", examples=("agent-tracker team setup-sql --database agent_tracker",))
@click.option("--database", metavar="NAME", default="agent_tracker", show_default=True, help="The database's name.")
def setup_sql_command(*, database: str) -> int:
    """Print the statements that make the tables and roles.

    The owner of a database runs them once.
    """
    from tracker.team.schema import as_script

    if not database.isprintable() or not 0 < len(database) <= 63:
        raise UsageError("--database needs the name of a database: 1 to 63 printable characters.")
    output.say(as_script(database).rstrip())
    return 0


@command.command("push", examples=("agent-tracker team push", "agent-tracker team push --again"))
@click.option("--again", is_flag=True, help="Also what the server has confirmed before, if it has lost that.")
@click.option("--dry-run", is_flag=True, help="Print the events that wait, one JSON object a line, and send nothing.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=30,
    show_default=True,
    help="Try again for so long if the server cannot be reached.",
)
@repository_options
def push_command(*, again: bool, dry_run: bool, wait: float, path: str, ledger: str | None) -> int:
    """Send the events that wait.

    Repeat it as you like, from cron or a timer too: what the server has is not sent again, and counts once.
    """
    from tracker.cli import team_lines
    from tracker.cli.team_facts import open_outbox
    from tracker.team.push import push
    from tracker.team.server import Server, ServerUnavailable

    opened = open_outbox(path, ledger)
    if dry_run:
        for one in opened.outbox.waiting(opened.sources.addresses, again=again):
            output.print_json(team_lines.event_as_json(one.event))
        return 0
    with opened.outbox.pushing_lock().hold(wait) as is_held:
        if not is_held:
            raise TrackerError("another push of this ledger is running: this one sent nothing.")
        waiting = opened.outbox.waiting(opened.sources.addresses, again=again)
        if not waiting:
            output.say("Nothing waits.")
            return 0
        try:
            with Server(opened.team, wait) as server, output.progress("Events", unit="events") as progress:
                pushed = push(opened.outbox, server, waiting, progress)
        except ServerUnavailable as error:
            reason = str(error).rstrip(".")
            raise TrackerError(f"{reason}; nothing is lost: the next push sends what waits.") from error
    known = pushed.confirmed - pushed.new
    had = f"; the server had {known} of them already" if known else ""
    output.say(f"The server has confirmed {number_of(pushed.confirmed, 'event')}{had}.")
    return 0


@command.command("status", examples=("agent-tracker team status", "agent-tracker team status --json"))
@repository_options
@json_option
def status_command(*, path: str, ledger: str | None, json: bool) -> int:
    """Say what waits, what is sent, and what is not.

    The server is not asked.
    """
    from tracker.cli import team_lines
    from tracker.cli.team_facts import open_outbox

    opened = open_outbox(path, ledger)
    waiting = opened.outbox.waiting(opened.sources.addresses)
    if json:
        output.print_json(team_lines.status_as_json(opened, waiting))
    else:
        team_lines.print_status(opened, waiting)
    return 0


@command.command(
    "recommend", examples=("agent-tracker team recommend", "agent-tracker team recommend --by model --json")
)
@_by_option
@click.option(
    "--measure",
    type=click.Choice(("grades", "kept")),
    help="Compare by the members' grades of the commits, or by what became of the commits.",
)
@since_option
@json_option
def recommend_command(*, by: By, measure: str | None, since: str | None, json: bool) -> int:
    """Say which set-up the team should use next, and why.

    As 'agent-tracker recommend' does, over the commits of all members. Set-ups are compared, and never people.
    """
    from tracker.cli import team_lines
    from tracker.cli.team_facts import gather_team
    from tracker.reports.set_ups.as_json import recommendation_as_json

    facts = gather_team(by, since)
    found = team_lines.found_of(facts, measure)
    with paged():
        if json:
            output.print_json(recommendation_as_json(found, facts.here))
        else:
            team_lines.print_recommendation(facts, found)
    return 0


@command.command(
    "report",
    examples=("agent-tracker team report --by month", "agent-tracker team report --html team.html"),
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
@table_options
@click.option("--csv", "form", flag_value="csv", help="Print CSV with every number.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--json", "form", flag_value="json", help="Print JSON, with a schema version.")
@repository_options
def report_command(
    *,
    by: Grouping,
    since: str | None,
    until: str | None,
    order: Order,
    most: int,
    file: str | None,
    form: str | None,
    path: str,
    ledger: str | None,
) -> int:
    """Show the figures of the team's set-ups, projects, months.

    Projects that are not in your own ledger are shown by a pseudonym.
    """
    from tracker.cli import report_file, team_report_lines
    from tracker.cli.team_facts import gather_team, project_names
    from tracker.reports.set_ups.groups import groups_of, sort_of_set_ups
    from tracker.reports.set_ups.set_up import SORTS

    if file is not None:
        if form is not None:
            raise UsageError("--json, --csv, --markdown and --html exclude each other: choose one.")
        if by not in SORTS:
            raise UsageError(f"--html compares set-ups and cannot show {by}: choose --by {', '.join(SORTS)}.")
        report_file.check_name(file)
    also = (by,) if by in {"project", "month"} else ()
    facts = gather_team(sort_of_set_ups(by), since, until, also)
    if file is not None:
        team_report_lines.write_report(facts, file)
        if file != report_file.STANDARD_OUTPUT:
            output.say(file)
        return 0
    names = project_names(facts, path, ledger) if by == "project" else {}
    chosen_order: Order = "name" if by == "month" and order == "commits" else order
    with paged():
        team_report_lines.print_report(by, groups_of(facts.figures.rows, by, names, chosen_order), facts, most, form)
    return 0
