"""The settings that guard: read from the places that ``init`` recorded, whatever the environment of this process is.

They are the policy, the ledger that the repository records into, the exceptions of the guard, who may speak for the
user, and the agent that the repository names (docs/guard.md).
"""

from collections.abc import Mapping

from tracker.git import Repository
from tracker.project import init_record
from tracker.project.files import ProjectFiles
from tracker.project.settings import Settings, resolve_settings


def setting_places(files: ProjectFiles) -> Mapping[str, str]:
    """Return the variables that say where a project's settings are: those that ``init`` recorded.

    No variables, which means the account's own home directory, for a project from before ``init`` recorded them; this
    process's for a repository that is not tracked, where nothing is guarded.
    """
    record = init_record.read(files)
    if record is not None:
        return record.places
    return init_record.present_places() if files.find_id() is None else {}


def trusted_settings(
    repository: Repository, files: ProjectFiles, places: Mapping[str, str], faults: list[str] | None = None
) -> Settings:
    """Return a project's settings without flags and variables. ``places``: as ``setting_places`` returns them.

    ``faults``: as for ``resolve_settings``. Raises ConfigError and RepositoryError.
    """
    return resolve_settings({}, repository.config(places), files.ledger_path(), places, faults)
