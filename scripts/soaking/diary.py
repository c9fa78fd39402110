"""The diary of a soak: who made each commit, noted by the process that ran git, by the oid that git gave it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

_MOST_STEPS: Final = 1000
"""Copies of copies that are followed to the commit that somebody made."""


class Diary:
    """A file with a line for each commit that one process made."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._file: IO[str] = path.open("a", encoding="utf-8", buffering=1)

    def made(self, oid: str, maker: str, works: Iterable[str]) -> None:
        """Note a commit with its maker and the pieces of work that are in it."""
        self._write(oid=oid, maker=maker, works=sorted(works))

    def copied(self, oid: str, original: str, works: Iterable[str]) -> None:
        """Note a commit whose changes are those of ``original``, which somebody else may have made."""
        self._write(oid=oid, copy_of=original, works=sorted(works))

    def continued(self, oid: str, old: str) -> None:
        """Note a commit that is ``old`` itself, made anew: its maker and work are the same."""
        if oid != old:
            self._write(oid=oid, continues=old)

    def _write(self, **fields: Any) -> None:
        self._file.write(json.dumps(fields | {"by": self._name}) + "\n")


class Truth(NamedTuple):
    """The joined diaries: the maker of each commit by oid, and the piece of work that it is counted as.

    ``stories``: how each commit came about, for people who look for the cause of a fault.
    """

    makers: dict[str, str]
    works: dict[str, str]
    stories: dict[str, str]


def read_diaries(paths: Iterable[Path]) -> Truth:
    """Join the diaries of all processes."""
    notes: dict[str, dict[str, Any]] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            notes.setdefault(note["oid"], note)
    roots: dict[str, str] = {}
    for note in notes.values():
        works = note.get("works", [])
        for work in works:
            _join(roots, works[0], work)
    makers, works_of = {}, {}
    for oid in notes:
        maker = _followed(notes, oid, "maker", ("continues", "copy_of"))
        works = _followed(notes, oid, "works", ("continues",))
        if maker is not None and works is not None:
            makers[oid], works_of[oid] = maker, _root(roots, works[0])
    return Truth(makers, works_of, {oid: _story(notes, oid) for oid in notes})


def _story(notes: dict[str, dict[str, Any]], oid: str) -> str:
    """Return the steps from a commit back to the one that somebody made."""
    steps = []
    for _ in range(_MOST_STEPS):
        note = notes.get(oid, {})
        link = next((link for link in ("continues", "copy_of") if link in note), "")
        if not link:
            break
        oid = note[link]
        steps.append(f"{link.replace('_', ' ')} {oid[:10]} ({note['by']})")
    return ", ".join(steps) or "made so"


def _followed(notes: dict[str, dict[str, Any]], oid: str, field: str, links: tuple[str, ...]) -> Any:
    """Return a field of a commit's note, or of the commits that it continues or copies."""
    for _ in range(_MOST_STEPS):
        note = notes.get(oid, {})
        if field in note:
            return note[field]
        oid = next((note[link] for link in links if link in note), "")
    return None


def _root(roots: dict[str, str], work: str) -> str:
    while roots.get(work, work) != work:
        work = roots[work]
    return work


def _join(roots: dict[str, str], one: str, other: str) -> None:
    first, second = _root(roots, one), _root(roots, other)
    roots.setdefault(first, first)
    roots[second] = first
