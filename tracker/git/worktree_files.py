"""Read the list of worktrees from git's own files, without a git process (gitrepository-layout(5)).

Only where refs are files. Nothing is checked that ``git worktree list`` does not check either.
"""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.files import read_regular
from tracker.git.location import Location
from tracker.model import Oid, parse_oid

_SYMBOLIC: Final = "ref:"
_LONGEST_FILE: Final = 1 << 16
"""Bytes of a file with one path or one ref that are read."""
_LONGEST_PATH: Final = 4096
"""Characters of a path that any system takes (limits.h, PATH_MAX)."""
_MOST_STEPS: Final = 5
"""Symbolic refs that are followed from one to the next (refs.h, SYMREF_MAXDEPTH)."""


class Checkout(NamedTuple):
    """A worktree: its path, its git directory, and what its HEAD names.

    ``branch``: the full name of the ref that HEAD points to, None for a detached HEAD. ``head``: None before the first
    commit.
    """

    path: str
    git_dir: Path
    head: Oid | None
    branch: str | None


def checkouts(common_dir: Path, *, is_bare: bool) -> list[Checkout] | None:
    """Return the worktrees, the main one first unless the repository is bare; None if git has to be asked.

    The main worktree's path is the folder around the common directory.
    """
    refs = _RefFiles(common_dir)
    found = [] if is_bare else [_checkout(refs, common_dir, _around(common_dir))]
    linked = sorted(_linked(common_dir), key=lambda one: os.fsencode(one[1]))
    found += [_checkout(refs, git_dir, path) for git_dir, path in linked]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def place_of(work_tree: Path) -> Location | None:
    """Return the repository that a worktree's own ``.git`` leads to, without running git; None if it leads to none.

    Raises RepositoryError where one of its files is damaged: git would stop at it, or wait.
    """
    entry = work_tree / ".git"
    try:
        if entry.is_dir():
            git_dir = entry.resolve()
        else:
            name, _, value = os.fsdecode(read_regular(entry, _LONGEST_FILE)).partition(": ")
            if name != "gitdir":
                return None
            git_dir = (work_tree / value.rstrip("\r\n")).resolve()
        common = _first_line(git_dir / "commondir")
        if not (git_dir / "HEAD").exists():
            return None
        return Location(git_dir, (git_dir / (common or ".")).resolve(), work_tree.resolve())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = error.strerror if isinstance(error, OSError) else None
        raise RepositoryError(f"{entry} leads to no repository: {reason or error}.") from error


def _linked(common_dir: Path) -> Iterator[tuple[Path, str]]:
    """Yield the git directory and the path of each linked worktree; its ``gitdir`` names the ``.git`` file in it."""
    for git_dir in (common_dir / "worktrees").glob("*"):
        try:
            name = os.fsdecode(read_regular(git_dir / "gitdir", _LONGEST_FILE)).rstrip()
        except OSError:
            continue
        if name and "\0" not in name and len(name) <= _LONGEST_PATH:
            path = name.removesuffix("/.git")
            yield git_dir, path if path.startswith("/") else os.path.normpath(git_dir / path)


def _around(common_dir: Path) -> str:
    """Return the folder that a common directory called ``.git`` is in, else that directory."""
    return str(common_dir.parent if common_dir.name == ".git" else common_dir)


def _checkout(refs: "_RefFiles", git_dir: Path, path: str) -> Checkout | None:
    """Return a worktree; None if its HEAD cannot be read here."""
    try:
        text = _head(git_dir / "HEAD")
    except OSError:  # it is missing, or something else is in its place: git would wait, or stop at it
        return Checkout(path, git_dir, None, None)
    if not text.startswith(_SYMBOLIC):
        return Checkout(path, git_dir, parse_oid(text), None)
    branch = text.removeprefix(_SYMBOLIC).strip()
    if not branch.startswith("refs/heads/") or branch == "refs/heads/.invalid":  # a ref of one worktree; a reftable
        return None
    return Checkout(path, git_dir, *refs.resolve(branch))


def _head(path: Path) -> str:
    """Return the content of a HEAD; it may be a symbolic link to a branch (core.preferSymlinkRefs)."""
    if path.is_symlink():
        target = str(path.readlink())
        if target.startswith("refs/"):
            return f"{_SYMBOLIC} {target}"
    return os.fsdecode(read_regular(path, _LONGEST_FILE)).strip("\n")


def _first_line(path: Path) -> str:
    """Return the first line of a file, empty if there is no file. Raises OSError."""
    try:
        return os.fsdecode(read_regular(path, _LONGEST_FILE)).split("\n", 1)[0]
    except FileNotFoundError:
        return ""


class _RefFiles:
    """Branches of a repository that keeps its refs in files."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir

    def resolve(self, name: str) -> tuple[Oid | None, str]:
        """Return the oid of a ref, None if there is no such ref, and the name of the ref that symbolic ones lead to.

        A file goes before ``packed-refs``, and git writes that before it removes the file (git-pack-refs(1)).
        """
        for _ in range(_MOST_STEPS):
            if ".." in name:
                break  # no ref has such a name (git-check-ref-format(1))
            try:
                text = _head(self._common_dir / name)
            except OSError:
                return self._packed(name), name
            if not text.startswith(_SYMBOLIC):
                return parse_oid(text.strip()), name
            name = text.removeprefix(_SYMBOLIC).strip()
        return None, name

    def _packed(self, name: str) -> Oid | None:
        place = self._packed_refs.find(b" " + os.fsencode(name) + b"\n")
        if place < 0:
            return None
        line = self._packed_refs[self._packed_refs.rfind(b"\n", 0, place) + 1 : place]
        return parse_oid(line.decode("ascii", "replace"))

    @cached_property
    def _packed_refs(self) -> bytes:
        try:
            return read_regular(self._common_dir / "packed-refs")
        except OSError:
            return b""
