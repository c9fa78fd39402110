"""``glance``: say who made the commits of a repository, without tracking it and without writing anything."""

from __future__ import annotations

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, path_argument
from tracker.text import printable


@click.command(
    "glance",
    cls=Command,
    examples=(
        "agent-tracker glance",
        "agent-tracker glance --since 2026-01-01 ~/src/greeter",
    ),
)
@path_argument
@click.option("--since", metavar="DATE", help="Only commits committed from this date on.")
@json_option
def command(*, path: str, since: str | None, json: bool) -> int:
    """Say who made a repository's commits, and write nothing.

    This reads the history alone. The repository need not be tracked, and is not tracked afterwards.
    """
    from tracker.cli import glance_lines
    from tracker.cli.dates import parse_since
    from tracker.git import Repository
    from tracker.project.project import user_catalogue
    from tracker.recording.glance import glance

    repository = Repository.from_argument(path)
    with output.progress("Commits", quiet=json) as progress:
        found = glance(repository, user_catalogue(), parse_since(since), progress)
    for source, reason in found.unread.items():
        output.warn(printable(f"{source} could not be read, so its evidence is missing: {reason.rstrip('.')}."))
    if found.is_shallow:
        output.warn("this is a shallow clone: commits older than its boundary are not here and not counted.")
    if json:
        glance_lines.print_json(found)
    else:
        glance_lines.print_text(found, repository, path, since)
    return 0
