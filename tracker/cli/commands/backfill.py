"""``backfill``: record existing history, show what would be recorded, or take it back."""

from collections.abc import Mapping, Sequence

from tracker.cli import output
from tracker.errors import UsageError
from tracker.git import Repository
from tracker.project.project import Project, open_project
from tracker.recording import backfill
from tracker.recording.reconcile import Outcome
from tracker.text import printable


def run(
    path: str,
    flags: Mapping[str, str | None],
    revisions: Sequence[str],
    *,
    since: str | None,
    dry_run: bool,
    undo: bool,
    json: bool,
) -> int:
    """Record the history of the repository at ``path``. Raises TrackerError."""
    project = open_project(Repository.named(path), flags, deadline=30.0)
    if not dry_run or undo:
        project.files.id()
    if undo:
        if revisions or since:
            raise UsageError("--undo takes back every backfill of this repository: leave out revisions and --since.")
        return _undo(project, dry_run=dry_run, json=json)
    if dry_run:
        outcome = backfill.preview(project, revisions, since)
    else:
        with output.progress("Backfill", quiet=json) as progress:
            outcome = backfill.backfill(project, revisions, since, progress)
    _report(outcome, dry_run=dry_run, json=json)
    return 0


def _report(outcome: Outcome, *, dry_run: bool, json: bool) -> None:
    for notice in outcome.notices:
        output.warn(printable(notice))
    if json:
        output.print_json({"schema": 1, "dry_run": dry_run, **outcome._asdict()})
    else:
        output.say(
            f"{outcome.recorded} commits {'would be ' if dry_run else ''}recorded,"
            f" {outcome.already_known} known already, {outcome.set_aside} set aside."
        )


def _undo(project: Project, *, dry_run: bool, json: bool) -> int:
    if dry_run:
        forgotten, kept = backfill.undoable(project)
    else:
        with output.progress("Taking back", quiet=json) as progress:
            forgotten, kept = backfill.undo(project, progress)
    if json:
        output.print_json({"schema": 1, "dry_run": dry_run, "forgotten": forgotten, "kept": kept})
    else:
        stay = f"; {kept} stay because they were graded" if kept else ""
        output.say(f"{forgotten} commits {'would be ' if dry_run else ''}taken back{stay}.")
    return 0
