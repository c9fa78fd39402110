"""Entries about repositories: the project itself, copies of it, and other projects that are gone or back."""

from collections.abc import Sequence
from pathlib import Path

from tracker import keys
from tracker.history.changes import Changes
from tracker.history.recorded_state import RecordedState, read_recorded_state
from tracker.ledger.entries import PresenceEntry, ProjectEntry
from tracker.ledger.tables import PROJECTS
from tracker.model import Oid, ProjectId
from tracker.project.files import ProjectFiles
from tracker.project.project import Project
from tracker.text import escape_undecodable


def own_project_id(project: Project, notices: list[str]) -> ProjectId:
    """Return the project's id; a copied repository whose original still exists gets a new id and a notice.

    Raises NotTracked, OSError when a new id cannot be written, and the LedgerUnavailable errors.
    """
    original = original_of(project)
    if original is None:
        return project.files.id()
    notices.append(f"this repository is a copy of {original}: it is a project of its own now.")
    return project.files.write_id()


def original_of(project: Project) -> str | None:
    """Return the path of the repository that this one was copied from and shares its id with; None if there is none.

    Raises NotTracked, OSError when that repository cannot be read, and the LedgerUnavailable errors.
    """
    project_id = project.files.id()
    own_path = escape_undecodable(str(project.repository.common_dir))
    with project.ledger.read() as snapshot:
        record = read_recorded_state(snapshot, project_id).record
    copies = (path for path in (record.paths if record else ()) if path != own_path and Path(path).is_absolute())
    return next((path for path in copies if ProjectFiles(Path(path)).find_id() == project_id), None)


def project_entry(
    project: Project, known: RecordedState, changes: Changes, baseline: Sequence[Oid], now: int
) -> ProjectEntry | None:
    """Return the project's entry if it is new, has moved, or its remotes or history marks changed; else None.

    Raises RepositoryError.
    """
    repository, record = project.repository, known.record
    path = escape_undecodable(str(repository.common_dir))
    name = escape_undecodable((repository.work_tree or repository.common_dir).name)
    if path.endswith("/.git"):
        name = Path(path).parent.name  # the main worktree's, whichever worktree this runs in
    remotes, marks = tuple(repository.remotes()), changes.history_marks
    if record is None:
        return ProjectEntry(
            known.project_id, path, name, remotes, repository.object_format, tuple(baseline), now, marks
        )
    recorded = (record.paths[0], record.name, record.remotes, record.history)
    if record.away or recorded != (path, name, remotes, marks):
        return ProjectEntry(known.project_id, path, name, remotes, record.object_format, None, now, marks)
    return None


def presence_entries(project: Project, project_id: ProjectId) -> list[PresenceEntry]:
    """Return entries for other projects whose repository is gone, such as a deleted clone, or is back.

    Raises the LedgerUnavailable errors.
    """
    entries: list[PresenceEntry] = []
    with project.ledger.read() as snapshot:
        others = [(keys.project_of(key), record) for key, record in snapshot.scan(PROJECTS)]
    for other, record in others:
        if record.is_foreign:
            continue  # its repository is on another computer, whose ledger says if it is there
        try:
            is_away = other != project_id and ProjectFiles(Path(record.paths[0])).find_id() != other
        except OSError:
            continue  # a folder that cannot be read may still hold the project
        if is_away != record.away:
            entries.append(PresenceEntry(other, is_away))
    return entries
