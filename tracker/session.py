"""A tracked repository with everything that is needed to record in it: its files, its settings, its ledger."""

from collections.abc import Mapping
from typing import NamedTuple

from tracker import config
from tracker.config import Settings
from tracker.ledger import Ledger
from tracker.projectfiles import ProjectFiles
from tracker.repository import Repository
from tracker.spool import Spool


class Session(NamedTuple):
    """A repository, the files that agent-tracker keeps in it, the settings that hold in it, its spool and ledger.

    ``is_home`` is false when another ledger was named for this one call: the spool stays for the project's own then.
    """

    repository: Repository
    files: ProjectFiles
    settings: Settings
    spool: Spool
    ledger: Ledger
    is_home: bool


def open_session(repository: Repository, flags: Mapping[str, str | None], deadline: float = 10.0) -> Session:
    """The session of a repository, tracked or not yet.

    ``flags``: settings given on the command line, by name. ``deadline``: seconds to wait for the ledger's writer
    lock. Raises ConfigError.
    """
    files, git = ProjectFiles(repository.common_dir), repository.config()
    remembered = files.ledger_path()
    settings = config.resolve(flags, git, remembered)
    is_home = remembered is None or settings.ledger == config.resolve({}, git, remembered).ledger
    ledger = Ledger(settings.ledger, settings.size_limit, deadline)
    return Session(repository, files, settings, Spool(files.spool), ledger, is_home)
