"""Find the commits whose diff git cannot compute: the boundary of a shallow clone, missing blobs of a partial clone.

Missing objects are never fetched.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tracker.files import read_regular
from tracker.git import streams
from tracker.git.diff_options import EACH_COMMIT, MOST_FAILURES, PINNED
from tracker.model import Oid

_SUBMODULE: Final = "160000"
_SHA1_DIGITS: Final = 40
"""Length of the object names that libgit2 can look up. For longer ones git finds out whether they are missing."""


def diffable(common_dir: Path, oids: Sequence[Oid]) -> list[Oid]:
    """Return the commits whose diff can be computed, in the same order. Raises RepositoryError.

    The boundary of a shallow clone is left out: its commits would count as adding the whole tree.
    """
    boundary = shallow_boundary(common_dir)
    found = [oid for oid in oids if oid not in boundary]
    return _complete(common_dir, found) if is_partial_clone(common_dir) else found


def shallow_boundary(common_dir: Path) -> frozenset[str]:
    """Return the commits of a shallow clone whose parents are missing (technical/shallow in git's documentation)."""
    try:
        return frozenset(read_regular(common_dir / "shallow").decode("ascii", "replace").split())
    except FileNotFoundError:
        return frozenset()


def is_partial_clone(common_dir: Path) -> bool:
    """Return True if a promisor remote may have objects that are missing here (partial-clone.txt: ``.promisor``)."""
    return any((common_dir / "objects" / "pack").glob("*.promisor"))


def _complete(common_dir: Path, oids: Sequence[Oid]) -> list[Oid]:
    """Return the commits whose trees and changed blobs exist, in the same order."""
    blobs: dict[Oid, list[str]] = {}
    remaining = list(oids)
    for _ in range(MOST_FAILURES):
        if not remaining:
            break
        done = _read_blobs(common_dir, remaining, blobs)
        remaining = remaining[done + 1 :]
    exists = cache(_existence_check(common_dir))
    return [oid for oid in oids if oid in blobs and all(map(exists, blobs[oid]))]


def _existence_check(common_dir: Path) -> Callable[[str], bool]:
    """Return a function that tells whether an object exists.

    libgit2 does not ask the promisor remote, while git would fetch the object or fail.
    """
    import pygit2

    objects = pygit2.Odb(str(common_dir / "objects"))
    return lambda name: len(name) != _SHA1_DIGITS or name in objects


def _read_blobs(common_dir: Path, oids: Sequence[Oid], blobs: dict[Oid, list[str]]) -> int:
    """Add to ``blobs`` the blobs that each commit changes, before and after.

    Returns the number of commits that git read before a tree was missing.
    """
    arguments = [*EACH_COMMIT, "--raw", "--no-abbrev", "--always", "-z", "--format=%x01%H"]
    current: Oid | None = None
    done = -1
    with streams.stream(common_dir, arguments, options=PINNED, lines=oids) as output:
        pieces = output.chunks(b"\0")
        for piece in pieces:
            token = piece.lstrip(b"\n")
            if token.startswith(b"\x01"):
                current = Oid(token[1:].decode("ascii", "replace"))
                blobs[current] = []
                done += 1
            elif current is not None:
                next(pieces, None)  # the path follows its row; it may look like a row or a name
                blobs[current] += _changed_blobs(token)
        if output.succeeded():
            return len(oids)
    if current is not None:
        del blobs[current]  # git stopped in the middle of this commit
    return max(done, 0)


def _changed_blobs(row: bytes) -> list[str]:
    """Return the blobs of a row ``:MODE MODE OID OID STATUS`` (git-diff-tree(1), raw output format)."""
    fields = row.removeprefix(b":").decode("ascii", "replace").split()
    if len(fields) < 4:
        return []
    mode_before, mode_after, before, after = fields[:4]
    pairs = ((mode_before, before), (mode_after, after))
    return [name for mode, name in pairs if name.strip("0") and mode != _SUBMODULE]
