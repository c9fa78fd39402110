"""Find the repositories below a folder, without running git."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import location
from tracker.git.location import Location
from tracker.git.worktree_files import place_of

_DEEPEST: Final = 10
"""Levels below the folder that are searched: Go's own layout has a clone five levels below its top."""
_GIT_DIRECTORY: Final = frozenset({"HEAD", "objects", "refs"})
"""Entries of every git directory (gitrepository-layout(5))."""
_OF_PROGRAMS: Final = ("/node_modules", "/bower_components", "/site-packages", "/__pycache__", "/pkg/mod")
"""Ends of the paths of folders that package managers fill, some with clones: of npm, Bower, pip, Python and Go."""

_MAIN, _BARE, _LINKED = range(3)
"""Ranks of a main worktree, a git directory and a linked worktree."""


class Search(NamedTuple):
    """The result of a search.

    ``found``: the folder of each repository, keyed by its common directory, in the order of the folders; bare ones
    last, since of clones with the same commits the one that is tracked first counts them. ``left_out``: the reason for
    each folder that could not be read or leads to no repository.
    """

    found: dict[Path, Path]
    left_out: dict[Path, str]


def repositories_below(folder: Path) -> Search:
    """Return the repositories in a folder and below it, each once, also where several of its worktrees are there.

    A repository stands with its main worktree, or its bare folder, if that is below the folder, else with the first
    worktree. Symbolic links below the folder are not followed. Not searched are hidden folders, those of package
    managers, everything in a git directory or in a worktree, except in that of the folder itself, and what is more
    than ``_DEEPEST`` levels below. Submodules are left out, but for the folder itself: their history is mostly others'.
    """
    top = folder.resolve()
    search = _Search(top)
    waiting = [(top, 0)]
    while waiting:
        place, depth = waiting.pop()
        is_clone = search.look_at(place)
        if depth < _DEEPEST and (not is_clone or (place == top and search.is_worktree(place))):
            waiting += [(place / name, depth + 1) for name in reversed(search.folders)]
    best: dict[Path, Path] = {}
    for place in sorted(search.places, key=search.rank):
        best.setdefault(search.places[place].common_dir, place)
    found = sorted(best.items(), key=lambda one: (search.rank(one[1]) == _BARE, one[1]))
    return Search(dict(found), search.left_out)


class _Search:
    """A search under way. ``places``: worktrees and bare repositories. ``folders``: in the one that was looked at."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self.places: dict[Path, Location] = {}
        self.left_out: dict[Path, str] = {}
        self.folders: list[str] = []

    def look_at(self, place: Path) -> bool:
        """Read a folder; return True if it is a repository's, or cannot be read."""
        self.folders = []
        try:
            with os.scandir(place) as entries:
                listed = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
            found = _location(place, listed)
        except (RepositoryError, OSError) as error:
            self.left_out[place] = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            return True
        self.folders = sorted(name for name, is_folder in listed.items() if is_folder and _is_searched(place, name))
        if found is not None and (place == self._top or not _is_submodule(found)):
            self.places[place] = found
        return found is not None

    def is_worktree(self, place: Path) -> bool:
        """Return True if a folder is the top of a worktree, and not itself a git directory."""
        return place in self.places and self.rank(place) != _BARE

    def rank(self, place: Path) -> int:
        """Return which of several places of one repository stands for it: the one with the lowest rank."""
        one = self.places[place]
        return _BARE if one.git_dir == place else _MAIN if one.git_dir == one.common_dir else _LINKED


def _location(place: Path, listed: Collection[str]) -> Location | None:
    """Return the repository that a folder belongs to as its top; None if it is none. Raises RepositoryError, OSError.

    ``listed``: the names in the folder.
    """
    if ".git" in listed:
        found = place_of(place)
        if found is None and not (place / ".git").is_dir():  # git goes on above a folder that is no git directory
            raise RepositoryError("its .git leads to no repository")
        return found
    return location.of_git_dir(place, None) if _GIT_DIRECTORY.issubset(listed) else None


def _is_submodule(found: Location) -> bool:
    """Return True if a git directory is inside the one of another repository, as git keeps those of submodules."""
    return any(one.name == "modules" and (one.parent / "HEAD").exists() for one in found.common_dir.parents)


def _is_searched(place: Path, name: str) -> bool:
    """Return True unless a folder is hidden or filled by a package manager."""
    return not name.startswith(".") and not f"{place}/{name}".endswith(_OF_PROGRAMS)
