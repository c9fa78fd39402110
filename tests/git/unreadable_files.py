"""Files that cannot be read: what a hostile or damaged repository has in place of one."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.support import Repo


def _make_directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _make_pipe(path: Path) -> None:
    """Put a pipe in a file's place: who opens it waits for a writer."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _forbid(path: Path) -> None:
    """Take away the permission to read a file, as git leaves it that another user ran."""
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    path.touch()
    path.chmod(0)


SPOILERS: Final[Mapping[str, Callable[[Path], None]]] = {
    "a directory": _make_directory,
    "a pipe": _make_pipe,
    "no permission": _forbid,
}
"""Functions that make the file at a path unreadable, by what is wrong with it afterwards."""


def spoiled_worktree_log(repo: Repo, place: Path, spoiler: str) -> Path:
    """Add a linked worktree at ``place`` and make the reflog of its HEAD unreadable; return that."""
    repo.git("worktree", "add", "-q", "-b", "linked", str(place))
    log = repo.path / ".git" / "worktrees" / place.name / "logs" / "HEAD"
    SPOILERS[spoiler](log)
    return log
