"""The protected settings: read from the places that ``init`` recorded, whatever the environment of this process is.

They are the policy, the ledger that the guard reads, the exceptions of the guard, who may speak for the user, and the
agent that the repository names (docs/guard.md).
"""

import contextlib
from collections.abc import Mapping

from tracker.git import Repository
from tracker.project import init_record
from tracker.project.files import ProjectFiles
from tracker.project.setting_values import account_home
from tracker.project.settings import Settings, resolve_settings


def setting_places(files: ProjectFiles) -> Mapping[str, str]:
    """Return the variables that say where a project's protected settings are: those that ``init`` recorded.

    The account's own home directory if there is no such record; this process's variables for a repository that is not
    tracked, where nothing is guarded.
    """
    record = init_record.read(files)
    if record is not None:
        return record.places
    if files.find_id() is None:
        return init_record.present_places()
    with contextlib.suppress(RuntimeError):  # an account without a home has no settings
        return {"HOME": str(account_home())}
    return {}


def recording_places(files: ProjectFiles) -> Mapping[str, str]:
    """Return the variables that say where the user's catalogue and the choice of the ledger are.

    This process's if ``init`` recorded none, so that what is recorded is not less than the user's settings say.
    """
    record = init_record.read(files)
    return init_record.present_places() if record is None else record.places


def trusted_settings(
    repository: Repository, files: ProjectFiles, places: Mapping[str, str], faults: list[str] | None = None
) -> Settings:
    """Return a project's settings without flags and variables. ``places``: as ``setting_places`` returns them.

    ``faults``: as for ``resolve_settings``. Raises ConfigError and RepositoryError.
    """
    return resolve_settings({}, repository.config(places), files.ledger_path(), places, faults)
