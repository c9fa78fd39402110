"""Compute diff statistics of commits. One definition serves hooks and backfill, so that both count alike.

``git diff-tree --numstat -M`` with pinned options (``diff_options``).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tracker.git import missing_objects, streams
from tracker.git.diff_options import EACH_COMMIT, MOST_FAILURES, PINNED, PLAIN
from tracker.model import Change, DiffStat, Oid

_MOST_PATHS: Final = 200
"""Paths kept of one commit, enough to tell its kind of task."""


def changes(common_dir: Path, oids: Sequence[Oid]) -> dict[Oid, Change]:
    """Return diff statistics against the first parent, keyed by oid. Unknown ones are left out.

    Unknown are commits whose objects a partial clone lacks and the boundary of a shallow clone. Raises
    RepositoryError.
    """
    found: dict[Oid, Change] = {}
    remaining = missing_objects.diffable(common_dir, oids)
    for _ in range(MOST_FAILURES):
        if not remaining:
            break
        done = _read(common_dir, remaining, found)
        remaining = remaining[done + 1 :]  # the commit at which git stopped is unknown
    return found


def _read(common_dir: Path, oids: Sequence[Oid], found: dict[Oid, Change]) -> int:
    """Add statistics to ``found``. Returns the number of commits that git completed before it ended.

    With ``--always`` git prints every commit's name before its numbers, also without any, so that the next name
    proves that the numbers before it are complete.
    """
    arguments = [*EACH_COMMIT, *PLAIN, "--always", "--numstat", "-z", "--format=%x01%H"]
    current: Oid | None = None
    rows: list[tuple[bytes, bytes, bytes]] = []
    done = 0
    with streams.stream(common_dir, arguments, options=PINNED, lines=oids) as output:
        for token in _tokens(output):
            if isinstance(token, str):
                if current is not None:
                    found[current] = _change(rows)
                    done += 1
                current, rows = Oid(token), []
            else:
                rows.append(token)
        if output.succeeded() and current is not None:
            found[current] = _change(rows)
            done = len(oids)
    return done


def _tokens(output: streams.Stream) -> Iterator[str | tuple[bytes, bytes, bytes]]:
    """Yield commit names, and rows of (insertions, deletions, path).

    With ``-z`` a rename's row has an empty path and is followed by the old and the new one (git-diff-tree(1)).
    """
    pieces = output.chunks(b"\0")
    for raw in pieces:
        piece = raw.lstrip(b"\n")
        if piece.startswith(b"\x01"):
            yield piece[1:].decode("ascii", "replace")
            continue
        parts = piece.split(b"\t", 2)
        if len(parts) != 3:
            continue
        path = parts[2]
        if not path:
            next(pieces, None)
            path = next(pieces, b"")
        yield parts[0], parts[1], path


def _change(rows: Sequence[tuple[bytes, bytes, bytes]]) -> Change:
    """Return the sums of the rows; a binary file has ``-`` for both numbers."""
    insertions = sum(int(row[0]) for row in rows if row[0].isdigit())
    deletions = sum(int(row[1]) for row in rows if row[1].isdigit())
    paths = tuple(row[2].decode("utf-8", "replace") for row in rows[:_MOST_PATHS])
    return Change(DiffStat(len(rows), insertions, deletions), paths)
