"""Opening the repository that a command names, and bringing its records up to date before the command reads them.

A command that reads creates nothing: no ledger, no project, no id; and it marks no other project as gone.
"""

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import click

from tracker.attribution import Catalogue
from tracker.cli import output
from tracker.errors import (
    LedgerUnavailable,
    NoRepository,
    NotTracked,
    RepositoryError,
    TrackerError,
    UsageError,
    error_sentence,
)
from tracker.feedback.scope import Scope
from tracker.git import Repository
from tracker.git.config import settings_outside
from tracker.ledger import Ledger
from tracker.model import ProjectId
from tracker.project import project as projects
from tracker.project.project import Project
from tracker.project.settings import Settings, resolve_settings
from tracker.recording.project_entries import original_of
from tracker.recording.reconcile import reconcile
from tracker.recording.unseen_commits import testify
from tracker.text import printable

READ_DEADLINE: Final = 10.0
"""Seconds that a command which reads waits for the ledger's writer lock, to record what is new first."""
WRITE_DEADLINE: Final = 30.0
"""Seconds that a command which writes waits for the ledger's writer lock: longer, because a person waits for it."""


def open_at(path: str, ledger: str | None, deadline: float = READ_DEADLINE, *, reads: bool = False) -> Project:
    """Return the project of the repository at ``path``, tracked or not.

    ``ledger``: the value of ``--ledger``. ``deadline``: seconds to wait for the ledger's writer lock. ``reads``: for a
    command that only reads. Raises RepositoryError and ConfigError.
    """
    return _opened(Repository.from_argument(path), ledger, deadline, reads=reads)


def open_again(project: Project, ledger: str | None, deadline: float = READ_DEADLINE) -> Project:
    """Return a project with the ledger that was just remembered as its home. Raises as ``open_at`` does."""
    return _opened(project.repository, ledger, deadline)


def _opened(repository: Repository, ledger: str | None, deadline: float, *, reads: bool = False) -> Project:
    project = projects.open_project(repository, {"ledger": ledger}, deadline, reads=reads)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(partial(_print_notices, project.ledger))
    return project


def _print_notices(ledger: Ledger) -> None:
    """Print the notices that no outcome has taken, such as that the ledger grew when feedback was written."""
    for notice in ledger.take_notices():
        output.warn(printable(notice))


def open_tracked(path: str, ledger: str | None, deadline: float = READ_DEADLINE, *, reads: bool = False) -> Project:
    """Return the project of the tracked repository at ``path``.

    Raises NotTracked, TrackerError for a damaged id that a command which ``reads`` does not replace, and what
    ``open_at`` raises.
    """
    project = open_at(path, ledger, deadline, reads=reads)
    if reads and project.files.is_tracked() and project.files.find_id() is None:
        raise TrackerError(
            f"the file with the id of this project below {project.files.folder} is damaged: 'agent-tracker sync' writes"
            " it again."
        )
    project.files.id()
    return project


def open_current(path: str, ledger: str | None, deadline: float = READ_DEADLINE, *, reads: bool = True) -> Project:
    """Return the project of the tracked repository at ``path``, with what is new recorded.

    ``reads``: for a command that only reads. Raises what ``open_tracked`` and ``bring_up_to_date`` raise.
    """
    project = open_tracked(path, ledger, deadline, reads=reads)
    bring_up_to_date(project, reads=reads)
    return project


class OpenedLedger(NamedTuple):
    """A ledger to read, and the project at hand; None where all projects are shown.

    ``settings``: the project's, or this process's. ``is_current``: what is new in the project is recorded.
    """

    ledger: Ledger
    settings: Settings
    project: Project | None
    is_current: bool

    @property
    def project_id(self) -> ProjectId | None:
        """The id of the project at hand."""
        return self.project.files.id() if self.project else None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of agents with the user's valid entries."""
        return self.project.catalogue if self.project else projects.user_catalogue()

    @property
    def scope(self) -> Scope:
        """The projects whose statements are listed: the one at hand, else all."""
        return Scope(self.ledger, self.catalogue, self.project_id)


