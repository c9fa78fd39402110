"""List the worktrees of a repository (git-worktree(1))."""

import os
from collections.abc import Iterator
from pathlib import Path

from tracker.errors import RepositoryError
from tracker.git import process, worktree_files
from tracker.git.config import ConfigReader
from tracker.git.location import Location
from tracker.git.worktree_files import place_of
from tracker.model import Worktree, parse_oid
from tracker.text import escape_undecodable


class WorktreeReader:
    """Reader of a repository's list of worktrees, seen from one of them."""

    def __init__(self, place: Location, config: ConfigReader) -> None:
        self._place = place
        self._config = config

    def read(self) -> list[Worktree]:
        """Return every worktree, the main one first, also those whose folder is missing; no bare repository.

        Git is asked only where the refs are not files. Raises RepositoryError.
        """
        found = None
        if self._config.ref_storage() == "files" and not (self._place.common_dir / "reftable").exists():
            found = worktree_files.checkouts(self._place.common_dir, is_bare=self._config.is_bare())
        if found is None:
            return [*self._by_git()]
        main = self._place.common_dir
        return [
            Worktree(
                path=self._main_path(one.path) if one.git_dir == main else one.path,
                head=one.head,
                branch=escape_undecodable(one.branch) if one.branch else None,
            )
            for one in found
        ]

    def locations(self) -> list[Location]:
        """Return the location of this worktree, then that of each other one that exists. Raises RepositoryError."""
        found = {self._place.git_dir: self._place}
        for path in (Path(worktree.path) for worktree in self.read()):
            other = _place_of(path)
            if other is not None and other.common_dir == self._place.common_dir:  # else another one took its place
                found.setdefault(other.git_dir, other)
        return [*found.values()]

    def identifier(self) -> str:
        """Return the git directory relative to the common one: ``.`` for the main worktree, else ``worktrees/<id>``."""
        return escape_undecodable(os.path.relpath(self._place.git_dir, self._place.common_dir))

    def _by_git(self) -> Iterator[Worktree]:
        """Yield the worktrees that git lists. Before version 2.36 it cannot end lines with NUL."""
        listing = ["worktree", "list", "--porcelain"]
        try:
            answer, end = process.run(self._place.git_dir, [*listing, "-z"]), "\0"
        except RepositoryError:
            answer, end = process.run(self._place.git_dir, listing), "\n"
        is_main = True
        for block in os.fsdecode(answer).split(end * 2):
            fields = dict(line.partition(" ")[::2] for line in block.split(end) if line)
            path = fields.get("worktree")
            if path is None:
                continue
            if "bare" not in fields:
                head = parse_oid(fields.get("HEAD", ""))
                is_unborn = head is None or not head.strip("0")
                branch = fields.get("branch")
                yield Worktree(
                    path=self._main_path(path) if is_main else path,
                    head=None if is_unborn else head,
                    branch=escape_undecodable(branch) if branch else None,
                )
            is_main = False

    def _main_path(self, listed: str) -> str:
        """Return the folder of the main worktree.

        ``git worktree list`` derives it from the common directory, which is wrong for a submodule and wherever
        ``core.worktree`` or a ``.git`` file leads to a git directory elsewhere (builtin/worktree.c).
        """
        git_dir, common_dir, work_tree = self._place
        configured = self._config.core_worktree()
        if configured:
            return str((common_dir / configured).resolve())
        if not (Path(listed) / ".git").exists() and git_dir == common_dir and work_tree is not None:
            return str(work_tree)
        return listed


def _place_of(path: Path) -> Location | None:
    """Return the repository that a worktree leads to; None if there is none, or its files are damaged."""
    try:
        return place_of(path)
    except RepositoryError:
        return None
