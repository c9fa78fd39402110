"""Finding a repository: its own git directory, the common one, and its work tree."""

import os
from pathlib import Path
from typing import NamedTuple

from tracker.errors import RepositoryError
from tracker.repository import process


class Location(NamedTuple):
    """Absolute, resolved paths. ``git_dir`` is the worktree's own, ``common_dir`` is shared by all worktrees."""

    git_dir: Path
    common_dir: Path
    work_tree: Path | None


def find(path: Path) -> Location:
    """Where the repository around ``path`` is. Raises RepositoryError, also when git refuses the repository."""
    if not path.exists():
        raise RepositoryError(f"there is no {path}.")
    start = path if path.is_dir() else path.parent
    try:
        found = process.run(
            None,
            ["rev-parse", "--absolute-git-dir", "--git-common-dir", "--is-bare-repository", "--is-inside-work-tree"],
            cwd=start,
        )
    except RepositoryError as error:
        if "not a git repository" in str(error):
            raise RepositoryError(f"{path} is not inside a git repository: run 'git init' there first.") from error
        raise
    git_dir, common, _, inside = os.fsdecode(found).split("\n")[:4]
    # Relative to where git ran (git-rev-parse(1)).
    common_dir = (start / common).resolve()
    work_tree = _top(start) if inside == "true" else None
    return Location(Path(git_dir).resolve(), common_dir, work_tree)


def at(git_dir: Path, work_tree: Path | None) -> Location:
    """The location that a hook was told, without asking git where it is. Raises RepositoryError."""
    own = git_dir.resolve()
    if not (own / "HEAD").exists():
        raise RepositoryError(f"{git_dir} is no git directory.")
    try:
        named = (own / "commondir").read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
    except FileNotFoundError:
        named = "."
    return Location(own, (own / named).resolve(), work_tree.resolve() if work_tree else None)


def _top(start: Path) -> Path:
    return Path(os.fsdecode(process.run(None, ["rev-parse", "--show-toplevel"], cwd=start)).rstrip("\n")).resolve()
