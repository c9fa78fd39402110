"""A tracked repository with everything that is needed to record in it: its files, its settings, its ledger."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tracker import config
from tracker.config import Settings
from tracker.ledger import Ledger
from tracker.projectfiles import ProjectFiles
from tracker.repository import Repository
from tracker.spool import Spool


class Session(NamedTuple):
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
    def is_home(self) -> bool:
        """False when a flag or variable names another ledger for this call: the spool stays for the project's own."""
        return self.ledger.path == self.home

    def note_mode(self) -> None:
        """Tell the hooks the mode, unless it was set for this process alone. Raises OSError."""
        if self.settings.origins["mode"] != config.MODE_VARIABLE:
            self.files.set_mode(self.settings.mode)


def open_session(repository: Repository, flags: Mapping[str, str | None], deadline: float = 10.0) -> Session:
    """The session of a repository, tracked or not yet.

    ``flags``: settings given on the command line, by name. ``deadline``: seconds to wait for the ledger's writer
    lock. Raises ConfigError.
    """
    files, git = ProjectFiles(repository.common_dir), repository.config()
    remembered = files.ledger_path()
    settings = config.resolve(flags, git, remembered)
    home = settings.ledger if remembered is None else config.resolve({}, git, remembered, environment={}).ledger
    ledger = Ledger(settings.ledger, settings.size_limit, deadline)
    return Session(repository, files, settings, Spool(files.spool), ledger, home)
