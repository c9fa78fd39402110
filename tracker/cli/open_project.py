"""Opening the repository that a command names, and bringing its records up to date before the command reads them."""

from pathlib import Path
from typing import Final

from tracker.cli import output
from tracker.errors import LedgerUnavailable, NotTracked, RepositoryError, UsageError, error_sentence
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.model import ProjectId
from tracker.project import project as projects
from tracker.project.project import Project
from tracker.project.settings import resolve_settings
from tracker.recording.reconcile import reconcile
from tracker.text import printable

READ_DEADLINE: Final = 10.0
"""Seconds that a command which reads waits for the ledger's writer lock, to record what is new first."""
WRITE_DEADLINE: Final = 30.0
"""Seconds that a command which writes waits for the ledger's writer lock: longer, because a person waits for it."""


def open_at(path: str, ledger: str | None, deadline: float = READ_DEADLINE) -> Project:
    """Return the project of the repository at ``path``, tracked or not.

    ``ledger``: the value of ``--ledger``. ``deadline``: seconds to wait for the ledger's writer lock. Raises
    RepositoryError and ConfigError.
    """
    return projects.open_project(Repository.from_argument(path), {"ledger": ledger}, deadline)


def open_tracked(path: str, ledger: str | None, deadline: float = READ_DEADLINE) -> Project:
    """Return the project of the tracked repository at ``path``.

    Raises NotTracked, and what ``open_at`` raises.
    """
    project = open_at(path, ledger, deadline)
    project.files.id()
    return project


def open_current(path: str, ledger: str | None, deadline: float = READ_DEADLINE) -> Project:
    """Return the project of the tracked repository at ``path``, with what is new recorded.

    Raises what ``open_tracked`` and ``bring_up_to_date`` raise.
    """
    project = open_tracked(path, ledger, deadline)
    bring_up_to_date(project)
    return project


def open_ledger(path: str, ledger: str | None, *, required: bool) -> tuple[Ledger, ProjectId | None]:
    """Return the ledger to read and the id of the project at ``path``, with what is new there recorded.

    The id is None when there is no tracked repository at ``path`` and none is ``required``. Raises UsageError for a
    path that does not exist, ConfigError, what ``bring_up_to_date`` raises, and NotTracked and RepositoryError when a
    project is required.
    """
    if not Path(path).exists():
        raise UsageError(f"there is no {path}.")
    try:
        project = open_tracked(path, ledger)
    except (NotTracked, RepositoryError):
        if required:
            raise
        settings = resolve_settings({"ledger": ledger}, {})
        return Ledger(settings.ledger, settings.size_limit), None
    bring_up_to_date(project)
    return project.ledger, project.files.id()


def bring_up_to_date(project: Project) -> None:
    """Record what is new in the repository, and print what the user should know about it.

    A ledger or repository that cannot be written now may still be readable: then one warning says that waiting events
    are missing from the output. Raises LedgerUnavailable when the ledger cannot be read either.
    """
    try:
        notices = reconcile(project, look_around=True).notices
    except (LedgerUnavailable, OSError) as error:
        if project.ledger.is_new():
            raise
        with project.ledger.read():
            notices = (error_sentence(error),)
    for notice in notices:
        output.warn(printable(notice))
