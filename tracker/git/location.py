"""Finding a repository: its own git directory, the common one, and its work tree."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import process

_VARIABLES: Final = ("GIT_DIR", "GIT_WORK_TREE")
"""What names a repository for git's own commands (git(1)); ``git --git-dir=… agent-tracker`` sets them too."""


class Location(NamedTuple):
    """Absolute, resolved paths. ``git_dir`` is the worktree's own, ``common_dir`` is shared by all worktrees."""

    git_dir: Path
    common_dir: Path
    work_tree: Path | None


def here() -> Location:
    """Where the repository is that git's own commands would work in: what GIT_DIR names, else the one around us.

    Hooks and what they start inherit GIT_DIR (githooks(5)), and keep it when they go to another repository. So where
    the folder we are in belongs to another one than GIT_DIR names, neither is taken. Raises RepositoryError.
    """
    start = Path.cwd()
    variables = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    if not variables:
        return find(start)
    try:
        named = _find(start, variables)
    except RepositoryError as error:
        told = " and ".join(f"{name}={value}" for name, value in variables.items())
        raise RepositoryError(f"with {told} git finds no repository ({error}): unset that, or use -C PATH.") from error
    try:
        around = find(start)
    except RepositoryError:
        return named
    if around.common_dir != named.common_dir:
        raise RepositoryError(
            f"GIT_DIR names {named.git_dir}, but the folder {start} belongs to {around.git_dir}: name the one that is"
            " meant with -C PATH, or unset GIT_DIR."
        )
    return named


def find(path: Path) -> Location:
    """Where the repository around ``path`` is, whatever the caller's environment says.

    Raises RepositoryError, also when git refuses the repository.
    """
    if not path.exists():
        raise RepositoryError(f"there is no {path}.")
    try:
        return _find(path if path.is_dir() else path.parent, {})
    except RepositoryError as error:
        if "not a git repository" in str(error):
            raise RepositoryError(f"{path} is not inside a git repository: run 'git init' there first.") from error
        raise


def _find(start: Path, variables: Mapping[str, str]) -> Location:
    found = process.run(
        None,
        ["rev-parse", "--absolute-git-dir", "--git-common-dir", "--is-inside-work-tree"],
        cwd=start,
        variables=variables,
    )
    git_dir, common, inside = os.fsdecode(found).split("\n")[:3]
    top = None
    if inside == "true" or "GIT_WORK_TREE" in variables:
        said = process.run(None, ["rev-parse", "--show-toplevel"], cwd=start, variables=variables)
        top = Path(os.fsdecode(said).rstrip("\n")).resolve()
    # The common directory is relative to where git ran (git-rev-parse(1)).
    return Location(Path(git_dir).resolve(), (start / common).resolve(), top)


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
