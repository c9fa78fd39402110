"""The projects of a ledger that belong to the team, by the addresses of their remotes.

The addresses are read from the repositories, which takes git, so before the ledger is opened for anything else. What is
sent of a repository that is not there now (a disk that is not mounted) waits. What only another computer has, whose
ledger was joined with this one, that computer sends.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tracker import keys
from tracker.errors import TrackerError
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.ledger.tables import PROJECTS
from tracker.model import ProjectId
from tracker.project.files import ProjectFiles
from tracker.records import ProjectRecord
from tracker.team.remotes import chosen_address


class Sources(NamedTuple):
    """The projects of a ledger. ``addresses``: of those that belong to the team; ``others``: the names of the others.

    ``away``: the names of those whose repository cannot be read now. Those of other computers are in none of the three.
    ``names``: those of all projects.
    """

    addresses: Mapping[ProjectId, str]
    others: tuple[str, ...]
    away: tuple[str, ...]
    names: Mapping[ProjectId, str]


def find_sources(ledger: Ledger, repositories: Sequence[str]) -> Sources:
    """Return the projects of a ledger, each on its side. Raises the LedgerUnavailable errors."""
    with ledger.read(begin=False) as snapshot:
        projects = {keys.project_of(key): record for key, record in snapshot.scan(PROJECTS)}
    addresses: dict[ProjectId, str] = {}
    others, away = [], []
    for project, record in projects.items():
        is_here = _is_here(project, record)
        if record.is_foreign and not is_here:
            continue
        remotes = _remotes(record) if is_here else None
        if remotes is None:
            away.append(record.name)
            continue
        address = chosen_address(remotes, repositories)
        if address is None:
            others.append(record.name)
        else:
            addresses[project] = address
    names = {project: record.name for project, record in projects.items()}
    return Sources(addresses, tuple(sorted(others)), tuple(sorted(away)), names)


def _is_here(project: ProjectId, record: ProjectRecord) -> bool:
    """Return True if a project has its repository on this disk: another one may have come into its place."""
    try:
        return ProjectFiles(Path(record.paths[0])).find_id() == project
    except (OSError, ValueError):  # ValueError: a path that no file can have
        return False


def _remotes(record: ProjectRecord) -> Iterable[str] | None:
    """Return the addresses that pushes of a project go to; None where its repository cannot be read."""
    try:
        targets = Repository.at_git_dir(Path(record.paths[0]), None).push_targets()
    except (TrackerError, OSError):
        return None
    return [url for one in targets for url in one.push_urls]
