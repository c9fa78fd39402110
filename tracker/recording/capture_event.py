"""Build and spool a hook's event in Python, for hook managers that run ``agent-tracker hook EVENT [ARG…]``.

The pre-commit framework runs it with ``--pre-commit``. The framework names no stage in the environment and consumes the
standard input of post-rewrite, so the pairs are read from git's own files while the hook runs (docs/pre-commit.md).
"""

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.attribution import Catalogue, captured_variables, processes
from tracker.attribution.capture_policy import has_marks
from tracker.git import Repository
from tracker.git.in_progress import parse_pairs
from tracker.model import Event, Oid
from tracker.project import start
from tracker.project.files import ProjectFiles
from tracker.project.project import Project, open_project, user_catalogue
from tracker.project.spool import Spool
from tracker.project.trusted_settings import recording_places

_INPUT_DEADLINE: Final = 2.0
"""Seconds to wait for standard input: a manager may give its hooks one that is never closed."""

_PROCESS_HOOKS: Final = frozenset({"post-commit", "post-merge"})
"""Hooks that see a commit made, and search for the agent's process; in a terminal only where a mark of one is set."""

_MAX_INPUT: Final = 16 << 20
"""Bytes of standard input that are read."""

_PRE_COMMIT_ARGUMENTS: Final[Mapping[str, Sequence[str]]] = {
    "post-rewrite": ("PRE_COMMIT_REWRITE_COMMAND",),
    "post-merge": ("PRE_COMMIT_IS_SQUASH_MERGE",),
    "post-checkout": ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE"),
}
"""Variables in which the framework passes git's arguments on (https://pre-commit.com, "Supported git hooks")."""


def capture(hook: str, arguments: Sequence[str], *, begin: bool) -> Project | None:
    """Write this hook's event into the spool; return the project to record now, or None if there is nothing to record.

    ``begin``: start to track a repository that is not tracked, since its configuration names this hook; otherwise it is
    left alone.

    Raises RepositoryError when there is no repository, ConfigError when a setting is wrong, and OSError when the git
    directory cannot be written.
    """
    repository = Repository.from_hook()
    files = ProjectFiles(repository.common_dir)
    is_tracked = files.is_tracked()
    replaying = repository.is_replaying()
    if not (is_tracked or begin) or (hook == "post-checkout" and (arguments[2:3] == ["0"] or replaying)):
        return None
    head = repository.head()
    files.make_spool()
    # Before any setting is read: a mistyped one must not lose what only this moment shows.
    Spool(files.spool, files.set_aside, files.permissions).write(
        event_of_process(hook, arguments, repository, head, user_catalogue(recording_places(files)))
    )
    # What begins to be tracked must not get another ledger than the settings name.
    project = open_project(repository, {}, deadline=1.0, in_hook=is_tracked)
    if not is_tracked:
        start.start_tracking(project, _baseline_before(project, hook, head))
    return None if replaying and hook not in {"post-rewrite", "post-applypatch"} else project


def pre_commit_arguments(hook: str) -> list[str]:
    """Return the arguments that git gave the hook, from the variables in which the pre-commit framework passes them."""
    return [os.environ.get(name, "") for name in _PRE_COMMIT_ARGUMENTS.get(hook, ())]


def start_recorder(hook: str, git_dir: Path, work_tree: Path) -> None:
    """Start the recorder detached, with standard input and output at the null device, so that git does not wait for it.

    Raises OSError when no process can be started.
    """
    # Isolated only as this process is: -I leaves out the user's site directory, where the package may be installed.
    flags = ["-I"] if sys.flags.isolated else ["-P", "-E"]
    place = ["--git-dir", str(git_dir), "--work-tree", str(work_tree)]
    subprocess.Popen(
        [sys.executable, *flags, "-m", "tracker", "hook", hook, *place],
        cwd=git_dir,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        start_new_session=True,
    )


def _baseline_before(project: Project, hook: str, head: Oid | None) -> tuple[Oid, ...]:
    """Return the baseline of a project that starts with this event: the tips before its commit was made."""
    tips = set(start.current_tips(project))
    for commit in project.repository.commits([head] if head else []):
        if hook == "post-commit" or (hook == "post-merge" and len(commit.parents) > 1):
            tips.discard(commit.oid)
            tips.update(commit.parents)
    return tuple(sorted(tips))


def event_of_process(
    hook: str, arguments: Sequence[str], repository: Repository, head: Oid | None, catalogue: Catalogue
) -> Event:
    """Return the event of this process's hook: its arguments, git's state and the allow-listed environment."""
    has_terminal, ancestors = sys.stderr.isatty(), processes.Ancestors()
    if hook in _PROCESS_HOOKS and (not has_terminal or has_marks(os.environ, catalogue)):
        ancestors = processes.look_up(catalogue, os.environ)
    return Event(
        name="",
        hook=hook,
        arguments=tuple(arguments),
        time=int(time.time()),
        work_tree=str(Path.cwd()),
        head=head,
        author_date=os.environ.get("GIT_AUTHOR_DATE"),
        picking=repository.is_replaying() or repository.cherry_pick_head() is not None,
        merging=(repository.git_dir / "MERGE_HEAD").exists(),
        terminal=has_terminal,
        environment=captured_variables(os.environ, catalogue),
        pairs=_pairs(arguments, repository, head) if hook == "post-rewrite" else (),
        picked=None if repository.is_replaying() else repository.cherry_pick_head(),
        process=ancestors.agent,
        branch=repository.branch(),
        alone=has_terminal and ancestors.agent is None and ancestors.are_all_read,
    )


def _pairs(arguments: Sequence[str], repository: Repository, head: Oid | None) -> tuple[tuple[Oid, Oid], ...]:
    """Return the pairs of post-rewrite, from standard input or from git's files.

    git keeps a rebase's list in its state directory; an amend's pair is the newest entry of HEAD's reflog.
    """
    listed = parse_pairs(_read_input()) or repository.rewritten_pairs()
    if listed:
        return tuple(listed)
    if arguments[:1] == ["amend"]:
        for entry in repository.reflogs.of_head(1):
            if entry.new == head and entry.action == "amend":
                return ((entry.old, entry.new),)
    return ()


def _read_input() -> str:
    """Return the standard input that arrives before the deadline; empty if it is a terminal or closed."""
    if sys.stdin is None or sys.stdin.isatty() or sys.platform == "win32":  # there select() accepts only sockets
        return ""
    descriptor, data = sys.stdin.fileno(), b""
    end = time.monotonic() + _INPUT_DEADLINE
    while len(data) < _MAX_INPUT and select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            break
        data += piece
    return data.decode("ascii", "replace")
