"""List the worktrees of a repository (git-worktree(1))."""

import os
from functools import cached_property
from pathlib import Path

from tracker.errors import RepositoryError
from tracker.git import location, process
from tracker.git.location import Location
from tracker.model import Worktree, parse_oid
from tracker.text import escape_undecodable


class WorktreeReader:
    """Reader of a repository's list of worktrees, seen from one of them."""

    def __init__(self, place: Location) -> None:
        self._place = place

    def read(self) -> list[Worktree]:
        """Return every worktree, the main one first, also those whose folder is missing; no bare repository.

        Raises RepositoryError.
        """
        found: list[Worktree] = []
        answer = os.fsdecode(process.run(self._place.git_dir, ["worktree", "list", "--porcelain"]))
        for block in answer.split("\n\n"):
            fields = dict(line.partition(" ")[::2] for line in block.split("\n") if line)
            path = fields.get("worktree")
            if path is None or "bare" in fields:
                continue
            head = parse_oid(fields.get("HEAD", ""))
            is_unborn = head is None or not head.strip("0")
            branch = fields.get("branch")
            found.append(
                Worktree(
                    path=path if found else self._main_path(path),
                    head=None if is_unborn else head,
                    branch=escape_undecodable(branch) if branch else None,
                )
            )
        return found

    def _main_path(self, listed: str) -> str:
        """Return the folder of the main worktree.

        ``git worktree list`` derives it from the common directory, which is wrong for a submodule and wherever
        ``core.worktree`` or a ``.git`` file leads to a git directory elsewhere (builtin/worktree.c).
        """
        git_dir, common_dir, work_tree = self._place
        if self._core_worktree:
            return str((common_dir / self._core_worktree).resolve())
        if not (Path(listed) / ".git").exists() and git_dir == common_dir and work_tree is not None:
            return str(work_tree)
        return listed

    @cached_property
    def _core_worktree(self) -> str:
        answer = process.run(self._place.common_dir, ["config", "core.worktree"], accept=(0, 1))
        return os.fsdecode(answer).rstrip("\n")


def locations(place: Location, worktrees: list[Worktree]) -> list[Location]:
    """Return the locations of a repository: ``place``, then that of each other worktree that exists.

    Raises RepositoryError when git cannot be run.
    """
    found = {place.git_dir: place}
    for path in (Path(worktree.path) for worktree in worktrees):
        if not (path / ".git").exists():
            continue
        try:
            other = location.discover(path)
        except RepositoryError:
            continue  # git refuses to work there, so it runs no hook there either
        if other.common_dir == place.common_dir:  # another repository may have taken the folder's place
            found.setdefault(other.git_dir, other)
    return [*found.values()]


def identifier(place: Location) -> str:
    """Return the git directory relative to the common one: ``.`` for the main worktree, else ``worktrees/<id>``."""
    return escape_undecodable(os.path.relpath(place.git_dir, place.common_dir))
