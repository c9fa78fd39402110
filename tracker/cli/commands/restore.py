"""``restore``: a ledger out of a backup, in the place of the one that is there."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import places
from tracker.cli.options import json_option, repository_options

SCHEMA: Final = 1


@click.command(
    "restore",
    cls=Command,
    examples=(
        "agent-tracker restore before-upgrade.tar.gz",
        "agent-tracker restore --check before-upgrade.tar.gz",
    ),
)
@click.argument("source", metavar="FILE", shell_complete=places("file"))
@click.option("--check", is_flag=True, help="Only check that the backup is whole; change nothing.")
@repository_options
@json_option
def command(*, source: str, check: bool, path: str, ledger: str | None, json: bool) -> int:
    """Put the ledger of a backup in the place of this one.

    The backup is checked first, every page and record. The ledger that was here is set aside and not deleted;
    'agent-tracker merge' joins with the restored one what it has and the backup has not.
    """
    from tracker.cli.restored_ledger import restore

    result = restore(path, ledger, source, check=check)
    if json:
        output.print_json({"schema": SCHEMA, **result.as_json()})
    else:
        for sentence in result.sentences():
            output.paragraph(sentence)
    return 0
