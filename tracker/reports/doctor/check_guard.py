"""Check what protects the user: the record that ``init`` wrote, and the ledger, guard and places that it names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.attribution.processes import may_read_processes
from tracker.project import init_record
from tracker.project.init_record import InitRecord
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding

_LOOK: Final = "find out who changed it; then, at a terminal: agent-tracker init"
_ACCEPT: Final = "at a terminal: 'agent-tracker init' accepts it"


def findings(project: Project) -> Iterator[Finding]:
    """Yield what is not as ``init`` left it. Raises OSError when the project's files cannot be read."""
    record, fault, is_of_other_account = init_record.examine(project.files)
    if record is not None:
        yield from _differences(project, record)
    elif project.files.is_guarded() or not is_of_other_account:
        yield Finding(
            f"{init_record.path(project.files)} {fault}, so protected settings are read from the account's home.",
            _LOOK,
        )


def _differences(project: Project, record: InitRecord) -> Iterator[Finding]:
    """Yield what differs from a record, what it names that is gone, and what no person has confirmed."""
    yield from _ledger(project, record)
    files = project.files
    if record.guarded != files.is_guarded():
        state = "enabled" if record.guarded else "disabled"
        option = "--guard" if record.guarded else "--no-guard"
        yield Finding(
            f"'agent-tracker init' had {state} the guard, and that was changed since.", f"agent-tracker init {option}"
        )
    if init_record.are_processes_skipped(files) == may_read_processes(record.places):
        yield Finding("after 'agent-tracker init', something changed whether the guard reads processes.", _LOOK)
    for change in record.unconfirmed:
        yield Finding(f"no person at a terminal has confirmed: {change}.", _choice(change))
    home = record.places.get("HOME")
    if home and not Path(home).is_dir():
        yield Finding(
            f"protected settings are read from {home}, the home directory when 'agent-tracker init' ran, and that"
            " directory is gone.",
            "at a terminal: agent-tracker init",
        )


def _choice(change: str) -> str:
    """Return how a person accepts an unconfirmed change, and how it is undone."""
    if change.startswith(init_record.NO_GUARD):
        return f"{_ACCEPT}, and 'agent-tracker init --guard' undoes it"
    if change.startswith(init_record.OTHER_LEDGER):
        return f"{_ACCEPT}, and 'agent-tracker init --ledger PATH' undoes it"
    if change.startswith(init_record.TRACKED_AGAIN):
        return _ACCEPT
    return f"{_ACCEPT}; to undo it, set the setting back first, with 'agent-tracker config'"


def _ledger(project: Project, record: InitRecord) -> Iterator[Finding]:
    """Yield a finding if the repository records into another ledger than the recorded one."""
    files, own = project.files, str(project.own_ledger_path)
    if record.ledger != files.ledger_path():
        named = f"{files.folder / 'ledger'} names {files.ledger_path()}"
    elif record.ledger != own:
        named = f"{project.trusted.origins['ledger']} names the ledger {own}"
    else:
        return
    yield Finding(f"{named}, and 'agent-tracker init' had chosen {record.ledger}.", _LOOK)
