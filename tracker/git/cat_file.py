"""Look up and read many objects in one git process (git-cat-file(1), ``--batch-check`` and ``--batch``)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.git import process
from tracker.model import Oid, parse_oid


class ObjectHeader(NamedTuple):
    """Name, type (``commit``, ``tree``, ``blob``, ``tag``) and size in bytes of an object."""

    oid: Oid
    kind: str
    size: int


class GitObject(NamedTuple):
    """Name, type and content of an object."""

    oid: Oid
    kind: str
    data: bytes


def headers(git_dir: Path, names: Sequence[str], *, accept: Sequence[int] = (0, 128)) -> dict[str, ObjectHeader]:
    """Return the headers of objects, keyed by the given names. Missing and ambiguous names are left out.

    ``names``: as in gitrevisions(7), without line feeds. ``accept``: exit codes that count as success. Git stops with
    128 at an object that it cannot read; that one and the rest are left out then. Raises RepositoryError.
    """
    found = {}
    for name, line in _check(git_dir, names, "%(objectname) %(objecttype) %(objectsize)", accept):
        words = line.split(" ")
        oid = parse_oid(words[0])
        if oid is not None and len(words) == 3 and words[2].isdigit():
            found[name] = ObjectHeader(oid, words[1], int(words[2]))
    return found


def oids(git_dir: Path, names: Sequence[str]) -> dict[str, Oid]:
    """Return the oids that names resolve to, keyed by the given names. Names that do not resolve are left out.

    Git does not read the objects themselves, so that they may be missing (partial clone). ``names``: as in
    gitrevisions(7), without line feeds. Raises RepositoryError.
    """
    rows = _check(git_dir, names, "%(objectname)", (0, 128))
    return {name: oid for name, line in rows if (oid := parse_oid(line)) is not None}


def read(git_dir: Path, names: Sequence[str]) -> Iterator[GitObject | None]:
    """Yield one object for each name, in the same order; None for a missing one and for all after git stopped.

    ``names``: as in gitrevisions(7), without spaces and line feeds. Raises RepositoryError when git cannot be started.
    """
    if not names:
        return
    with process.stream(git_dir, ["cat-file", "--batch"], lines=names) as output:
        for _ in names:
            words = output.readline().decode("ascii", "replace").split()
            if len(words) != 3:
                yield None
                continue
            size = int(words[2])
            data = output.read(size + 1)  # a line feed follows the content
            yield GitObject(Oid(words[0]), words[1], data[:-1]) if len(data) > size else None


def _check(git_dir: Path, names: Sequence[str], line_format: str, accept: Sequence[int]) -> list[tuple[str, str]]:
    """Return each name with git's answer about it."""
    if not names:
        return []
    answer = process.run(git_dir, ["cat-file", f"--batch-check={line_format}"], lines=names, accept=accept)
    return list(zip(names, answer.decode("utf-8", "replace").split("\n"), strict=False))
