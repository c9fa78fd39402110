"""``import``: join what another ledger, or another program, recorded with the ledger."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import places
from tracker.cli.options import json_option, repository_options

SCHEMA: Final = 1


@click.command(
    "import",
    cls=Command,
    examples=(
        "agent-tracker import ledger.jsonl",
        "agent-tracker import --json ledger.jsonl",
    ),
)
@click.argument("source", metavar="FILE", shell_complete=places("file"))
@repository_options
@json_option
def command(*, source: str, path: str, ledger: str | None, json: bool) -> int:
    """Join what another ledger or program recorded with this one.

    FILE holds what 'agent-tracker export' wrote; '-' is standard input. It is only read, and importing it again adds
    nothing. What cannot be used is kept aside with its reason, and the exit code is 1 then.
    """
    from tracker.cli.import_files import import_file

    result = import_file(path, ledger, source, quiet=json)
    if json:
        output.print_json({"schema": SCHEMA, **result.as_json()})
    else:
        for sentence in result.sentences():
            output.paragraph(sentence)
    return 1 if result.aside else 0