def open_ledger(
    path: str,
    ledger: str | None,
    deadline: float = READ_DEADLINE,
    *,
    everywhere: bool = False,
    needs_tracking: bool = True,
) -> OpenedLedger:
    """Return the ledger to read and the project at ``path``, with what is new there recorded.

    Outside of a repository there is no project, and one line says that all are shown, unless they were asked for:
    ``everywhere``. Then, and unless a command ``needs_tracking``, that goes for a repository that is not tracked too,
    or that git cannot read.
    Raises UsageError for a path that does not exist, ConfigError, NotTracked, RepositoryError, and what
    ``bring_up_to_date`` raises.
    """
    if not Path(path).exists():
        raise UsageError(f"there is no {path}.")
    try:
        project = open_tracked(path, ledger, deadline, reads=True)
    except (NotTracked, RepositoryError) as error:
        if not (everywhere or not needs_tracking or isinstance(error, NoRepository)):
            raise
        settings = resolve_settings({"ledger": ledger}, settings_outside())
        opened = Ledger(settings.ledger, settings.size_limit, deadline)
        check_begun(opened, settings)
        if not everywhere:
            output.warn(printable(f"{_reason(error, path)}: all projects are shown."))
        return OpenedLedger(opened, settings, None, is_current=True)
    return OpenedLedger(project.ledger, project.settings, project, is_current=bring_up_to_date(project))


def open_whole_ledger(path: str, ledger: str | None, deadline: float) -> Ledger:
    """Return the ledger that applies at ``path``, for a command about its file; nothing is recorded first.

    Raises LedgerUnavailable if there is none, UsageError for a path that does not exist, and ConfigError.
    """
    if not Path(path).exists():
        raise UsageError(f"there is no {path}.")
    try:
        project = open_at(path, ledger, deadline, reads=True)
    except RepositoryError:
        settings = resolve_settings({"ledger": ledger}, settings_outside())
        opened = Ledger(settings.ledger, settings.size_limit, deadline)
        check_begun(opened, settings)
        return opened
    check_begun(project.ledger, project.settings, project if project.files.is_tracked() else None)
    return project.ledger


def _reason(error: TrackerError, path: str) -> str:
    """Return the clause that says why there is no project at hand."""
    if isinstance(error, NoRepository):
        return f"{Path(path).absolute()} is not inside a git repository"
    return f"{Path(path).absolute()} is not tracked" if isinstance(error, NotTracked) else str(error).rstrip(".")


def check_begun(ledger: Ledger, settings: Settings, project: Project | None = None) -> None:
    """Raise LedgerUnavailable if there is no ledger where ``settings`` name one: a command that reads begins none.

    ``project``: the tracked one that is read, if any. Raises it also when the path cannot be read.
    """
    if project is not None:
        project.check_ledger()  # says more of a disk that is not mounted
    if not ledger.is_new():
        return
    origin = settings.origins["ledger"]
    if project is not None and project.is_own_ledger:
        named = "" if origin == "default" else f", which {origin} names"
        advice = f"{named}: 'agent-tracker sync' begins one there, with what git and the spool know."
    elif origin == "default":
        advice = " yet: 'agent-tracker init' in a repository begins it."
    else:
        advice = f", which {origin} names: name the one that you mean, or begin one there with 'agent-tracker init'."
    raise LedgerUnavailable(f"there is no ledger at {ledger.path}{advice}")


def bring_up_to_date(project: Project, *, reads: bool = True) -> bool:
    """Record what is new in the repository, and print what the user should know about it; return True if it is done.

    A ledger or repository that cannot be written now may still be readable: then one warning says that what is shown
    may not be the newest. A command that only ``reads`` records nothing in another ledger than the project's own, nor
    of a copied repository, which keeps the id of its original. Raises LedgerUnavailable when the ledger cannot be read
    either, or is not there.
    """
    check_begun(project.ledger, project.settings, project)
    if reads and not project.is_own_ledger:
        _warn_of_older_records(f"{project.ledger.path} is not the ledger that this repository records into")
        return False
    if reads and project.ledger.is_read_only():
        _warn_of_older_records(f"the ledger {project.ledger.path} cannot be written")
        return False
    try:
        original = original_of(project) if reads else None
        if not original:
            testify(project)
        notices = () if original else reconcile(project).notices
    except (LedgerUnavailable, OSError) as error:
        with project.ledger.read(begin=False):
            reason = error.problem if isinstance(error, LedgerUnavailable) else error_sentence(error).rstrip(".")
        _warn_of_older_records(reason)
        return False
    if original:
        output.warn(
            printable(
                f"this repository is a copy of {original}, whose records are shown: 'agent-tracker sync' makes it a"
                " project of its own."
            )
        )
    for notice in notices:
        output.warn(printable(notice))
    if not original:
        read_what_others_shared(project)
    return not original


def read_what_others_shared(project: Project) -> None:
    """Read what other machines shared through the repository; a warning says why that was not possible."""
    if project.shared_remote is None:
        return
    from tracker.sharing.read import read_shared

    try:
        read_shared(project)
    except (TrackerError, OSError) as error:
        output.warn(printable(f"what other machines shared was not read: {error_sentence(error)}"))


def _warn_of_older_records(reason: str) -> None:
    output.warn(printable(f"{reason}; what is shown was recorded before and may not be the newest."))
