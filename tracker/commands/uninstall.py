"""``uninstall``: take back all that ``init`` did in a repository; the ledger stays."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from tracker import diagnosis, hookfiles, status, terminal
from tracker.errors import LedgerUnavailable
from tracker.reconcile import reconcile
from tracker.repository import Repository
from tracker.session import Session, open_session


def run(path: str, flags: Mapping[str, str | None], *, force: bool) -> int:
    """Stop tracking the repository at ``path``. What waits in the spool is recorded first.

    Raises LedgerUnavailable when that cannot be done and ``force`` is not given, and the other TrackerErrors.
    """
    session = open_session(Repository.find(path), flags)
    session.files.id()
    try:
        reconcile(session)
    except LedgerUnavailable as error:
        if not force:
            raise
        terminal.warn(f"{error} What waits in the spool is given up (--force).")
    hooks_dir = session.repository.hooks_dir()
    done = hookfiles.remove(hooks_dir)
    if session.files.made_hooks_dir():
        with contextlib.suppress(OSError):  # somebody keeps a hook of theirs in it
            hooks_dir.rmdir()
    for worktree in status.places(session.repository):
        done += _remove_status(session, Path(worktree.path))
    named = diagnosis.hooks.named_in_configuration(session.repository)
    session.files.remove()
    for line in done:
        terminal.say(terminal.harmless(line))
    if named:
        ids = ", ".join(f"agent-tracker-{event}" for event in sorted(named))
        terminal.say(f"The pre-commit configuration still names {ids}: take that out, or the next event begins again.")
    terminal.say(f"No longer tracked. The ledger stays: {terminal.harmless(str(session.ledger.path))}")
    return 0


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
