"""Snapshots of a repository's files, to compare before and after installing hooks."""

import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.support import Repo

Snapshot = dict[str, tuple[str, str]]
"""The mode and the digest or link target of each file, keyed by its path."""


def snapshot(repo: Repo, *others: Path) -> Snapshot:
    """Return the files of the worktree and ``others``, and of ``.git`` its hooks and configuration."""
    paths = [(repo.path, path) for path in _of_repository(repo.path)]
    paths += [(folder, path) for folder in others for path in folder.rglob("*")]
    return {
        f"{root.name}/{path.relative_to(root)}": (stat.filemode(path.lstat().st_mode), _content(path))
        for root, path in sorted(paths)
    }


def without(files: Snapshot, part: str) -> Snapshot:
    """Return a snapshot without the files whose path contains ``part``."""
    return {name: state for name, state in files.items() if part not in name}


def _of_repository(top: Path) -> Iterator[Path]:
    git_dir = top / ".git"
    for path in top.rglob("*"):
        is_shown = path.is_relative_to(git_dir / "hooks") or path == git_dir / "config"
        if (is_shown or not path.is_relative_to(git_dir)) and "node_modules" not in path.parts:
            yield path


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return "folder" if path.is_dir() else sha256(path.read_bytes()).hexdigest()
