"""Beginning to track a repository: its id, its baseline, and the settings its hooks cannot ask git for."""

import contextlib

from tracker import keys
from tracker.errors import LedgerUnavailable
from tracker.ledger.tables import PATHS, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.project.project import Session
from tracker.text import escape_undecodable


def begin(session: Session, baseline: tuple[Oid, ...] | None = None) -> tuple[ProjectId, bool]:
    """Make the repository a project; its id, and whether it was none before.

    A path that the ledger knows keeps its project, so that uninstalling and coming back loses nothing. ``baseline``:
    where recording begins, by default at everything that any branch, worktree or remote holds now, so that a first
    hook never walks the history. Raises OSError when the git directory cannot be written.
    """
    files = session.files
    project = files.find_id()
    new = project is None
    if project is None:
        known, recorded = _known_at(session)
        base = standing(session) if baseline is None else baseline
        base = base if recorded is None else recorded
        project = files.begin(known, base, session.settings.ledger)
    else:
        files.set_ledger_path(session.settings.ledger)
    session.note_mode()
    session.note_agent()
    session.note_ledger()
    return project, new


def standing(session: Session) -> tuple[Oid, ...]:
    """The commits that every branch, worktree and remote stands at."""
    repository = session.repository
    return tuple(sorted({*repository.tips().values(), *repository.remote_tips()}))


def _known_at(session: Session) -> tuple[ProjectId | None, tuple[Oid, ...] | None]:
    """The project that the ledger knows at this path, unless it lives on elsewhere, and its baseline."""
    path = escape_undecodable(str(session.repository.common_dir))
    with contextlib.suppress(LedgerUnavailable), session.ledger.read() as snapshot:
        pointer = snapshot.get(PATHS, keys.path(path))
        record = snapshot.get(PROJECTS, keys.project(pointer.project)) if pointer else None
        if pointer and record and pointer.path == path and record.paths[0] == path:
            return pointer.project, record.baseline
    return None, None
