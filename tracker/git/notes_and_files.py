"""Read what other tools keep in a repository: git notes, and files in the trees of their own refs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.git.objects import ObjectReader
from tracker.model import Oid, parse_oid

_LARGEST: Final = 8 << 20
"""Bytes of the largest note or file that is read."""


def notes(objects: ObjectReader, ref: str, oids: Sequence[Oid]) -> dict[Oid, str]:
    """Return the texts of commits' notes in one notes ref, keyed by commit (git-notes(1)).

    Bytes that are not UTF-8 are replaced. Raises RepositoryError.
    """
    found = _texts(objects, [f"{ref}:{path}" for oid in oids for path in _note_paths(oid)])
    return {oid: text for oid in oids for path in _note_paths(oid) if (text := found.get(f"{ref}:{path}")) is not None}


def _note_paths(oid: Oid) -> tuple[str, ...]:
    """Return the possible paths of a commit's note: git adds folder levels as notes become many (notes.c)."""
    return oid, f"{oid[:2]}/{oid[2:]}", f"{oid[:2]}/{oid[2:4]}/{oid[4:]}"


def commits_with_changed_notes(common_dir: Path, old: Oid | None, new: Oid) -> list[Oid]:
    """Return the commits whose notes differ between two commits of a notes ref; all that have one if ``old`` is None.

    Also all of them if ``old`` no longer exists. Raises RepositoryError.
    """
    arguments = ["diff-tree", "-r", "--no-renames", "--name-only", "-z", old, new] if old else []
    listing = ["ls-tree", "-r", "--name-only", "-z", new]
    try:
        answer = process.run(common_dir, arguments or listing)
    except RepositoryError:  # the old commit was pruned
        answer = process.run(common_dir, listing)
    names = (path.replace("/", "") for path in answer.decode("ascii", "replace").split("\0"))
    return [oid for name in names if (oid := parse_oid(name)) is not None]


def files(objects: ObjectReader, names: Iterable[str]) -> dict[str, str]:
    """Return the texts of files, keyed by their names ``revision:path``. Missing and too large ones are left out.

    Bytes that are not UTF-8 are replaced. Raises RepositoryError.
    """
    return _texts(objects, [name for name in dict.fromkeys(names) if "\n" not in name])


def _texts(objects: ObjectReader, names: Sequence[str]) -> dict[str, str]:
    found = zip(names, objects.read_named(names, _LARGEST), strict=True)
    return {name: one.data.decode("utf-8", "replace") for name, one in found if one is not None and one.kind == "blob"}
