"""Check what guards: the record of ``init`` as it was written, and the ledger and the guard that it names."""

from collections.abc import Iterator
from typing import Final

from tracker.project import init_record
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding

_LOOK: Final = "look who changed it, then at a terminal: agent-tracker init"


def findings(project: Project) -> Iterator[Finding]:
    """Yield what is not as ``init`` left it. Raises OSError when the project's files cannot be read."""
    files = project.files
    record = init_record.read(files)
    if record is None:
        if files.is_guarded():
            yield Finding(
                "no record of 'agent-tracker init' is there, so settings that guard are read from the account's home.",
                "agent-tracker init",
            )
        return
    if not init_record.is_as_written(files, record):
        yield Finding(f"{init_record.path(files)} was changed by another program than agent-tracker.", _LOOK)
    if record.ledger != files.ledger_path():
        yield Finding(
            f"{files.folder / 'ledger'} names {files.ledger_path()}, and 'agent-tracker init' had chosen"
            f" {record.ledger}.",
            _LOOK,
        )
    if record.guarded != files.is_guarded():
        state = "enabled" if record.guarded else "disabled"
        option = "--guard" if record.guarded else "--no-guard"
        yield Finding(
            f"'agent-tracker init' had {state} the guard, and that was changed since.", f"agent-tracker init {option}"
        )
