"""``import``: join what another ledger, or another program, recorded with the ledger."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import agents, places
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
@click.argument("source", metavar="FILE|FOLDER", shell_complete=places("file"))
@click.option(
    "--agent", metavar="NAME", shell_complete=agents, help="Whose .journal a folder has, if its files do not say it."
)
@repository_options
@json_option
def command(*, source: str, agent: str | None, path: str, ledger: str | None, json: bool) -> int:
    """Join what another ledger or program recorded with this one.

    A file holds what 'agent-tracker export' wrote, or rows of opencode-agent-tracker; '-' is standard input. Of a
    folder with a tracked repository the records of other tools are read, for every commit: git-ai, Agent Trace, Entire,
    opencode-agent-tracker.

    The source is only read, and importing it again adds nothing. What cannot be used is kept aside, with exit code 1.
    """
    from tracker.cli.import_sources import import_source

    result = import_source(path, ledger, source, agent, quiet=json)
    if json:
        output.print_json({"schema": SCHEMA, **result.as_json()})
    else:
        for sentence in result.sentences():
            output.paragraph(sentence)
    return 1 if result.unused else 0
