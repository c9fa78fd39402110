"""Find the project that a repository was at another path, on another machine or as an earlier clone.

A commit's name stands for its whole history, down to the root commits. So a repository that has a commit of a project
shares its history up to there.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from tracker import keys
from tracker.git import Repository
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import PROJECTS, STANDINGS
from tracker.model import Oid, ProjectId, is_elsewhere
from tracker.project.files import ProjectFiles
from tracker.records import ProjectRecord
from tracker.text import escape_undecodable

_NEWEST: Final = 50
"""Live commits of a project that are looked for, the newest ones."""
_READ: Final = 500
"""Standings that are read for them."""


class MovedProject(NamedTuple):
    """A project that was at another path. ``path``: that of its git directory there."""

    project: ProjectId
    path: str
    baseline: tuple[Oid, ...]


class _Candidate(NamedTuple):
    """A project that is gone. ``missing``: how many of its newest commits are not here before the first one that is."""

    project: ProjectId
    record: ProjectRecord
    missing: int


def moved_here(ledger: Ledger, repository: Repository) -> MovedProject | None:
    """Return the project that was at another path and is this repository; None if there is none, or more than one.

    Only a project whose repository is gone from its path can be. The one goes first of whose newest commits the fewest
    are missing here; one that shares only old commits must have had the same name, and so must one of several. Reads
    the folders of other projects, on whatever disks they are. Raises RepositoryError, and the LedgerUnavailable errors.
    """
    path = escape_undecodable(str(repository.common_dir))
    with ledger.read() as snapshot:
        found = [*_candidates(snapshot, repository, path)]
    fewest = min((one.missing for one in found), default=0)
    first = [one for one in found if one.missing == fewest]
    if len(first) > 1 or fewest == _NEWEST:
        first = [one for one in first if _name(one.record.paths[0]) == _name(path)]
    if len(first) != 1:
        return None
    (one,) = first
    return MovedProject(one.project, one.record.paths[0], one.record.baseline)


def _candidates(snapshot: Snapshot, repository: Repository, path: str) -> Iterator[_Candidate]:
    """Yield the projects that are gone from their paths and have a commit of this repository."""
    for key, record in snapshot.scan(PROJECTS):
        project = ProjectId(key.hex())
        if path in record.paths or is_elsewhere(record.paths) or not _is_gone(project, record):
            continue
        newest, oldest = _newest_commits(snapshot, project), _oldest_commit(snapshot, project)
        there = repository.existing_commits([*newest, *oldest])
        if there:
            missing = next((number for number, oid in enumerate(newest) if oid in there), _NEWEST)
            yield _Candidate(project, record, missing)


def _is_gone(project: ProjectId, record: ProjectRecord) -> bool:
    """Return True if there is no repository with the project's id at its path; a folder that cannot be read may be."""
    try:
        return ProjectFiles(Path(record.paths[0])).find_id() != project
    except OSError:
        return False


def _newest_commits(snapshot: Snapshot, project: ProjectId) -> list[Oid]:
    """Return the newest live commits of a project, newest first."""
    rows = islice(snapshot.newest(STANDINGS, keys.project(project)), _READ)
    return [keys.oid_of_standing(key) for key, standing in rows if standing.live][:_NEWEST]


def _oldest_commit(snapshot: Snapshot, project: ProjectId) -> list[Oid]:
    return [keys.oid_of_standing(key) for key in islice(snapshot.keys(STANDINGS, keys.project(project)), 1)]


def _name(git_dir: str) -> str:
    """Return the name of a repository's folder."""
    return Path(git_dir.removesuffix("/.git").removesuffix(".git")).name
