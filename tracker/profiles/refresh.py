"""Bring the profiles in the ledger up to date: that of the project at hand, and those of the other projects.

Nothing here runs on the hook path. Git runs while the ledger is closed, and a repository that cannot be read keeps the
profile that it has.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker import keys
from tracker.errors import RepositoryError
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import ProfileEntry
from tracker.ledger.tables import PROFILES, PROJECTS
from tracker.model import DAY, ProjectId
from tracker.outcomes.default_branch import Branch, default_branch
from tracker.profile_records import ProfileRecord
from tracker.profiles.read_profile import RULES, read_profile
from tracker.project.files import ProjectFiles
from tracker.project.project import Project
from tracker.records import ProjectRecord

_PATIENCE: Final = 5.0
"""Seconds after which no further project is read; those that are left are read by the next command that needs them."""


def refresh_own(project: Project, branch: Branch | None = None) -> None:
    """Read the profile of a project anew if the tip of its default branch moved.

    ``branch``: the default branch, if it is known. Raises RepositoryError and the LedgerUnavailable errors.
    """
    found = branch or default_branch(project.repository)
    if found is None:
        return
    own = project.files.id()
    with project.ledger.read() as snapshot:
        known = snapshot.get(PROFILES, keys.project(own))
    now = int(time.time())
    if not _is_recent(known, now) or known is None or known.tip != found.tip:
        _write(project.ledger, [ProfileEntry(own, _read(project.repository.common_dir, known, found, now))])


def refresh_others(project: Project) -> None:
    """Read the profiles of the other projects of the ledger anew where they are a day old and the tip moved.

    Raises the LedgerUnavailable errors.
    """
    own, now = project.files.id(), int(time.time())
    with project.ledger.read() as snapshot:
        profiles = {keys.project_of(key): one for key, one in snapshot.scan(PROFILES)}
        records = {keys.project_of(key): one for key, one in snapshot.scan(PROJECTS)}
    old = {
        other: record
        for other, record in records.items()
        if other != own and not record.away and not _is_recent(profiles.get(other), now)
    }
    _write(project.ledger, [*_entries(old, profiles, now)])


def _entries(
    projects: dict[ProjectId, ProjectRecord], profiles: dict[ProjectId, ProfileRecord], now: int
) -> Iterator[ProfileEntry]:
    """Yield the profiles of projects: first of those that have none, then of those that were read longest ago."""
    end = time.monotonic() + _PATIENCE
    order = sorted(projects, key=lambda one: (profiles[one].computed_at if one in profiles else 0, one))
    for project in order:
        if time.monotonic() > end:
            return
        profile = _of_other(project, projects[project], profiles.get(project), now)
        if profile is not None:
            yield ProfileEntry(project, profile)


def _of_other(project: ProjectId, record: ProjectRecord, known: ProfileRecord | None, now: int) -> ProfileRecord | None:
    """Return the profile of another project; None if its repository is gone, another one, unreadable or empty."""
    git_dir = Path(record.paths[0])
    try:
        if ProjectFiles(git_dir).find_id() != project:
            return None
        repository = Repository.at_git_dir(git_dir, None)
        branch = default_branch(repository)
        return None if branch is None else _read(repository.common_dir, known, branch, now)
    except (RepositoryError, OSError):
        return None


def _read(common_dir: Path, known: ProfileRecord | None, branch: Branch, now: int) -> ProfileRecord:
    """Return the profile of a branch: the known one if it is of the same tree by the same rules.

    Raises RepositoryError.
    """
    if known is not None and (known.tip, known.rules) == (branch.tip, RULES):
        return known._replace(computed_at=now)
    return read_profile(common_dir, branch.tip, now)


def _is_recent(profile: ProfileRecord | None, now: int) -> bool:
    return profile is not None and profile.rules == RULES and 0 <= now - profile.computed_at < DAY


def _write(ledger: Ledger, found: list[ProfileEntry]) -> None:
    if found:
        buffer_of(found).flush(ledger)
