"""A project: one repository with everything that is needed to record in it."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tracker.attribution import Catalogue, catalogue_file
from tracker.errors import LedgerUnavailable
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.ledger.folder import folder_ids, has_other_folder
from tracker.project.files import ProjectFiles
from tracker.project.known_project import known_at_path
from tracker.project.ledger_mark import LedgerMark
from tracker.project.pending_grades import PendingGrades
from tracker.project.settings import GUARDING, MODE_VARIABLE, Settings, resolve_settings, user_catalogue_path
from tracker.project.spool import Spool
from tracker.project.trusted_settings import recording_places, setting_places, trusted_settings


class Project(NamedTuple):
    """A repository, tracked or not, with its files, settings, spool and ledger.

    ``settings``: those of this process; the ones that guard are those of ``trusted``, which come from the ``places``
    that ``init`` recorded. ``recording_places``: those of the user's catalogue. Both are the same where ``init``
    recorded any (``trusted_settings``). ``own_ledger_path``: the path of the project's own ledger. ``ledger``: the one
    used now, which a flag, a variable or git's configuration may name. ``setting_faults``: sentences about wrong
    settings.
    """

    repository: Repository
    files: ProjectFiles
    settings: Settings
    spool: Spool
    ledger: Ledger
    own_ledger_path: Path
    trusted: Settings
    places: Mapping[str, str]
    recording_places: Mapping[str, str]
    setting_faults: tuple[str, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of agents with the user's valid entries; ``doctor`` shows the invalid ones."""
        return user_catalogue(self.recording_places)

    @property
    def guarding_catalogue(self) -> Catalogue:
        """The catalogue that decides who speaks, from the same places as the protected settings."""
        return user_catalogue(self.places)

    @property
    def pending_grades(self) -> PendingGrades:
        """The pending grades: those whose commits are not made yet."""
        return PendingGrades(self.files.pending_grades, self.own_ledger_path, self.files.find_id() or "")

    @property
    def ledger_mark(self) -> LedgerMark:
        """The mark of the state in which this project left its own ledger."""
        return LedgerMark(self.files.small, self.own_ledger_path)

    @property
    def is_own_ledger(self) -> bool:
        """True if the ledger used now is the project's own; only then may its spool be emptied."""
        return self.ledger.path == self.own_ledger_path

    @property
    def shared_remote(self) -> str | None:
        """The remote through which the user has this project's events shared; None if they are not."""
        return self.files.sharing.remote(self.own_ledger_path, self.files.find_id() or "")

    def check_ledger(self) -> str | None:
        """Return a notice if the project's ledger was deleted, or None; raise LedgerUnavailable if its disk is missing.

        A hook in a container, or run while a disk is not mounted, must not begin a second ledger: the events of the
        spool would be recorded where the user does not look.
        """
        folder = self.files.ledger_folder_ids() if self.is_own_ledger else ""
        if not folder or not self.ledger.is_new():
            return None
        if has_other_folder(self.ledger.path, folder):
            raise LedgerUnavailable(
                f"the ledger {self.ledger.path}, which this repository records into, is not there, and its folder is"
                " another one: mount or restore it, or run 'agent-tracker init' to begin a new one; what was to be"
                " recorded waits in the spool."
            )
        return (
            f"the ledger {self.ledger.path} was gone, and a new one was begun: 'agent-tracker restore' puts a backup in"
            " its place; without one run 'agent-tracker sync' in each project to record again what git and the spool"
            " know; other grades, bugs and reinstatements are lost."
        )

    def store_ledger_folder(self) -> None:
        """Store the ledger's folder, now that the ledger was written; skipped if the repository is read-only."""
        if self.is_own_ledger:
            with contextlib.suppress(OSError):
                self.files.set_ledger_folder_ids(folder_ids(self.ledger.path))

    def store_mode(self) -> None:
        """Store the mode for the hooks, unless it was set for this process only; skipped in a read-only repository."""
        if self.settings.origins["mode"] != MODE_VARIABLE:
            with contextlib.suppress(OSError):
                self.files.set_mode(self.settings.mode)

    def store_agent_configured(self) -> None:
        """Store for the guard's hook if the settings name an agent or model; skipped in a read-only repository."""
        with contextlib.suppress(OSError):
            self.files.set_agent_configured(configured=bool(self.trusted.agent or self.trusted.model))


def user_catalogue(places: Mapping[str, str] | None = None) -> Catalogue:
    """Return the catalogue of agents with the user's valid entries.

    ``places``: the variables that say where the user's files are, by default this process's.
    """
    try:
        path = user_catalogue_path(places)
    except RuntimeError:  # an account without a home has no entries
        path = Path(os.devnull)
    return catalogue_file.load_with_user_entries(path)


def open_project(
    repository: Repository,
    flags: Mapping[str, str | None],
    deadline: float = 10.0,
    *,
    in_hook: bool = False,
    reads: bool = False,
) -> Project:
    """Return the project of a repository, tracked or not.

    ``flags``: settings given on the command line, by option name. ``deadline``: seconds to wait for the ledger's writer
    lock. ``in_hook``: wrong settings count as not set, so that commits are recorded all the same. A damaged file of the
    project's id is replaced; for a command that only ``reads``, by nothing but the id that the ledger knows. Raises
    ConfigError when a setting is wrong, unless ``in_hook``, RepositoryError, and, if the id is damaged, OSError and the
    LedgerUnavailable errors.
    """
    files = ProjectFiles(repository.common_dir)
    places = setting_places(files)
    faults: list[str] | None = [] if in_hook else None
    trusted = trusted_settings(repository, files, places, faults)
    remembered = files.ledger_path()
    settings = _with_trusted(resolve_settings(flags, repository.config(), remembered, faults=faults), trusted)
    recorded_in = recording_places(files)
    own = settings.ledger
    if remembered is not None:
        own = trusted.ledger if recorded_in == places else trusted_settings(repository, files, recorded_in, []).ledger
    mark = LedgerMark(files.small, own)
    after_write = mark.store if settings.ledger == own else None
    ledger = Ledger(settings.ledger, settings.size_limit, deadline, after_write)
    if files.find_id() is None and files.is_tracked():
        _replace_damaged_id(files, ledger, repository, reads=reads)
    spool = Spool(files.spool, files.set_aside, files.permissions)
    return Project(repository, files, settings, spool, ledger, own, trusted, places, recorded_in, tuple(faults or ()))


def _replace_damaged_id(files: ProjectFiles, ledger: Ledger, repository: Repository, *, reads: bool) -> None:
    """Replace a damaged file of the id, by the id that the ledger knows, else by a new one unless a command ``reads``.

    Raises OSError and the LedgerUnavailable errors.
    """
    if not reads:
        files.replace_damaged_id(known_at_path(ledger, repository)[0])
    elif not ledger.is_new() and (known := known_at_path(ledger, repository)[0]) is not None:
        with contextlib.suppress(OSError):  # a read-only repository: the command says that the id is damaged
            files.replace_damaged_id(known)


def _with_trusted(settings: Settings, trusted: Settings) -> Settings:
    """Return settings with the trusted values of those that guard."""
    origins = {name: trusted.origins[name] for name in GUARDING if name in trusted.origins}
    others = {name: origin for name, origin in settings.origins.items() if name not in GUARDING}
    values = {name: getattr(trusted, name) for name in GUARDING}
    return settings._replace(**values, origins=others | origins)
