"""Write ``.agent/status.json`` into every worktree of a project.

Derived data: replaced by a rename in its own folder, never fsynced, and never by an older state of the ledger. A folder
that is a symbolic link is never followed, and a status file that the user tracks is left alone (design, section 7).
"""

import contextlib
import os
import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tracker.attribution import Catalogue
from tracker.errors import RepositoryError
from tracker.files import open_regular, write_beneath
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.model import Event, ProjectId, Worktree
from tracker.project.files import ProjectFiles
from tracker.reports import status
from tracker.scoring import Policy

FOLDER: Final = ".agent"
NAME: Final = "status.json"
PATH: Final = f"{FOLDER}/{NAME}"
"""The status file, relative to the worktree."""

IGNORE_EVERYTHING: Final = "*\n"
IGNORE_OURS: Final = f"/.gitignore\n/{NAME}\n"
IGNORE_FILES: Final = (IGNORE_EVERYTHING, IGNORE_OURS)
"""The contents that we write into ``.agent/.gitignore``: it ignores everything, or only our files if the user keeps
others there."""

_LONGEST: Final = 4 << 20
"""Bytes of a status file that are read; ours are far shorter."""

_MOVE: Final = "move it out of the way, then: agent-tracker sync"
"""The repair where something else has the place of the status file or of its folder."""

_PATIENCE: Final = 1.0
"""Seconds to wait for another process that writes these files: the last to read the ledger should write last."""


def export(
    repository: Repository,
    ledger: Ledger,
    files: ProjectFiles,
    rules: Catalogue,
    policy: Policy,
    project_id: ProjectId,
    events: Sequence[Event],
) -> None:
    """Write the status file of every worktree; skip those where ``obstacle`` returns something.

    ``events``: those just recorded; the newest of a worktree names its current agent. Nothing is written if the project
    is not tracked any more. Raises RepositoryError and the LedgerUnavailable errors.
    """
    with contextlib.ExitStack() as held:
        alone = False
        with contextlib.suppress(OSError):  # the git directory is read-only; the worktree may be writable
            alone = held.enter_context(files.status_lock().hold(_PATIENCE))
        since = time.monotonic()
        if files.find_id() != project_id:
            return  # uninstalled while this recorder was running
        views = [one for tree in existing_worktrees(repository) if (one := _view(repository, files, tree)) is not None]
        with ledger.read() as snapshot:
            contents = [
                status.describe(
                    snapshot, project_id, one, policy, status.surrounding_agent(one.worktree, events, rules)
                )
                for one in views
            ]
        # A process that waited for this lock in vain writes without it: only then may the file be newer than ours.
        alone = alone and time.monotonic() - since < _PATIENCE
        for one, content in zip(views, contents, strict=True):
            if alone or not _is_newer(Path(one.worktree.path) / PATH, content["as_of"]):
                _write(Path(one.worktree.path), content)


def _view(repository: Repository, files: ProjectFiles, tree: Worktree) -> status.WorktreeStatus | None:
    """Return what the status file of a worktree says of it; None if none can be written there.

    Git cannot read a worktree whose own git directory is damaged: ``doctor`` names it, and the others get their files.
    """
    try:
        return status.worktree_status(repository, files, tree) if obstacle(repository, tree) is None else None
    except (RepositoryError, OSError):
        return None


def existing_worktrees(repository: Repository) -> list[Worktree]:
    """Return the worktrees whose folder exists, without git directories that git lists as worktrees.

    Raises RepositoryError.
    """
    trees = ((tree, Path(tree.path)) for tree in repository.worktrees())
    return [tree for tree, path in trees if path.is_dir() and path.resolve() != repository.common_dir]


class Obstacle(NamedTuple):
    """The reason, a sentence, why a status file cannot be written, and the step that ends it (``repair``)."""

    sentence: str
    repair: str


def obstacle(repository: Repository, worktree: Worktree) -> Obstacle | None:
    """Return why the status file cannot be written into a worktree, or None. Raises RepositoryError."""
    folder = Path(worktree.path) / FOLDER
    place = folder if folder.exists() else Path(worktree.path)
    if folder.is_symlink():
        return Obstacle(f"{folder} is a symbolic link, so status.json is not written.", _MOVE)
    if folder.exists() and not folder.is_dir():
        return Obstacle(f"{folder} is not a folder, so status.json is not written.", _MOVE)
    if (folder / NAME).exists() and not (folder / NAME).is_file():
        return Obstacle(f"{folder / NAME} is not a regular file, so status.json is not written.", _MOVE)
    if not os.access(place, os.W_OK | os.X_OK):
        return Obstacle(
            f"{place} cannot be written, so {PATH} is missing or out of date.",
            "make it writable, then: agent-tracker sync",
        )
    if repository.is_path_tracked(Path(worktree.path), PATH):
        return Obstacle(
            f"{PATH} is tracked by git in {worktree.path}, so it is not written.",
            f"git -C {shlex.quote(worktree.path)} rm -q --cached {PATH} && agent-tracker sync",
        )
    if not is_ours(folder / NAME):
        return Obstacle(f"{folder / NAME} was not written by agent-tracker, so it is left alone.", _MOVE)
    return None


def is_ours(path: Path) -> bool:
    """Return True if a status file may be replaced: absent, a link (replaced, not followed), empty, or one of ours."""
    if path.is_symlink() or not path.exists():
        return True
    try:
        content = _read(path)
    except (OSError, orjson.JSONDecodeError):
        return False
    project = content.get("project") if isinstance(content, dict) else None
    return content is None or (isinstance(project, dict) and "id" in project and isinstance(content.get("schema"), int))


def _is_newer(path: Path, as_of: Mapping[str, int]) -> bool:
    """Return True if a status file shows a later state of the same ledger than ``as_of``."""
    try:
        content = _read(path)
    except (OSError, orjson.JSONDecodeError):
        return False
    shown = content.get("as_of") if isinstance(content, dict) else None
    return (
        isinstance(shown, dict)
        and shown.get("ledger") == as_of["ledger"]
        and isinstance(shown.get("sequence"), int)
        and shown["sequence"] > as_of["sequence"]
    )


def _read(path: Path) -> Any:
    """Return the content of a status file, None if it is empty. Raises OSError, JSONDecodeError."""
    with open_regular(path) as file:
        data = file.read(_LONGEST)
    return orjson.loads(data) if data.strip() else None


def _write(work_tree: Path, content: dict[str, Any]) -> None:
    """Write a worktree's status file, and ``.gitignore`` beside it if there is none; give up where that is refused."""
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    folder = work_tree / FOLDER
    with contextlib.suppress(OSError):  # doctor reports a worktree that cannot be written (obstacle)
        if not (folder / ".gitignore").exists():
            # Git must go on showing files that the user keeps in this folder.
            only_ours = not folder.exists() or {path.name for path in folder.iterdir()} <= {NAME, ".gitignore"}
            write_beneath(work_tree, FOLDER, ".gitignore", (IGNORE_EVERYTHING if only_ours else IGNORE_OURS).encode())
        write_beneath(work_tree, FOLDER, NAME, data)
