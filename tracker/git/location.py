"""Find a repository: its git directory, the common directory of all worktrees, and the worktree."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import NoRepository, RepositoryError
from tracker.files import read_regular
from tracker.git import process

_VARIABLES: Final = ("GIT_DIR", "GIT_WORK_TREE")
"""Variables that name a repository for git's commands (git(1)); ``git --git-dir=… agent-tracker`` sets them too."""


class Location(NamedTuple):
    """Absolute, resolved paths of a repository, as seen from one of its worktrees.

    ``git_dir``: the git directory of that worktree. ``common_dir``: the one that all worktrees share. ``work_tree``:
    the worktree's top folder, None in a bare repository (gitrepository-layout(5)).
    """

    git_dir: Path
    common_dir: Path
    work_tree: Path | None


def discover(path: Path) -> Location:
    """Return the repository that contains ``path``. The caller's GIT_ variables are ignored.

    Raises NoRepository when there is none, and RepositoryError when git refuses to use it (``safe.directory``).
    """
    if not path.exists():
        raise RepositoryError(f"there is no {path}.")
    try:
        return _rev_parse(path if path.is_dir() else path.parent, {})
    except RepositoryError as error:
        if "not a git repository" in str(error):
            raise NoRepository(
                f"{path} is not inside a git repository: name one, or make it one with 'git init'."
            ) from error
        raise


def discover_current() -> Location:
    """Return the repository that git's commands would use now: the one of GIT_DIR, else the one around the directory.

    Hooks and their child processes inherit GIT_DIR (githooks(5)), also when they change to another repository. So
    neither is chosen where the current directory belongs to another repository than GIT_DIR names.

    Raises RepositoryError when there is no repository, or when the two differ.
    """
    start = Path.cwd()
    variables = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    if not variables:
        return discover(start)
    try:
        named = _rev_parse(start, variables)
    except RepositoryError as error:
        settings = " and ".join(f"{name}={value}" for name, value in variables.items())
        raise RepositoryError(
            f"with {settings} git finds no repository ({error}): unset that, or use -C PATH."
        ) from error
    try:
        around = discover(start)
    except RepositoryError:
        return named
    if around.common_dir != named.common_dir:
        raise RepositoryError(
            f"GIT_DIR names {named.git_dir}, but the folder {start} belongs to {around.git_dir}: name the repository"
            " with -C PATH, or unset GIT_DIR."
        )
    return named


def of_git_dir(git_dir: Path, work_tree: Path | None) -> Location:
    """Return the repository with this git directory, without running git. Raises RepositoryError if there is none."""
    own = git_dir.resolve()
    if not (own / "HEAD").exists():
        raise RepositoryError(f"{git_dir} is not a git directory.")
    try:
        common = os.fsdecode(read_regular(own / "commondir")).rstrip("\n")
    except FileNotFoundError:
        common = "."
    return Location(own, (own / common).resolve(), work_tree.resolve() if work_tree else None)


def of_hook() -> Location:
    """Return the repository that git runs the current hook in.

    Git sets GIT_DIR for hooks in a linked worktree and with ``--git-dir``; else it is the repository around the
    current directory. Raises RepositoryError if there is none.
    """
    git_dir = os.environ.get("GIT_DIR")
    return of_git_dir(Path(git_dir).absolute(), Path.cwd()) if git_dir else discover(Path.cwd())


def _rev_parse(start: Path, variables: Mapping[str, str]) -> Location:
    # --show-cdup is the way up to the top of the worktree. Outside of one it is no error, as --show-toplevel is.
    questions = ["--absolute-git-dir", "--git-common-dir", "--is-inside-work-tree", "--show-cdup"]
    answers = _ask(start, questions, variables).split("\n")
    if len(answers) != len(questions):  # a path holds a line break
        answers = [_ask(start, [question], variables) for question in questions]
    git_dir, common_dir, is_inside, top = answers
    has_top = is_inside == "true" or (top and "GIT_WORK_TREE" in variables)
    return Location(
        Path(git_dir).resolve(),
        # The common directory and the way up are relative to the directory that git ran in (git-rev-parse(1)).
        (start / common_dir).resolve(),
        (start / top).resolve() if has_top else None,
    )


def _ask(start: Path, questions: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the answers of git-rev-parse, one on each line, without the last line end. Raises RepositoryError."""
    answer = process.run(None, ["rev-parse", *questions], cwd=start, variables=variables)
    return os.fsdecode(answer).removesuffix("\n")
