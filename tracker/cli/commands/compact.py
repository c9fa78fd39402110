"""``compact``: give the space that deletions left in the ledger's file back to the disk."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.text import size_shown

SCHEMA: Final = 1


@click.command(
    "compact",
    cls=Command,
    examples=("agent-tracker compact",),
)
@repository_options
@json_option
def command(*, path: str, ledger: str | None, json: bool) -> int:
    """Give back the disk space that deletions left in the ledger.

    The ledger is copied without it, the copy is compared record by record, and takes the ledger's place. Commits can be
    made meanwhile; they are recorded afterwards.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_whole_ledger
    from tracker.ledger.compaction import compact

    opened = open_whole_ledger(path, ledger, WRITE_DEADLINE)
    before, after = compact(opened)
    if json:
        output.print_json({"schema": SCHEMA, "ledger": str(opened.path), "before": before, "after": after})
    elif after < before:
        output.say(f"The ledger takes {size_shown(after)} now, and took {size_shown(before)} before.")
    else:
        output.say(f"There is nothing to give back: the ledger takes {size_shown(before)}.")
    return 0
