"""``backup``: a consistent copy of the ledger in one file, made while others write."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import places
from tracker.cli.options import json_option, repository_options
from tracker.errors import UsageError
from tracker.text import number_of, printable, size_shown

SCHEMA: Final = 1


@click.command(
    "backup",
    cls=Command,
    examples=(
        "agent-tracker backup before-upgrade.tar.gz",
        "agent-tracker backup ~/backups --keep 7",
        "agent-tracker backup - | gpg --encrypt --recipient me > ledger.gpg",
    ),
)
@click.argument("target", metavar="FILE|FOLDER", shell_complete=places("file"))
@click.option("--keep", type=click.IntRange(min=1), metavar="NUMBER", help="Delete all but so many in the folder.")
@repository_options
@json_option
def command(*, target: str, keep: int | None, path: str, ledger: str | None, json: bool) -> int:
    """Copy the ledger into one file, while others go on writing.

    In a folder each backup has a name with its time; '-' is standard output. 'agent-tracker restore' makes a ledger of
    it. Keep it to yourself: it holds all notes, and the ledger's keys.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_whole_ledger
    from tracker.exchange.backup_files import print_backup, save

    opened = open_whole_ledger(path, ledger, WRITE_DEADLINE)
    if target == "-":
        if json or keep is not None or sys.stdout.isatty():
            raise UsageError("'-' writes the backup to standard output: leave out --json and --keep, and name a file.")
        print_backup(opened, sys.stdout.buffer)
        return 0
    if target.endswith(os.sep) and not Path(target).is_dir():
        raise UsageError(f"there is no folder {printable(target)}: make it.")
    saved = save(opened, Path(target), keep)
    if json:
        removed = [str(one) for one in saved.removed]
        facts = {"file": str(saved.file), "size": saved.size, **saved.manifest._asdict(), "removed": removed}
        output.print_json({**facts, "schema": SCHEMA})
        return 0
    output.paragraph(f"The ledger is in {printable(str(saved.file))} ({size_shown(saved.size)}).")
    if saved.removed:
        output.say(f"{number_of(len(saved.removed), 'older backup')} deleted.")
    return 0
