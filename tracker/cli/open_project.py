"""What every command that reads does first: bring the project at hand up to date, then read."""

from collections.abc import Mapping
from typing import Final

from tracker.cli import output
from tracker.errors import LedgerUnavailable, NotTracked, RepositoryError, error_sentence
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.model import ProjectId
from tracker.project.project import Project, open_project
from tracker.project.settings import resolve
from tracker.recording.reconcile import reconcile
from tracker.text import printable


def prepare(path: str, flags: Mapping[str, str | None], *, required: bool) -> tuple[Ledger, ProjectId | None]:
    """The ledger to read, and the project at ``path``, None when there is none and none is required.

    Raises what ``bring_up_to_date`` raises, NotTracked and RepositoryError when a project is required, ConfigError.
    """
    try:
        project = open_project(Repository.named(path), flags)
        project.files.id()
    except (NotTracked, RepositoryError):
        if required:
            raise
        settings = resolve(flags, {})
        return Ledger(settings.ledger, settings.size_limit), None
    bring_up_to_date(project)
    return project.ledger, project.files.id()


WRITING: Final = 30.0
"""Seconds that a command which writes waits for the ledger; whoever typed it is there."""


def opened(path: str, flags: Mapping[str, str | None], deadline: float = 10.0) -> Project:
    """The tracked repository at ``path``, brought up to date. ``deadline``: seconds to wait for the ledger.

    Raises what ``bring_up_to_date`` raises, RepositoryError, NotTracked and ConfigError.
    """
    project = open_project(Repository.named(path), flags, deadline)
    project.files.id()
    bring_up_to_date(project)
    return project


def bring_up_to_date(project: Project) -> None:
    """Record what is new, and say what the user should know of it.

    A ledger or repository that cannot be written now can perhaps still be read: that what waits is missing is said,
    once. Raises the LedgerUnavailable errors where it cannot be read either.
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
