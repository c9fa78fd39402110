"""The command ``hook EVENT [ARG…]``, which hooks start: exit code 0, no output, errors go to the recorder's logs.

With ``--git-dir`` the native hook has spooled its event already and started this process as the recorder. Without it a
hook manager runs the command (the pre-commit framework with ``--pre-commit``): then it spools the event and starts the
recorder. Most recorders find another one at work and end, so this module imports nothing heavy.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.files import FileLock, open_regular, read_regular
from tracker.project.event_file import LAST_LINE
from tracker.project.files import ProjectFiles
from tracker.recording.detachment import detach

if TYPE_CHECKING:
    from tracker.project.project import Project

_HOOKS_BEFORE_END: Final = ("post-rewrite", "post-applypatch")
"""Hooks that run before a rebase or am has moved its branch and removed its state."""

_REBASE_DEADLINE: Final = 10.0
"""Seconds to wait after such a hook for the rebase or am to end."""

_POLL_INTERVAL: Final = 0.02
"""Seconds between two checks for that."""

_FOREGROUND_DEADLINE: Final = 1.0
"""Seconds that a hook which git waits for may wait for the recorder's and the ledger's lock."""

_BACKGROUND_DEADLINE: Final = 10.0
"""Seconds that a recorder in the background may wait for the ledger's lock."""

_GARBAGE_THRESHOLD: Final = 50_000
"""Objects made before Python looks for unreachable cycles: the imports make many objects and no garbage."""


def main(arguments: Sequence[str], afterwards: Callable[[Project], None] | None = None) -> int:
    """Record the event, if that is possible now; return the exit code, which is always 0.

    ``afterwards``: called at the end by a recorder that git does not wait for and that recorded something.
    """
    gc.set_threshold(_GARBAGE_THRESHOLD)
    options = _options(arguments)
    common_dir: Path | None = None
    try:
        if options.git_dir is None:
            common_dir = _capture_and_record(options)
            return 0
        _detach(foreground=options.foreground)
        common_dir = _common_dir(options.git_dir)
        os.chdir(common_dir)
        project = _record(options, options.git_dir, common_dir)
        if project is not None and not options.foreground:
            _read_costs(project)  # without the lock, for which a hook may wait
            if afterwards is not None:
                afterwards(project)
    except Exception:  # noqa: BLE001 - a hook never fails git; the log keeps what happened
        from tracker.recording.failure_log import log_failure

        log_failure(common_dir)
    except KeyboardInterrupt:
        pass  # an interrupted hook prints nothing; the next event records what this one did not
    return 0


class _Options(NamedTuple):
    """The arguments of the command. ``foreground``: git waits for this process."""

    event: str
    arguments: tuple[str, ...]
    git_dir: Path | None
    work_tree: Path | None
    foreground: bool
    pre_commit: bool


def _options(arguments: Sequence[str]) -> _Options:
    """Parse ``[--pre-commit] EVENT [--git-dir D] [--work-tree W] [--foreground] [ARG…]``; all else is an ARG."""
    paths: dict[str, Path] = {}
    switches: set[str] = set()
    plain: list[str] = []
    words = iter(arguments)
    for word in words:
        if word in {"--git-dir", "--work-tree"}:
            paths[word] = Path(next(words, ""))
        elif word in {"--foreground", "--pre-commit"}:
            switches.add(word)
        else:
            plain.append(word)
    return _Options(
        event=plain[0] if plain else "",
        arguments=tuple(plain[1:]),
        git_dir=paths.get("--git-dir"),
        work_tree=paths.get("--work-tree"),
        foreground="--foreground" in switches,
        pre_commit="--pre-commit" in switches,
    )


def _detach(*, foreground: bool) -> None:
    """Move this process to the background, unless git waits for it."""
    if foreground or not hasattr(os, "setsid"):
        return
    detach()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the native hook ignores it until here; now it may end this process


