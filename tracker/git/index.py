"""Compare a worktree's index with HEAD and with the files: staged, tracked and uncommitted paths."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import in_progress, index_file, process
from tracker.git.location import Location
from tracker.git.worktree_files import place_of

_MAGIC: Final = ":"
"""Beginning of a path that is more than a plain name to git (gitglossary(7), "pathspec")."""


def staged_paths(git_dir: Path, index: Path | None) -> list[str]:
    """Return the paths that the next commit adds or changes: renamed files by their new name, no deleted ones.

    ``index``: the file that git prepared for the commit, if it is not the worktree's own index (``git commit -a``,
    ``git commit PATH``). Before the first commit every path is new. For a merge that the user concludes, paths that
    equal those of one of the merged commits are left out. Raises RepositoryError.
    """
    paths = _cached_diff(git_dir, index, [])
    for parent in in_progress.merge_heads(git_dir):
        other = {*_cached_diff(git_dir, index, [parent])}
        paths = [path for path in paths if path in other]
    return paths


def _cached_diff(git_dir: Path, index: Path | None, parent: Sequence[str]) -> list[str]:
    """Return the paths that differ between the index and a commit, by default HEAD."""
    options = ["-c", f"diff.orderFile={os.devnull}", "-c", "diff.relative=false"]
    arguments = ["diff", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=d", "--no-ext-diff"]
    variables = {"GIT_INDEX_FILE": str(index)} if index else None
    answer = process.run(git_dir, [*arguments, *parent, "--"], options=options, variables=variables)
    return [os.fsdecode(path) for path in answer.split(b"\0") if path]


def has_unstaged_changes(work_tree: Path, path: str) -> bool:
    """Return True if a file differs from its state in the index. Raises RepositoryError."""
    return bool(process.run(None, ["diff", "--name-only", "--no-ext-diff", "--", path], cwd=work_tree))


def is_path_tracked(work_tree: Path, path: str) -> bool:
    """Return True if the index contains a path or, for a folder, a path below it. Raises RepositoryError."""
    place = None if path.startswith(_MAGIC) else place_of(work_tree)
    known = index_file.has_path(place.git_dir, place.common_dir, path) if place is not None else None
    if known is not None:
        return known
    return bool(process.run(None, ["ls-files", "--", path], cwd=work_tree))


def count_uncommitted(place: Location, filters: Sequence[str]) -> int | None:
    """Return the number of paths that ``git status`` lists: changed, staged, or new and not ignored.

    ``filters``: the names of the settings that make programs filters. None of them is run: a file that only its filter
    would show as unchanged counts. None without a worktree, and when git fails.
    """
    if place.work_tree is None:
        return None
    arguments = ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty"]
    options = [f"--work-tree={place.work_tree}"]
    unset = process.configuration(dict.fromkeys(filters, ""))
    try:
        answer = process.run(place.git_dir, arguments, options=options, cwd=place.work_tree, variables=unset)
        return answer.count(b"\0")
    except RepositoryError:
        return None
