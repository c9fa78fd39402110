"""The places of reflogs: files, or a reftable that only git reads; the git directories of all worktrees."""

from collections.abc import Iterator
from pathlib import Path

from tracker.text import escape_undecodable


def are_files(common_dir: Path) -> bool:
    """Return True if each reflog of a repository is a file; one without a file is empty then."""
    return not (common_dir / "reftable").is_dir()


def heads(common_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yield for the HEAD of each worktree the name of its reflog and its git directory, the main worktree's first.

    The name is ``HEAD`` or ``worktrees/<id>/HEAD`` (gitrepository-layout(5)).
    """
    for git_dir in (common_dir, *sorted((common_dir / "worktrees").glob("*/"))):
        yield escape_undecodable((git_dir / "HEAD").relative_to(common_dir).as_posix()), git_dir