def _common_dir(git_dir: Path) -> Path:
    """Return the common git directory of a worktree's git directory (gitrepository-layout(5), ``commondir``).

    ``git.location.at`` does this too, but importing it doubles the time until the lock is tried, which this process
    spends for every event of a rebase.
    """
    try:
        named = os.fsdecode(read_regular(git_dir / "commondir")).rstrip("\n")
    except FileNotFoundError:
        return git_dir.resolve()
    return (git_dir / named).resolve()


def _record(options: _Options, git_dir: Path, common_dir: Path) -> Project | None:
    """Reconcile under the recorder's lock, and again while new events arrive; do nothing if another recorder has it.

    Return the project; None if nothing was done.

    An event that its hook is still writing is not covered by a reconcile that begins now. Its own recorder may find the
    lock taken, so this one looks again after it has released the lock.
    """
    files = ProjectFiles(common_dir)
    lock = FileLock(files.lock, files.permissions.file)
    covered: set[str] = set()
    project: Project | None = None
    deadline = _FOREGROUND_DEADLINE if options.foreground else 0
    while files.is_tracked() and lock.acquire(deadline):
        try:
            covered |= _finished_events(files.spool, covered)
            project = _reconcile(options, git_dir, common_dir)
        finally:
            lock.release()
        if not _finished_events(files.spool, covered):  # a hook that still writes will find the lock free
            break
    return project


def _finished_events(spool: Path, known: set[str]) -> set[str]:
    """Return the names of the events in the spool that are written to their end, without the known ones."""
    try:
        names = {path.name for path in spool.iterdir() if not path.name.startswith(".")}
    except FileNotFoundError:
        return set()
    return {name for name in names - known if _is_finished(spool / name)}


def _is_finished(path: Path) -> bool:
    """Return True if a file in the spool ends as an event does; it may be gone or still be written."""
    end = f"\n{LAST_LINE}\n".encode()
    try:
        with open_regular(path) as file:
            file.seek(max(0, path.stat().st_size - len(end)))
            return file.read() == end
    except OSError:
        return False


def _reconcile(options: _Options, git_dir: Path, common_dir: Path) -> Project:
    """Reconcile once, after the rebase or am that the event belongs to has ended; log the notices."""
    from tracker.git import Repository
    from tracker.project.project import open_project
    from tracker.recording.reconcile import reconcile

    repository = Repository.at_git_dir(git_dir, options.work_tree)
    if options.event in _HOOKS_BEFORE_END and not options.foreground:
        end = time.monotonic() + _REBASE_DEADLINE
        while repository.is_replaying() and time.monotonic() < end:
            time.sleep(_POLL_INTERVAL)
    deadline = _FOREGROUND_DEADLINE if options.foreground else _BACKGROUND_DEADLINE
    project = open_project(repository, {}, deadline, in_hook=True)
    outcome = reconcile(project, git_waits=options.foreground)
    if outcome.notices:
        from tracker.recording.failure_log import log_sentence

        for notice in outcome.notices:
            log_sentence(common_dir, notice)
    return project


def _read_costs(project: Project) -> None:
    """Read what earlier commits cost, at most once an hour, since agents delete their sessions after some days."""
    now = int(time.time())
    marks = project.files.read_marks
    if project.settings.costs and project.is_own_ledger and marks.costs_are_due(now):
        from tracker.costs.collect import collect

        if not collect(project, is_background=True).settled:
            marks.remember_no_costs(now)


def _capture_and_record(options: _Options) -> Path | None:
    """Spool the event, then record it or start a recorder.

    Return the common git directory; None if there was nothing to do.
    """
    from tracker.recording import capture_event

    arguments = capture_event.pre_commit_arguments(options.event) if options.pre_commit else options.arguments
    project = capture_event.capture(options.event, arguments, begin=options.pre_commit)
    if project is None:
        return None
    repository = project.repository
    if project.settings.mode == "sync":
        _record(options._replace(foreground=True), repository.git_dir, repository.common_dir)
    if project.settings.mode != "sync" or repository.is_replaying():
        # In mode sync git has yet to move the branch: a recorder that git does not wait for records what follows.
        capture_event.start_recorder(options.event, repository.git_dir, repository.work_tree or Path.cwd())
    return repository.common_dir
