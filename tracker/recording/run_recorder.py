"""``hook EVENT [ARG…]``: what the hooks start. Always exits 0, never talks: what goes wrong is in the recorder's logs.

Two doors: the native stub has written its spool file already and starts the recorder detached, which ``--git-dir``
tells. A hook manager calls it without that (the pre-commit framework with ``--pre-commit``): then it writes the spool
file itself, and starts the recorder.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.files import FileLock
from tracker.project.files import ProjectFiles

_ENDS_OF_SERIES: Final = ("post-rewrite", "post-applypatch")
_REBASE_PATIENCE: Final = 10.0
"""Seconds to wait for a rebase or am to put its branch in place and be done: these hooks run before that."""

_NICENESS: Final = 5
"""What a recorder in the background yields to whatever the user does next; it still gets its share."""

_FOREGROUND_DEADLINE: Final = 1.0
"""Seconds that a hook which git waits for may spend on the ledger's writer lock."""


def main(arguments: Sequence[str]) -> int:
    """Record what happened, if that can be done now; the exit code is always 0."""
    options = _options(arguments)
    common_dir: Path | None = None
    try:
        if options.git_dir is None:
            common_dir = _witness(options)
            return 0
        _detach(foreground=options.foreground)
        common_dir = _common_dir(options.git_dir)
        os.chdir(common_dir)
        _record(options, options.git_dir, common_dir)
    except Exception:  # noqa: BLE001 - a hook never fails git; the log keeps what happened
        with contextlib.suppress(Exception):  # not even where there is no folder to write it to
            _log(common_dir)
    except KeyboardInterrupt:
        pass  # whoever ends a hook wants to hear nothing; the next event records what this one did not
    return 0


class _Options(NamedTuple):
    """The words of the command line. ``foreground``: git waits for this process."""

    event: str
    arguments: tuple[str, ...]
    git_dir: Path | None
    work_tree: Path | None
    foreground: bool
    pre_commit: bool


def _options(arguments: Sequence[str]) -> _Options:
    """``[--pre-commit] EVENT [--git-dir D] [--work-tree W] [--foreground] [ARG…]``; unknown words are arguments."""
    places: dict[str, Path] = {}
    switches: set[str] = set()
    plain: list[str] = []
    words = iter(arguments)
    for word in words:
        if word in {"--git-dir", "--work-tree"}:
            places[word] = Path(next(words, ""))
        elif word in {"--foreground", "--pre-commit"}:
            switches.add(word)
        else:
            plain.append(word)
    return _Options(
        event=plain[0] if plain else "",
        arguments=tuple(plain[1:]),
        git_dir=places.get("--git-dir"),
        work_tree=places.get("--work-tree"),
        foreground="--foreground" in switches,
        pre_commit="--pre-commit" in switches,
    )


def _detach(*, foreground: bool) -> None:
    """Step into the background.

    It leaves the terminal's session, so that closing it or ending the caller's process group does not end recording.
    """
    if foreground or not hasattr(os, "setsid"):
        return
    with contextlib.suppress(PermissionError):  # already the leader of a session of its own
        os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the stub had it ignored until here; whoever means us may end us
    os.nice(_NICENESS)


def _common_dir(git_dir: Path) -> Path:
    """The common git directory of a worktree's own (gitrepository-layout: the file ``commondir``)."""
    try:
        named = (git_dir / "commondir").read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
    except FileNotFoundError:
        return git_dir.resolve()
    return (git_dir / named).resolve()


def _record(options: _Options, git_dir: Path, common_dir: Path) -> None:
    """One recorder at a time works in a project; it looks again when events came in meanwhile."""
    files = ProjectFiles(common_dir)
    lock = FileLock(files.lock)
    seen: set[str] = set()
    patience = _FOREGROUND_DEADLINE if options.foreground else 0
    while files.find_id() is not None and lock.acquire(patience):
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


def _reconcile(options: _Options, git_dir: Path, common_dir: Path) -> None:
    from tracker.git import Repository
    from tracker.project.project import open_project
    from tracker.recording.reconcile import reconcile

    repository = Repository.at_git_dir(git_dir, options.work_tree)
    if options.event in _ENDS_OF_SERIES and not options.foreground:
        end = time.monotonic() + _REBASE_PATIENCE
        while repository.is_replaying() and time.monotonic() < end:
            time.sleep(0.02)
    deadline = _FOREGROUND_DEADLINE if options.foreground else 10.0
    outcome = reconcile(open_project(repository, {}, deadline), hurried=options.foreground)
    for notice in outcome.notices:
        ProjectFiles(common_dir).log_trouble(f"{_now()} {notice}\n")


def _witness(options: _Options) -> Path | None:
    """Write the event and see to it that it is recorded; the common git directory, None where nothing is to be done."""
    from tracker.recording import capture_event

    arguments = capture_event.pre_commit_arguments(options.event) if options.pre_commit else options.arguments
    project = capture_event.witness(options.event, arguments, begin=options.pre_commit)
    if project is None:
        return None
    repository = project.repository
    if project.settings.mode == "sync":
        _record(options._replace(foreground=True), repository.git_dir, repository.common_dir)
    if project.settings.mode != "sync" or repository.is_replaying():
        # git has yet to move the branch: what follows is recorded once more, and nobody waits for it.
        capture_event.start_recorder(options.event, repository.git_dir, repository.work_tree or Path.cwd())
    return repository.common_dir


def _log(common_dir: Path | None) -> None:
    """The sentence of a known error into the recorder's log, or a defect's traceback into that of defects."""
    from tracker.errors import TrackerError

    files = ProjectFiles(common_dir or Path.cwd() / ".git")
    if not files.folder.is_dir():
        return
    error = sys.exception()
    if isinstance(error, TrackerError):
        files.log_trouble(f"{_now()} {error}\n")
    else:
        import traceback

        from tracker import __version__

        about = f"{_now()} agent-tracker {__version__}, Python {sys.version.split()[0]}"
        files.log_defect(f"{about}\n{traceback.format_exc()}")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
