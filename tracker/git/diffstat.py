"""Compute diff statistics of commits. One definition serves hooks and backfill, so that both count alike.

``git diff-tree --numstat -M`` with pinned options (``diff_options``).
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from tracker.git import missing_objects, streams
from tracker.git.diff_options import EACH_COMMIT, MOST_FAILURES, PINNED, PLAIN
from tracker.model import Change, DiffStat, Oid

_MOST_PATHS: Final = 200
"""Paths kept of one commit, enough to tell its kind of task."""

_Row = tuple[bytes, bytes, bytes]
"""Inserted lines, deleted lines (both ``-`` of a binary file), and the path."""


def changes(common_dir: Path, oids: Sequence[Oid]) -> dict[Oid, Change]:
    """Return diff statistics against the first parent, keyed by oid. Unknown ones are left out.

    Unknown are commits whose objects a partial clone lacks and the boundary of a shallow clone. Raises
    RepositoryError.
    """
    return next(changes_of_parts(common_dir, [oids]))


def changes_of_parts(common_dir: Path, parts: Iterable[Sequence[Oid]]) -> Generator[dict[Oid, Change], None, None]:
    """Yield for each part of a list of commits what ``changes`` returns of it. The parts are iterated several times.

    One process of git compares all of them: what it has unpacked for a commit serves the next ones, and another process
    for every 500 commits would take a third longer. Of a partial clone each part has its own, since the blobs that it
    needs are looked up first. Raises RepositoryError.
    """
    if missing_objects.is_partial_clone(common_dir):
        for part in parts:
            yield from _read(common_dir, [missing_objects.diffable(common_dir, part)])
    else:
        boundary = missing_objects.shallow_boundary(common_dir)
        for found in _read(common_dir, parts):
            yield found if boundary.isdisjoint(found) else {oid: found[oid] for oid in found if oid not in boundary}


def _read(common_dir: Path, parts: Iterable[Sequence[Oid]]) -> Iterator[dict[Oid, Change]]:
    """Yield the statistics of each part."""
    found: dict[Oid, Change] = {}
    place = 0
    for number, oid, change in _measured(common_dir, parts):
        while place < number:
            yield found
            found, place = {}, place + 1
        found[oid] = change
    for _ in islice(parts, place, None):
        yield found
        found = {}


def _measured(common_dir: Path, parts: Iterable[Sequence[Oid]]) -> Iterator[tuple[int, Oid, Change]]:
    """Yield commits with the numbers of their parts and their changes; those at which git stops are left out."""

    def commits(start: int) -> Iterator[tuple[int, Oid]]:
        return islice(((number, oid) for number, part in enumerate(parts) for oid in part), start, None)

    start = 0
    arguments = [*EACH_COMMIT, *PLAIN, "--always", "--numstat", "-z", "--format=%x01%H"]
    for _ in range(MOST_FAILURES):
        lines, expected = (oid for _, oid in commits(start)), commits(start)
        with streams.stream(common_dir, arguments, options=PINNED, lines=lines) as output:
            for oid, rows in _commits(output):
                for number, one in expected:
                    start += 1
                    if one == oid:
                        yield number, oid, _change(rows)
                        break
            if output.succeeded():
                return
        start += 1  # the commit at which git stopped is unknown
        if next(expected, None) is None:
            return


def _commits(output: streams.Stream) -> Iterator[tuple[Oid, list[_Row]]]:
    """Yield the commits that git compared, each with the rows of its files, when all of them were printed.

    With ``--always`` git prints every commit's name before its numbers, also without any, so that the next name
    proves that the numbers before it are complete. With ``-z`` a rename's row has an empty path and is followed by the
    old and the new one (git-diff-tree(1)).
    """
    current: Oid | None = None
    rows: list[_Row] = []
    pieces = output.chunks(b"\0")
    for raw in pieces:
        piece = raw.lstrip(b"\n")
        if piece.startswith(b"\x01"):
            if current is not None:
                yield current, rows
            current, rows = Oid(piece[1:].decode("ascii", "replace")), []
            continue
        parts = piece.split(b"\t", 2)
        if len(parts) != 3:
            continue
        insertions, deletions, path = parts
        if not path:
            next(pieces, None)
            path = next(pieces, b"")
        rows.append((insertions, deletions, path))
    if current is not None and output.succeeded():
        yield current, rows


def _change(rows: Sequence[_Row]) -> Change:
    """Return the sums of the rows."""
    insertions = deletions = 0
    for added, deleted, _ in rows:
        if added.isdigit() and deleted.isdigit():
            insertions += int(added)
            deletions += int(deleted)
    paths = tuple(path.decode("utf-8", "replace") for _, _, path in rows[:_MOST_PATHS])
    return Change(DiffStat(len(rows), insertions, deletions), paths)
