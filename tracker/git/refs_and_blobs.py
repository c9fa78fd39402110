"""What other tools keep in a repository beside its history: notes, and files in refs of their own."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.model import Oid

_LARGEST: Final = 8 << 20
"""Bytes of one note or file; a larger one is not read."""


def refs(common_dir: Path, patterns: Sequence[str]) -> dict[str, Oid]:
    """Where the refs below some prefixes, or of these very names, stand."""
    lines = process.run(common_dir, ["for-each-ref", "--format=%(objectname) %(refname)", *patterns])
    rows = (line.split(" ", 1) for line in os.fsdecode(lines).split("\n") if line)
    return {name: Oid(oid) for oid, name in rows}


def notes(common_dir: Path, ref: str, oids: Sequence[Oid]) -> dict[Oid, str]:
    """The notes of commits in one notes ref (git-notes(1)); a note that is no text is decoded as far as it goes."""
    found = _objects(common_dir, [f"{ref}:{path}" for oid in oids for path in _places(oid)])
    return {oid: text for oid in oids for path in _places(oid) if (text := found.get(f"{ref}:{path}")) is not None}


def _places(oid: Oid) -> tuple[str, ...]:
    """Where a note may stand: notes are fanned out over folders as they become many (notes.c)."""
    return oid, f"{oid[:2]}/{oid[2:]}", f"{oid[:2]}/{oid[2:4]}/{oid[4:]}"


def noted(common_dir: Path, old: Oid | None, new: Oid) -> list[Oid]:
    """The commits whose notes differ between two states of a notes ref, all that have one when there is no old one."""
    arguments = ["diff-tree", "-r", "--no-renames", "--name-only", "-z", old, new] if old else []
    listing = ["ls-tree", "-r", "--name-only", "-z", new]
    try:
        answer = process.run(common_dir, arguments or listing)
    except RepositoryError:  # the old state was pruned
        answer = process.run(common_dir, listing)
    names = (path.replace("/", "") for path in answer.decode("ascii", "replace").split("\0"))
    return [Oid(name) for name in names if len(name) in {40, 64} and set(name) <= set("0123456789abcdef")]


def files(common_dir: Path, names: Iterable[str]) -> dict[str, str]:
    """The texts of files, named as ``revision:path``; those that are not there or too large are left out."""
    return _objects(common_dir, [name for name in dict.fromkeys(names) if "\n" not in name])


def _objects(common_dir: Path, names: Sequence[str]) -> dict[str, str]:
    if not names:
        return {}
    check = ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"]
    lines = process.run(common_dir, check, lines=names, accept=(0, 128)).decode("utf-8", "replace").split("\n")
    wanted: dict[str, str] = {}
    for name, line in zip(names, lines, strict=False):
        words = line.split(" ")
        if len(words) == 3 and words[1] == "blob" and words[2].isdigit() and int(words[2]) <= _LARGEST:
            wanted[name] = words[0]
    texts = _contents(common_dir, list(dict.fromkeys(wanted.values())))
    return {name: texts[oid] for name, oid in wanted.items() if oid in texts}


def _contents(common_dir: Path, oids: Sequence[str]) -> dict[str, str]:
    if not oids:
        return {}
    answer = process.run(common_dir, ["cat-file", "--batch"], lines=oids, accept=(0, 128))
    found: dict[str, str] = {}
    place = 0
    for _ in oids:
        end = answer.find(b"\n", place)
        words = answer[place:end].decode("ascii", "replace").split()
        if end < 0 or len(words) != 3:
            place = end + 1
            continue
        size = int(words[2])
        found[words[0]] = answer[end + 1 : end + 1 + size].decode("utf-8", "replace")
        place = end + 1 + size + 1
    return found
