"""``backfill``: record existing history, show what would be recorded, or take it back."""

from collections.abc import Mapping, Sequence

from tracker import backfilling, terminal
from tracker.errors import UsageError
from tracker.recorder import Outcome
from tracker.repository import Repository
from tracker.session import Session, open_session


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
    session = open_session(Repository.named(path), flags, deadline=30.0)
    if not dry_run or undo:
        session.files.id()
    if undo:
        if revisions or since:
            raise UsageError("--undo takes back every backfill of this repository: leave out revisions and --since.")
        return _undo(session, dry_run=dry_run, json=json)
    if dry_run:
        outcome = backfilling.preview(session, revisions, since)
    else:
        with terminal.progress("Backfill", quiet=json) as progress:
            outcome = backfilling.backfill(session, revisions, since, progress)
    _report(outcome, dry_run=dry_run, json=json)
    return 0


def _report(outcome: Outcome, *, dry_run: bool, json: bool) -> None:
    for notice in outcome.notices:
        terminal.warn(terminal.harmless(notice))
    if json:
        terminal.print_json({"schema": 1, "dry_run": dry_run, **outcome._asdict()})
    else:
        terminal.say(
            f"{outcome.recorded} commits {'would be ' if dry_run else ''}recorded,"
            f" {outcome.already_known} known already, {outcome.set_aside} set aside."
        )


def _undo(session: Session, *, dry_run: bool, json: bool) -> int:
    if dry_run:
        forgotten, kept = backfilling.undoable(session)
    else:
        with terminal.progress("Taking back", quiet=json) as progress:
            forgotten, kept = backfilling.undo(session, progress)
    if json:
        terminal.print_json({"schema": 1, "dry_run": dry_run, "forgotten": forgotten, "kept": kept})
    else:
        stay = f"; {kept} stay because they were graded" if kept else ""
        terminal.say(f"{forgotten} commits {'would be ' if dry_run else ''}taken back{stay}.")
    return 0
