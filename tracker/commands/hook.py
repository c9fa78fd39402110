"""``hook EVENT``: what the hooks start. Always exits 0, never talks: what goes wrong is in the recorder's log.

Two doors: the native stub has written its spool file already and starts this detached; the pre-commit framework calls
it with ``--pre-commit``, and then it writes the spool file itself and starts the recorder detached.
"""

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.fileio import FileLock
from tracker.projectfiles import ProjectFiles

_REBASE_PATIENCE: Final = 10.0
"""Seconds to wait for a rebase to put its branch in place: post-rewrite runs before that."""

_NICENESS: Final = 5
"""What a recorder in the background yields to whatever the user does next; it still gets its share."""

_FOREGROUND_DEADLINE: Final = 1.0
"""Seconds that a hook which git waits for may spend on the ledger's writer lock."""


def main(arguments: Sequence[str]) -> int:
    """Record what happened, if that can be done now; the exit code is always 0."""
    options = _options(arguments)
    common_dir: Path | None = None
    try:
        if "pre-commit" in options:
            _from_pre_commit(options["event"])
            return 0
        _detach(foreground="foreground" in options)
        git_dir = Path(options["git-dir"])
        common_dir = _common_dir(git_dir)
        os.chdir(common_dir)
        _record(options, git_dir, common_dir)
    except Exception:  # noqa: BLE001 - a hook never fails git; the log keeps what happened
        _log(common_dir)
    return 0


def _options(arguments: Sequence[str]) -> dict[str, str]:
    """``EVENT [--git-dir D] [--work-tree W] [--foreground] [--pre-commit] [ARG…]``; unknown words are arguments."""
    options: dict[str, str] = {"event": ""}
    words = iter(arguments)
    for word in words:
        if word in {"--git-dir", "--work-tree"}:
            options[word[2:]] = next(words, "")
        elif word in {"--foreground", "--pre-commit"}:
            options[word[2:]] = ""
        elif not options["event"]:
            options["event"] = word
        else:
            options["arguments"] = f"{options.get('arguments', '')} {word}".strip()
    return options


def _detach(*, foreground: bool) -> None:
    """Step into the background.

    It leaves the terminal's session, so that closing it or ending the caller's process group does not end recording.
    """
    if foreground or not hasattr(os, "setsid"):
        return
    with contextlib.suppress(PermissionError):  # already the leader of a session of its own
        os.setsid()
    os.nice(_NICENESS)


def _common_dir(git_dir: Path) -> Path:
    """The common git directory of a worktree's own (gitrepository-layout: the file ``commondir``)."""
    try:
        named = (git_dir / "commondir").read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
    except FileNotFoundError:
        return git_dir.resolve()
    return (git_dir / named).resolve()


def _record(options: dict[str, str], git_dir: Path, common_dir: Path) -> None:
    """One recorder at a time works in a project; it looks again when events came in meanwhile."""
    files = ProjectFiles(common_dir)
    lock = FileLock(files.lock)
    seen: set[str] = set()
    while files.find_id() is not None and lock.acquire(0):
        try:
            seen |= _events(files.spool)
            _reconcile(options, git_dir, common_dir)
        finally:
            lock.release()
        if _events(files.spool) <= seen:  # an event still being written is left to whoever writes it
            return


def _events(spool: Path) -> set[str]:
    try:
        return {path.name for path in spool.iterdir()}
    except FileNotFoundError:
        return set()


def _reconcile(options: dict[str, str], git_dir: Path, common_dir: Path) -> None:
    from tracker.reconcile import reconcile
    from tracker.repository import Repository
    from tracker.session import open_session

    work_tree = options.get("work-tree")
    repository = Repository.at_git_dir(git_dir, Path(work_tree) if work_tree else None)
    foreground = "foreground" in options
    if options["event"] == "post-rewrite" and not foreground:
        end = time.monotonic() + _REBASE_PATIENCE
        while repository.is_replaying() and time.monotonic() < end:
            time.sleep(0.02)
    deadline = _FOREGROUND_DEADLINE if foreground else 10.0
    outcome = reconcile(open_session(repository, {}, deadline))
    for notice in outcome.notices:
        ProjectFiles(common_dir).log(f"{_now()} {notice}\n")


def _from_pre_commit(event: str) -> None:
    from tracker import precommit

    git_dir = precommit.witness(event)
    if git_dir is not None:
        precommit.start_recorder(event, git_dir)


def _log(common_dir: Path | None) -> None:
    """The sentence of a known error, or a defect's traceback, into the recorder's log."""
    from tracker.errors import TrackerError

    error = sys.exception()
    if isinstance(error, TrackerError):
        text = f"{_now()} {error}\n"
    else:
        import traceback

        from tracker import __version__

        text = f"{_now()} agent-tracker {__version__}, Python {sys.version.split()[0]}\n{traceback.format_exc()}"
    if common_dir is None:
        common_dir = Path.cwd() / ".git"
    if (common_dir / "agent-tracker").is_dir():
        ProjectFiles(common_dir).log(text)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
