"""``export``: write what the ledger holds, as events for other ledgers or as tables for other programs."""

from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import places, projects
from tracker.cli.options import repository_options

FORMATS: Final = ("events", "csv", "markdown", "sqlite", "parquet", "openmetrics")
"""The formats by name; ``events`` is the one that ``import`` reads."""


@click.command(
    "export",
    cls=Command,
    examples=(
        "agent-tracker export --output ledger.jsonl",
        "agent-tracker export --project shop | gzip > shop.jsonl.gz",
        "agent-tracker export --format sqlite --output ledger.sqlite",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="events",
    show_default=True,
    help="Events as JSON lines; the report of set-ups; tables as SQLite or a folder of Parquet files; metrics.",
)
@click.option(
    "-o", "--output", "file", metavar="FILE", shell_complete=places("file"), help="Write there, not on standard output."
)
@click.option("--project", metavar="NAME", shell_complete=projects, help="Only what is about this project.")
@repository_options
def command(*, form: str, file: str | None, project: str | None, path: str, ledger: str | None) -> int:
    """Write what the ledger holds, for other ledgers and programs.

    Events are all that people, agents, hooks and git told, with notes; 'agent-tracker import' joins them with another
    ledger. Parquet needs the package 'pyarrow': pip install 'git-agent-tracker[parquet]'.
    """
    from tracker.cli.export_files import Wanted, export

    for sentence in export(Wanted(path, ledger, form, file, project)):
        output.paragraph(sentence)
    return 0
