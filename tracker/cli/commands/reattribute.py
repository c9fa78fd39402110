"""``reattribute``: decide again who made every recorded commit, with the catalogue as it is now."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.text import number_of, printable

SCHEMA: Final = 1


@click.command(
    "reattribute",
    cls=Command,
    examples=("agent-tracker reattribute --dry-run",),
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@repository_options
@json_option
def command(*, dry_run: bool, path: str, ledger: str | None, json: bool) -> int:
    """Read all evidence again, with the catalogue as it is now.

    This covers every recorded commit.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, check_begun, open_tracked
    from tracker.feedback.corrections import change_as_json, change_line
    from tracker.recording.reattribute import reattribute

    project = open_tracked(path, ledger, WRITE_DEADLINE, reads=dry_run)
    check_begun(project.ledger, project.settings, project)
    with output.progress("Reading again", quiet=json) as progress:
        changes = reattribute(project, progress, rehearse=dry_run)
    visible = [change for change in changes if change_as_json(change)["before"] != change_as_json(change)["after"]]
    for change in visible:
        if json:
            output.print_json({"schema": SCHEMA, "dry_run": dry_run, **change_as_json(change)})
        else:
            output.say(printable(change_line(change)))
    if not json:
        changed = "would change" if dry_run else "changed"
        commits = number_of(len(visible), "commit")
        output.say(f"The attribution of {commits} {changed}." if visible else f"No attribution {changed}.")
    return 0
