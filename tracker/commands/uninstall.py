"""``uninstall``: take back all that ``init`` did in a repository; the ledger stays."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker import diagnosis, hookconfig, hookfiles, instructionfiles, status, terminal
from tracker.errors import LedgerUnavailable
from tracker.fileio import FileLock
from tracker.reconcile import reconcile
from tracker.repository import Repository
from tracker.session import Session, open_session

_PATIENCE: Final = 30.0
"""Seconds to wait for recorders to end; one that takes longer finds the project gone and stops by itself."""


def run(path: str, flags: Mapping[str, str | None], *, force: bool) -> int:
    """Stop tracking the repository at ``path``. What waits in the spool is recorded first.

    Raises LedgerUnavailable when that cannot be done and ``force`` is not given, and the other TrackerErrors.
    """
    session = open_session(Repository.named(path), flags)
    files = session.files
    files.id()
    # A recorder still at work would put back what is taken away here.
    with FileLock(files.lock).held(_PATIENCE):
        try:
            reconcile(session)
        except LedgerUnavailable as error:
            if not force:
                raise
            terminal.warn(f"{error} What waits in the spool is given up (--force).")
        waiting = len(session.pending.read())
        done, left = _remove_hooks(session)
        taken, kept = instructionfiles.take_back(session.repository, status.places(session.repository))
        done, left = [*done, *taken], [*left, *kept]
        named = diagnosis.hooks.named_in_configuration(session.repository)
        with files.status_lock().held(_PATIENCE):
            files.end()
            for worktree in status.places(session.repository):
                done += _remove_status(session, Path(worktree.path))
            files.remove()
    for line in (*done, *left):
        terminal.say(terminal.harmless(line))
    if waiting:
        terminal.say(f"{waiting} grades waited for a commit that was never made, and are given up.")
    if named:
        ids = ", ".join(hookfiles.framework_id(event) for event in sorted(named))
        then = "the next event begins again" if named - {hookfiles.GUARD} else "the guard goes on"
        terminal.say(f"The pre-commit configuration still names {ids}: take that out, or {then}.")
    terminal.say(f"No longer tracked. The ledger stays: {terminal.harmless(str(session.ledger.path))}")
    return 0


def _remove_hooks(session: Session) -> tuple[list[str], list[str]]:
    """What was taken back, and which lines in hooks that are not ours to write have no effect any more."""
    common_dir = session.repository.common_dir
    places = [place.directory for place in session.repository.hooks_places()]
    # core.hooksPath may have been set after our hooks were written, and they stand where git does not look now.
    own = dict.fromkeys(place for place in (common_dir / "hooks", *places) if _is_own(place, common_dir))
    done = hookconfig.remove(common_dir, hookfiles.EVERY)
    for place in own:
        done += hookfiles.remove(place)
        if session.files.made_hooks_dir():
            with contextlib.suppress(OSError):  # somebody keeps a hook of theirs in it
                place.rmdir()
    left = [line for place in places if place not in own for line in hookfiles.lines_left(place)]
    return done, left


def _is_own(place: Path, common_dir: Path) -> bool:
    return place.is_dir() and hookfiles.is_writable_place(place, common_dir)


def _remove_status(session: Session, work_tree: Path) -> list[str]:
    """Remove the status file, and the folder when nothing but ours was in it."""
    folder = work_tree / status.FOLDER
    if folder.is_symlink() or session.repository.is_path_tracked(work_tree, status.PATH):
        return []
    if not status.is_ours(folder / status.NAME):
        return []
    done: list[str] = []
    ignore = folder / ".gitignore"
    with contextlib.suppress(OSError):  # what cannot be removed is not what we wrote
        if ignore.is_file() and ignore.read_text(encoding="utf-8", errors="replace") in status.IGNORE_FILES:
            ignore.unlink()
    with contextlib.suppress(OSError):
        (folder / status.NAME).unlink()
        done.append(f"Removed {folder / status.NAME}.")
    with contextlib.suppress(OSError):  # the user keeps something in it, or it is not there
        folder.rmdir()
    return done
