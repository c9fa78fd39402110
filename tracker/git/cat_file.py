"""Read objects through git: many in one process that is kept (git-cat-file(1), ``--batch`` and ``--batch-check``)."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import process, streams
from tracker.model import Oid, parse_oid

UNREADABLE: Final = "unreadable"
"""Kind of an object at which git stopped: it is damaged, or a partial clone lacks it."""

TOO_LARGE: Final = "too large"
"""Kind of an object that is larger than the caller reads."""

_AS_MADE: Final = "--no-replace-objects"
"""Option of git to read objects themselves and not those that ``refs/replace`` shows in their place."""

_MOST_AT_ONCE: Final = 64
"""Objects that are asked for before the first answer is read."""

_MOST_FAILURES: Final = 16
"""Times that git may stop in one call; all objects that follow count as unreadable, since each costs processes."""

_BLOCK: Final = 1 << 20
"""Bytes of an object that are skipped at a time."""

_NO_OBJECT: Final = b"0" * 40
"""A name to which every git answers that it is missing."""


class ObjectHeader(NamedTuple):
    """Name, type (``commit``, ``tree``, ``blob``, ``tag``) and size in bytes of an object."""

    oid: Oid
    kind: str
    size: int


class GitObject(NamedTuple):
    """Name, type and content of an object; the content is empty if the kind is ``UNREADABLE`` or ``TOO_LARGE``."""

    oid: Oid
    kind: str
    data: bytes


class ObjectProcess:
    """Objects of one repository, read by one ``git cat-file --batch`` that starts when it is first needed."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._running: streams.Dialogue | None = None

    def read(self, names: Sequence[str], largest: int | None = None) -> Iterator[GitObject | None]:
        """Yield one object for each name, in the same order; None for a name that is missing or ambiguous.

        ``names``: as in gitrevisions(7), without line feeds. ``largest``: bytes of the largest object whose content is
        read. An object that git cannot read does not stop the others. Raises RepositoryError when git cannot be
        started, or cannot read the repository.
        """
        failed: list[bytes] = []
        for chunk in _chunks([os.fsencode(name) for name in names]):
            yield from self._read(chunk, largest, failed)  # a list: another call may begin before this one ends

    def _read(self, names: Sequence[bytes], largest: int | None, failed: list[bytes]) -> list[GitObject | None]:
        """Return the objects of names that fit into one request; add those at which git stopped to ``failed``."""
        found: list[GitObject | None] = []
        while len(found) < len(names) and len(failed) <= _MOST_FAILURES:
            git = self._git()
            git.send(b"".join(name + b"\n" for name in names[len(found) :]))
            try:
                while len(found) < len(names):
                    found.append(_answer(git, largest))
            except EOFError:
                name = names[len(found)]
                if failed[-1:] == [name]:  # the first time something else may have ended git
                    found.append(_unreadable(name))
                failed.append(name)
                self._begin_again()
        return found + [_unreadable(name) for name in names[len(found) :]]

    def _git(self) -> streams.Dialogue:
        if self._running is None or not self._running.is_usable:
            self._running = streams.Dialogue(self._git_dir, ["cat-file", "--batch"], [_AS_MADE])
        return self._running

    def _begin_again(self) -> None:
        """Start another process in place of one that has ended. Raises RepositoryError if it cannot answer either."""
        if self._running is not None:
            self._running.close()
        git = self._git()
        git.send(_NO_OBJECT + b"\n")
        if not git.readline().endswith(b"\n"):
            git.close()
            process.run(self._git_dir, ["cat-file", "--batch-check"])  # raises the error with git's reason
            raise RepositoryError("git cat-file ended without an answer: run 'agent-tracker doctor'.")


def _unreadable(name: bytes) -> GitObject:
    return GitObject(Oid(os.fsdecode(name)), UNREADABLE, b"")


def _chunks(names: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield the names in parts that can be sent before an answer is read."""
    part: list[bytes] = []
    size = 0
    for name in names:
        if part and (len(part) == _MOST_AT_ONCE or size + len(name) + 1 > streams.LARGEST_REQUEST):
            yield part
            part, size = [], 0
        part.append(name)
        size += len(name) + 1
    if part:
        yield part


def _answer(git: streams.Dialogue, largest: int | None) -> GitObject | None:
    """Return the object that git answers with, None if it is missing. Raises EOFError if git has ended."""
    line = git.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    words = line.decode("ascii", "replace").split()
    oid = parse_oid(words[0]) if len(words) == 3 and words[2].isdigit() else None
    if oid is None:
        return None
    size = int(words[2])
    if largest is not None and size > largest:
        _skip(git, size + 1)
        return GitObject(oid, TOO_LARGE, b"")
    data = git.read(size + 1)  # a line feed follows the content
    if len(data) <= size:
        raise EOFError
    return GitObject(oid, words[1], data[:-1])


def _skip(git: streams.Dialogue, size: int) -> None:
    while size > 0:
        block = git.read(min(size, _BLOCK))
        if not block:
            raise EOFError
        size -= len(block)


def headers(git_dir: Path, names: Sequence[str]) -> dict[str, ObjectHeader]:
    """Return the headers of objects, keyed by the given names. Missing and ambiguous names are left out.

    ``names``: as in gitrevisions(7), without line feeds. Git does not read the contents. Raises RepositoryError, also
    when there is an object whose header git cannot read.
    """
    if not names:
        return {}
    answer = process.run(git_dir, ["cat-file", "--batch-check"], lines=names)
    found = {}
    for name, line in zip(names, answer.decode("utf-8", "replace").split("\n"), strict=False):
        words = line.split(" ")
        oid = parse_oid(words[0])
        if oid is not None and len(words) == 3 and words[2].isdigit():
            found[name] = ObjectHeader(oid, words[1], int(words[2]))
    return found
