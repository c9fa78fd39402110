"""``uninstall``: take back all that ``init`` did in a repository; the ledger stays."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.cli import output
from tracker.errors import LedgerUnavailable
from tracker.files import FileLock
from tracker.git import Repository
from tracker.hooks import agent_docs, git_config_hooks
from tracker.hooks.directories import is_writable_place
from tracker.hooks.events import EVERY, GUARD, framework_id
from tracker.hooks.remove import lines_left, remove
from tracker.project.project import Project, open_project
from tracker.recording.reconcile import reconcile
from tracker.reports import doctor, status_file
from tracker.text import printable

_PATIENCE: Final = 30.0
"""Seconds to wait for recorders to end; one that takes longer finds the project gone and stops by itself."""


def run(path: str, flags: Mapping[str, str | None], *, force: bool) -> int:
    """Stop tracking the repository at ``path``. What waits in the spool is recorded first.

    Raises LedgerUnavailable when that cannot be done and ``force`` is not given, and the other TrackerErrors.
    """
    project = open_project(Repository.named(path), flags)
    files = project.files
    files.id()
    # A recorder still at work would put back what is taken away here.
    with FileLock(files.lock).held(_PATIENCE):
        try:
            reconcile(project)
        except LedgerUnavailable as error:
            if not force:
                raise
            output.warn(f"{error} What waits in the spool is given up (--force).")
        waiting = len(project.pending.read())
        done, left = _remove_hooks(project)
        taken, kept = agent_docs.take_back(project.repository, status_file.places(project.repository))
        done, left = [*done, *taken], [*left, *kept]
        named = doctor.check_hooks.named_in_configuration(project.repository)
        with files.status_lock().held(_PATIENCE):
            files.end()
            for worktree in status_file.places(project.repository):
                done += _remove_status(project, Path(worktree.path))
            files.remove()
    for line in (*done, *left):
        output.say(printable(line))
    if waiting:
        output.say(f"{waiting} grades waited for a commit that was never made, and are given up.")
    if named:
        ids = ", ".join(framework_id(event) for event in sorted(named))
        then = "the next event begins again" if named - {GUARD} else "the guard goes on"
        output.say(f"The pre-commit configuration still names {ids}: take that out, or {then}.")
    output.say(f"No longer tracked. The ledger stays: {printable(str(project.ledger.path))}")
    return 0


def _remove_hooks(project: Project) -> tuple[list[str], list[str]]:
    """What was taken back, and which lines in hooks that are not ours to write have no effect any more."""
    common_dir = project.repository.common_dir
    places = [place.directory for place in project.repository.hooks_places()]
    # core.hooksPath may have been set after our hooks were written, and they stand where git does not look now.
    own = dict.fromkeys(place for place in (common_dir / "hooks", *places) if _is_own(place, common_dir))
    done = git_config_hooks.remove(common_dir, EVERY)
    for place in own:
        done += remove(place)
        if project.files.made_hooks_dir():
            with contextlib.suppress(OSError):  # somebody keeps a hook of theirs in it
                place.rmdir()
    left = [line for place in places if place not in own for line in lines_left(place)]
    return done, left


def _is_own(place: Path, common_dir: Path) -> bool:
    return place.is_dir() and is_writable_place(place, common_dir)


def _remove_status(project: Project, work_tree: Path) -> list[str]:
    """Remove the status file, and the folder when nothing but ours was in it."""
    folder = work_tree / status_file.FOLDER
    if folder.is_symlink() or project.repository.is_path_tracked(work_tree, status_file.PATH):
        return []
    if not status_file.is_ours(folder / status_file.NAME):
        return []
    done: list[str] = []
    ignore = folder / ".gitignore"
    with contextlib.suppress(OSError):  # what cannot be removed is not what we wrote
        if ignore.is_file() and ignore.read_text(encoding="utf-8", errors="replace") in status_file.IGNORE_FILES:
            ignore.unlink()
    with contextlib.suppress(OSError):
        (folder / status_file.NAME).unlink()
        done.append(f"Removed {folder / status_file.NAME}.")
    with contextlib.suppress(OSError):  # the user keeps something in it, or it is not there
        folder.rmdir()
    return done
