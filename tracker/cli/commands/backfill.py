"""``backfill``: record existing history, preview that, or take earlier backfills back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions
from tracker.cli.options import json_option, repository_options
from tracker.errors import UsageError
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.project.project import Project
    from tracker.recording.reconcile import RecordingResult

SCHEMA: Final = 1


@click.command(
    "backfill",
    cls=Command,
    examples=(
        "agent-tracker backfill --dry-run",
        "agent-tracker backfill --since 2025-01-01",
        "agent-tracker backfill main release-1.2",
    ),
)
@click.argument("revisions", nargs=-1, metavar="[REV]...", shell_complete=revisions)
@click.option("--since", metavar="DATE", help="Only commits committed from this date on.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--undo", is_flag=True, help="Take back what backfills recorded here; graded commits stay.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Processes of git at a time. Default: as many as there are processors.",
)
@repository_options
@json_option
def command(
    *,
    revisions: Sequence[str],
    since: str | None,
    dry_run: bool,
    undo: bool,
    jobs: int | None,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """Record existing history: all of it, or what revisions reach."""
    from tracker.cli.dates import parse_since
    from tracker.cli.open_project import WRITE_DEADLINE, check_begun, open_at
    from tracker.recording import backfill

    begin = parse_since(since)
    project = open_at(path, ledger, WRITE_DEADLINE, reads=dry_run)
    if not dry_run or undo:
        project.files.id()  # raises NotTracked; a preview is possible without tracking
    if dry_run and project.files.find_id() is not None:
        check_begun(project.ledger, project.settings, project)
    if undo:
        if revisions or since:
            raise UsageError("--undo takes back every backfill of this repository: leave out revisions and --since.")
        _undo(project, dry_run=dry_run, json=json)
    elif dry_run:
        _print_outcome(backfill.preview(project, revisions, begin), dry_run=True, json=json)
    else:
        with output.progress("Backfill", quiet=json) as progress:
            outcome = backfill.backfill(project, revisions, begin, progress, jobs)
        _print_outcome(outcome, dry_run=False, json=json)
    return 0


def _print_outcome(outcome: RecordingResult, *, dry_run: bool, json: bool) -> None:
    from tracker.cli.recorded_sentences import recorded_sentence

    for notice in outcome.notices:
        output.warn(printable(notice))
    if json:
        output.print_json({"schema": SCHEMA, "dry_run": dry_run, **outcome._asdict()})
    else:
        output.say(recorded_sentence(outcome, dry_run=dry_run))


def _undo(project: Project, *, dry_run: bool, json: bool) -> None:
    """Take back what backfills recorded, or with ``dry_run`` count it, and print the numbers."""
    from tracker.cli.recorded_sentences import taken_back_sentence
    from tracker.recording import backfill

    if dry_run:
        forgotten, kept = backfill.count_undoable(project)
    else:
        with output.progress("Taking back", quiet=json) as progress:
            forgotten, kept = backfill.undo(project, progress)
    if json:
        output.print_json({"schema": SCHEMA, "dry_run": dry_run, "forgotten": forgotten, "kept": kept})
    else:
        output.say(taken_back_sentence(forgotten, kept, dry_run=dry_run))
