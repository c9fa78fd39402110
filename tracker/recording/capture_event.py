"""The door of hook managers: what a hook's moment knows, when Python is called instead of our shell stub.

Any manager may call ``agent-tracker hook EVENT ARG…``; the pre-commit framework does it with ``--pre-commit``. It names
no stage in the environment and swallows post-rewrite's standard input, so the pairs are read from git's own files while
the hook runs (docs/pre-commit.md).
"""

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.attribution import Catalogue, kept, processes
from tracker.git import Repository
from tracker.git.in_progress import parse_pairs
from tracker.model import Event, Oid
from tracker.project import start
from tracker.project.project import Project, open_project

_INPUT_PATIENCE: Final = 2.0
"""Seconds to wait for standard input: a manager may hand its hooks one that nobody ever closes."""

_LOOKING_AROUND: Final = frozenset({"post-commit", "post-merge"})
"""Hooks that see a commit made, and look for the agent's process, where no terminal tells of a person."""

_LARGEST_INPUT: Final = 16 << 20

_PRE_COMMIT_ARGUMENTS: Final[Mapping[str, Sequence[str]]] = {
    "post-rewrite": ("PRE_COMMIT_REWRITE_COMMAND",),
    "post-merge": ("PRE_COMMIT_IS_SQUASH_MERGE",),
    "post-checkout": ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE"),
}
"""The variables in which the framework passes on what git gave as arguments (its documentation, "environment")."""


def witness(hook: str, arguments: Sequence[str], *, begin: bool) -> Project | None:
    """Write this moment's event into the spool; the session to record in, or None when nothing is to be done now.

    ``begin``: a repository that is not tracked yet is begun, since its configuration names this hook; otherwise it is
    left alone. Raises TrackerError when there is no repository, OSError when its git directory cannot be written.
    """
    repository = Repository.of_hook()
    project = open_project(repository, {}, deadline=1.0)
    replaying = repository.is_replaying()
    if hook == "post-checkout" and (arguments[2:3] == ["0"] or replaying):
        return None
    head = repository.head()
    if project.files.find_id() is None:
        if not begin:
            return None
        start.begin(project, _before(project, hook, head))
    project.spool.write(_event(hook, arguments, repository, head, project.rules))
    return None if replaying and hook not in {"post-rewrite", "post-applypatch"} else project


def pre_commit_arguments(hook: str) -> list[str]:
    """What git gave the hook as arguments, as the pre-commit framework passes it on."""
    return [os.environ.get(name, "") for name in _PRE_COMMIT_ARGUMENTS.get(hook, ())]


def start_recorder(hook: str, git_dir: Path, work_tree: Path) -> None:
    """Start the recorder, detached with all three descriptors closed, so that nobody waits for it."""
    # As this process was started: -I leaves out the user's site directory, where the package may be installed.
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


def _before(project: Project, hook: str, head: Oid | None) -> tuple[Oid, ...]:
    """The baseline of a repository that is begun by its first event: what stood there before that commit was made."""
    standing = set(start.standing(project))
    for commit in project.repository.commits([head] if head else []):
        if hook == "post-commit" or (hook == "post-merge" and len(commit.parents) > 1):
            standing.discard(commit.oid)
            standing.update(commit.parents)
    return tuple(sorted(standing))


def _event(hook: str, arguments: Sequence[str], repository: Repository, head: Oid | None, rules: Catalogue) -> Event:
    return Event(
        name="",
        hook=hook,
        arguments=tuple(arguments),
        time=int(time.time()),
        work_tree=str(Path.cwd()),
        head=head,
        author_date=os.environ.get("GIT_AUTHOR_DATE"),
        picking=repository.is_replaying() or repository.picked_head() is not None,
        merging=(repository.git_dir / "MERGE_HEAD").exists(),
        terminal=sys.stderr.isatty(),
        environment=kept(os.environ, rules),
        pairs=_pairs(arguments, repository, head) if hook == "post-rewrite" else (),
        picked=None if repository.is_replaying() else repository.picked_head(),
        process=None if sys.stderr.isatty() or hook not in _LOOKING_AROUND else processes.nearest_agent(rules),
        branch=repository.branch(),
    )


def _pairs(arguments: Sequence[str], repository: Repository, head: Oid | None) -> tuple[tuple[Oid, Oid], ...]:
    """From standard input, or what git itself keeps while post-rewrite runs.

    A rebase's list is a file in its state directory, an amend's pair the newest line of HEAD's reflog.
    """
    listed = parse_pairs(_input()) or repository.rewritten_list()
    if listed:
        return tuple(listed)
    if arguments[:1] == ["amend"]:
        for entry in repository.head_reflog(1):
            if entry.new == head and entry.action == "amend":
                return ((entry.old, entry.new),)
    return ()


def _input() -> str:
    """Standard input as far as it comes in time; nothing where it is a terminal or closed."""
    if sys.stdin is None or sys.stdin.isatty() or sys.platform == "win32":  # select() takes sockets alone there
        return ""
    descriptor, data = sys.stdin.fileno(), b""
    end = time.monotonic() + _INPUT_PATIENCE
    while len(data) < _LARGEST_INPUT and select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            break
        data += piece
    return data.decode("ascii", "replace")
