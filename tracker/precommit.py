"""The door of the pre-commit framework: what its hooks are told, and what has to be found out without them.

The framework names no stage in the environment and swallows post-rewrite's standard input, so the pairs are read from
git's own files while the hook runs (docs/pre-commit.md).
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tracker import catalogue, tracking
from tracker.attribution import environment_names
from tracker.model import Event, Oid
from tracker.repository import Repository
from tracker.session import Session, open_session


def witness(hook: str) -> Path | None:
    """Write this moment's event into the spool; the git directory to record in, or None when nothing is to be done.

    A repository whose configuration names this hook asks to be recorded: one that is not tracked yet is begun.
    Raises TrackerError when there is no repository, OSError when its git directory cannot be written.
    """
    repository = _repository()
    session = open_session(repository, {}, deadline=1.0)
    if hook == "post-checkout" and os.environ.get("PRE_COMMIT_CHECKOUT_TYPE") == "0":
        return None
    head = _head(repository)
    if session.files.find_id() is None:
        tracking.begin(session, _before(session, hook, head))
    replaying = repository.is_replaying()
    if hook == "post-checkout" and replaying:
        return None
    session.spool.write(_event(hook, repository, head))
    return None if replaying and hook != "post-rewrite" else repository.git_dir


def start_recorder(hook: str, git_dir: Path) -> None:
    """Start the recorder, detached with all three descriptors closed, so that nobody waits for it."""
    command = [sys.executable, "-I", "-m", "tracker", "hook", hook, "--git-dir", str(git_dir)]
    subprocess.Popen(
        command,
        cwd=git_dir,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        start_new_session=True,
    )


def _repository() -> Repository:
    """The repository that git runs the hook in: GIT_DIR where git set it (linked worktrees, ``--git-dir``)."""
    given = os.environ.get("GIT_DIR")
    if given:
        return Repository.at_git_dir(Path(given).absolute(), Path.cwd())
    return Repository.find(Path.cwd())


def _head(repository: Repository) -> Oid | None:
    here = os.path.realpath(Path.cwd())
    return next((tree.head for tree in repository.worktrees() if os.path.realpath(tree.path) == here), None)


def _before(session: Session, hook: str, head: Oid | None) -> tuple[Oid, ...]:
    """The baseline of a repository that is begun by its first event: what stood there before that commit was made."""
    standing = set(tracking.standing(session))
    if hook == "post-commit" and head is not None:
        standing.discard(head)
        standing.update(*(commit.parents for commit in session.repository.commits([head])))
    return tuple(sorted(standing))


def _event(hook: str, repository: Repository, head: Oid | None) -> Event:
    arguments = {
        "post-rewrite": os.environ.get("PRE_COMMIT_REWRITE_COMMAND"),
        "post-merge": os.environ.get("PRE_COMMIT_IS_SQUASH_MERGE"),
    }.get(hook)
    names = environment_names(catalogue.load())
    return Event(
        name="",
        hook=hook,
        arguments=(arguments,) if arguments else (),
        time=int(time.time()),
        work_tree=str(Path.cwd()),
        head=head,
        author_date=os.environ.get("GIT_AUTHOR_DATE"),
        picking=repository.is_replaying() or (repository.git_dir / "CHERRY_PICK_HEAD").exists(),
        merging=(repository.git_dir / "MERGE_HEAD").exists(),
        terminal=sys.stderr.isatty(),
        environment=tuple((name, os.environ[name]) for name in names if os.environ.get(name)),
        pairs=_pairs(repository, head) if hook == "post-rewrite" else (),
    )


def _pairs(repository: Repository, head: Oid | None) -> tuple[tuple[Oid, Oid], ...]:
    """A rebase's list is still there while post-rewrite runs; an amend's pair is the newest line of HEAD's reflog."""
    listed = repository.rewritten_list()
    if listed:
        return tuple(listed)
    if os.environ.get("PRE_COMMIT_REWRITE_COMMAND") == "amend":
        for entry in repository.head_reflog(limit=1):
            if entry.new == head and entry.message.startswith("commit (amend)"):
                return ((entry.old, entry.new),)
    return ()
