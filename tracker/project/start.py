"""Beginning to track a repository: its id, its baseline, and the settings its hooks cannot ask git for."""

import contextlib

from tracker import keys
from tracker.errors import LedgerUnavailable
from tracker.ledger.tables import PATHS, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.project.project import Project
from tracker.text import escape_undecodable


def begin(project: Project, baseline: tuple[Oid, ...] | None = None) -> tuple[ProjectId, bool]:
    """Make the repository a project; its id, and whether it was none before.

    A path that the ledger knows keeps its project, so that uninstalling and coming back loses nothing. ``baseline``:
    where recording begins, by default at everything that any branch, worktree or remote holds now, so that a first
    hook never walks the history. Raises OSError when the git directory cannot be written.
    """
    files = project.files
    project_id = files.find_id()
    new = project_id is None
    if project_id is None:
        known, recorded = _known_at(project)
        base = standing(project) if baseline is None else baseline
        base = base if recorded is None else recorded
        project_id = files.begin(known, base, project.settings.ledger)
    else:
        files.set_ledger_path(project.settings.ledger)
    project.note_mode()
    project.note_agent()
    project.note_ledger()
    return project_id, new


def standing(project: Project) -> tuple[Oid, ...]:
    """The commits that every branch, worktree and remote stands at."""
    repository = project.repository
    return tuple(sorted({*repository.tips().values(), *repository.remote_tips()}))


def _known_at(project: Project) -> tuple[ProjectId | None, tuple[Oid, ...] | None]:
    """The project that the ledger knows at this path, unless it lives on elsewhere, and its baseline."""
    path = escape_undecodable(str(project.repository.common_dir))
    with contextlib.suppress(LedgerUnavailable), project.ledger.read() as snapshot:
        pointer = snapshot.get(PATHS, keys.path(path))
        record = snapshot.get(PROJECTS, keys.project(pointer.project)) if pointer else None
        if pointer and record and pointer.path == path and record.paths[0] == path:
            return pointer.project, record.baseline
    return None, None
