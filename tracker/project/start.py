"""Start to track a repository: its id, its baseline, and the settings that its hooks read from files."""

import contextlib
from pathlib import Path
from typing import NamedTuple

from tracker.errors import LedgerUnavailable, TrackerError
from tracker.ledger.key import has_key
from tracker.model import Oid, ProjectId
from tracker.project import init_record
from tracker.project.init_record import InitRecord
from tracker.project.known_project import known_at_path
from tracker.project.moved_project import MovedProject, moved_here
from tracker.project.permissions import is_closed_to_this_user
from tracker.project.project import Project


class Started(NamedTuple):
    """A repository that is a project. ``is_new``: it was none before. ``moved_from``: where its records are from.

    That is the path of its git directory on another machine, or of an earlier clone; empty if it was not elsewhere.
    """

    project: ProjectId
    is_new: bool
    moved_from: str = ""


def start_tracking(project: Project, baseline: tuple[Oid, ...] | None = None, *, look_around: bool = False) -> Started:
    """Make a repository a project.

    A path that the ledger knows keeps its project and baseline, so that uninstalling and coming back loses nothing.
    What ``init`` recorded is written for a new project only: a repeated start may be an agent's.

    ``baseline``: commits whose ancestors are not recorded, by default all present tips of branches, worktrees and
    remotes, so that the first hook does not walk the history. ``look_around``: the project may be one that is gone from
    another path (``moved_project``); a hook never does, because a disk there may hang. Raises OSError when the git
    directory cannot be written, RepositoryError, and TrackerError when another user's ledger would be replaced.
    """
    files = project.files
    project_id = files.find_id()
    is_new = project_id is None
    moved = None
    if project_id is None:
        known, recorded = _known(project)
        moved = _moved(project) if look_around and known is None else None
        if moved is not None:
            known, recorded = moved.project, moved.baseline
        base = current_tips(project) if baseline is None else baseline
        base = base if recorded is None else recorded
        files.set_reflog_positions(project.repository.reflogs.end_positions())
        project_id = files.create(known, base, project.settings.ledger)
    else:
        _check_ledger(project)
        files.set_ledger_path(project.settings.ledger)
    files.share()
    project.store_mode()
    project.store_agent_configured()
    project.store_ledger_folder()
    if is_new:
        record_init(project, "")
    return Started(project_id, is_new, moved.path if moved else "")


def _moved(project: Project) -> MovedProject | None:
    """Return the project that this repository was at another path; None where the ledger cannot be read."""
    with contextlib.suppress(LedgerUnavailable):
        return moved_here(project.ledger, project.repository)
    return None


def _check_ledger(project: Project) -> None:
    """Raise TrackerError if another ledger is to be recorded into in place of one that another user keeps."""
    recorded = project.files.ledger_path()
    is_other = recorded is not None and Path(recorded) != project.settings.ledger
    if is_other and is_closed_to_this_user(Path(recorded or "")):
        raise TrackerError(
            f"this repository records into {recorded}, which is another user's: only that user can choose another"
            " ledger for it; nothing was changed."
        )


def record_init(
    project: Project, actor: str, before: InitRecord | None = None, unconfirmed: tuple[str, ...] = ()
) -> None:
    """Record the project's ledger and guard, and where the settings of this process are.

    ``actor``: who says so, in words. ``before``: the record whose places and actor stay. ``unconfirmed``: as in the
    record. A ledger without a key leaves the project without a record, which ``doctor`` names. Raises OSError when the
    git directory cannot be written.
    """
    ledger = project.files.ledger_path() or str(project.ledger.path)
    with contextlib.suppress(LedgerUnavailable):
        if not has_key(Path(ledger)):
            project.ledger.begin()  # makes the key, with which the record is sealed
    if not has_key(Path(ledger)):
        return
    guarded, account = project.files.is_guarded(), init_record.this_account()
    record = InitRecord(init_record.present_places(), ledger, guarded, actor, account, unconfirmed)
    if before is not None:
        record = record._replace(places=before.places, actor=before.actor)
    init_record.write(project.files, record)


def is_known(project: Project) -> bool:
    """Return True if the ledger knows a project at the path of a repository."""
    return _known(project)[0] is not None


def current_tips(project: Project) -> tuple[Oid, ...]:
    """Return the tips of all branches, worktrees and remotes, sorted. Raises RepositoryError."""
    repository = project.repository
    return tuple(sorted({*repository.tips().values(), *repository.remote_tips()}))


def _known(project: Project) -> tuple[ProjectId | None, tuple[Oid, ...] | None]:
    """Return the id and baseline of the project that the ledger knows at this path, unless it has moved since."""
    with contextlib.suppress(LedgerUnavailable):
        return known_at_path(project.ledger, project.repository)
    return None, None
