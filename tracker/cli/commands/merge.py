"""``merge``: join another ledger, or a backup of one, with the ledger."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import places
from tracker.cli.options import json_option, repository_options

SCHEMA: Final = 1


@click.command(
    "merge",
    cls=Command,
    examples=(
        "agent-tracker merge /media/laptop/agent-tracker/ledger.lmdb",
        "agent-tracker merge old-laptop.tar.gz",
    ),
)
@click.argument("other", metavar="LEDGER|BACKUP", shell_complete=places("file"))
@repository_options
@json_option
def command(*, other: str, path: str, ledger: str | None, json: bool) -> int:
    """Join another ledger, or a backup of one, with this one.

    The result is the same in whatever order ledgers are merged, and merging again adds nothing. The data of
    the other ledger is only read.
    """
    from tracker.cli.import_sources import merge

    result = merge(path, ledger, other, quiet=json)
    if json:
        output.print_json({"schema": SCHEMA, **result.as_json()})
    else:
        for sentence in result.sentences():
            output.paragraph(sentence)
    return 1 if result.unused else 0
