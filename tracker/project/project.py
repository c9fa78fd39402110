"""A tracked repository with everything that is needed to record in it: its files, its settings, its ledger."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tracker.attribution import Catalogue, catalogue_file
from tracker.errors import LedgerUnavailable
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.project.files import ProjectFiles
from tracker.project.pending_grades import Pending
from tracker.project.settings import MODE_VARIABLE, Settings, resolve, user_catalogue
from tracker.project.spool import Spool


class Project(NamedTuple):
    """A repository, the files that agent-tracker keeps in it, the settings that hold in it, its spool and ledger.

    ``home`` is the ledger that the project records into whoever calls, ``ledger`` the one that this call uses.
    """

    repository: Repository
    files: ProjectFiles
    settings: Settings
    spool: Spool
    ledger: Ledger
    home: Path

    @property
    def rules(self) -> Catalogue:
        """The catalogue of agents with the user's own entries; bad ones are left out, and ``doctor`` shows them."""
        return catalogue_file.load_with(user_catalogue())

    @property
    def pending(self) -> Pending:
        """The grades that wait for their commits."""
        return Pending(self.files.pending)

    @property
    def is_home(self) -> bool:
        """False when a flag or variable names another ledger for this call: the spool stays for the project's own."""
        return self.ledger.path == self.home

    def assure_ledger(self) -> str | None:
        """Raise LedgerUnavailable when the project's ledger is away; a sentence when it is gone, None otherwise.

        A ledger that this project recorded into must not be begun anew by a hook in a container, or while a disk is
        not mounted: what the spool holds would be recorded where nobody looks for it.
        """
        place = self.files.ledger_place() if self.is_home else ""
        if not place or not self.ledger.is_new():
            return None
        if self.ledger.is_away_from(place):
            raise LedgerUnavailable(
                f"the ledger {self.ledger.path}, which this repository records into, is not there, and its folder is"
                " another one: mount or restore it, or run 'agent-tracker init' to begin a new one; what was to be"
                " recorded waits in the spool."
            )
        return (
            f"the ledger {self.ledger.path} was gone and is begun anew: it holds what git and the spool of each project"
            " know, which 'agent-tracker sync' records there again."
        )

    def note_ledger(self) -> None:
        """Remember where the ledger is, now that it was written, if the repository can be written."""
        if self.is_home:
            with contextlib.suppress(OSError):
                self.files.set_ledger_place(self.ledger.place())

    def note_mode(self) -> None:
        """Tell the hooks the mode, unless it was set for this process alone, if the repository can be written."""
        if self.settings.origins["mode"] != MODE_VARIABLE:
            with contextlib.suppress(OSError):
                self.files.set_mode(self.settings.mode)

    def note_agent(self) -> None:
        """Tell the guard's hook whether the settings say that an agent works here, if the repository can be written."""
        with contextlib.suppress(OSError):
            self.files.note_agent(configured=bool(self.settings.agent or self.settings.model))


def open_project(repository: Repository, flags: Mapping[str, str | None], deadline: float = 10.0) -> Project:
    """The session of a repository, tracked or not yet.

    ``flags``: settings given on the command line, by name. ``deadline``: seconds to wait for the ledger's writer
    lock. Raises ConfigError.
    """
    files, git = ProjectFiles(repository.common_dir), repository.config()
    remembered = files.ledger_path()
    settings = resolve(flags, git, remembered)
    home = settings.ledger if remembered is None else resolve({}, git, remembered, environment={}).ledger
    ledger = Ledger(settings.ledger, settings.size_limit, deadline)
    return Project(repository, files, settings, Spool(files.spool), ledger, home)
