"""Diff statistics: one definition and one engine everywhere, so that hooks and backfill count alike.

``git diff-tree --numstat -M`` with every option pinned that a user's configuration or a work tree's attributes could
change: the same commit gives the same numbers on every day and machine.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tracker.git import process
from tracker.model import Change, DiffStat, Oid

LONGEST_PATHS: Final = 200
"""Paths kept of one commit, enough to tell its kind of task."""

PINNED: Final[Sequence[str]] = (
    "-c", "core.bare=true",  # no work tree, so no .gitattributes of today
    "-c", f"core.attributesFile={os.devnull}",
    "-c", "diff.renames=true",
    "-c", "diff.renameLimit=1000",
    "-c", "diff.algorithm=default",
    "-c", "diff.ignoreSubmodules=none",
    "-c", f"diff.orderFile={os.devnull}",
    "-c", "diff.relative=false",
    "-c", "diff.suppressBlankEmpty=false",
    "-c", "diff.interHunkContext=0",
    "-c", "diff.context=3",
    "-c", "diff.noPrefix=false",
    "-c", "diff.mnemonicPrefix=false",
    "-c", "core.bigFileThreshold=512m",
)  # fmt: skip
_DIFF: Final[Sequence[str]] = (
    "diff-tree", "--stdin", "-r", "--root", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative",
)  # fmt: skip
_FAILURES: Final = 50
"""Missing objects in one call after which the rest is unknown too: each costs a process."""

_SUBMODULE: Final = "160000"
_SHA1: Final = 40
"""Hex digits of the names that libgit2 can look up; longer ones are left to git to stumble over."""


def changes(common_dir: Path, oids: Sequence[Oid]) -> dict[Oid, Change]:
    """The statistics of commits; those that git cannot tell here are left out.

    Unknown are commits whose blobs a partial clone lacks (nothing is ever fetched) and the boundary of a shallow
    clone, which would count as adding the whole tree.
    """
    found: dict[Oid, Change] = {}
    boundary = shallow_boundary(common_dir)
    waiting = [oid for oid in oids if oid not in boundary]
    if _is_partial(common_dir):
        waiting = _complete(common_dir, waiting)
    for _ in range(_FAILURES):
        if not waiting:
            break
        done = _read(common_dir, waiting, found)
        waiting = waiting[done + 1 :]  # the one that git stopped at is unknown
    return found


def _is_partial(common_dir: Path) -> bool:
    """Whether objects may be away that a promisor remote has (partial-clone.txt: packs marked ``.promisor``)."""
    return any((common_dir / "objects" / "pack").glob("*.promisor"))


def _complete(common_dir: Path, oids: Sequence[Oid]) -> list[Oid]:
    """Those commits of a partial clone whose trees and changed blobs are all here, in the same order."""
    blobs: dict[Oid, list[str]] = {}
    waiting = list(oids)
    for _ in range(_FAILURES):
        if not waiting:
            break
        done = _read_blobs(common_dir, waiting, blobs)
        waiting = waiting[done + 1 :]
    is_here = cache(_presence(common_dir))
    return [oid for oid in oids if oid in blobs and all(map(is_here, blobs[oid]))]


def _presence(common_dir: Path) -> Callable[[str], bool]:
    """Tells whether an object is here: libgit2 asks no promisor remote for it, where git would, or die."""
    import pygit2

    objects = pygit2.Odb(str(common_dir / "objects"))
    return lambda name: len(name) != _SHA1 or name in objects


def _read_blobs(common_dir: Path, oids: Sequence[Oid], blobs: dict[Oid, list[str]]) -> int:
    """The blobs that commits change, before and after; how many commits git dealt with before a tree was missing."""
    arguments = ["diff-tree", "--stdin", "-r", "--root", "--raw", "--no-abbrev", "--always", "-z", "--format=%x01%H"]
    current: Oid | None = None
    done = -1
    with process.stream(common_dir, arguments, options=PINNED, lines=oids) as output:
        for piece in output.chunks(b"\0"):
            token = piece.lstrip(b"\n")
            if token.startswith(b"\x01"):
                current = Oid(token[1:].decode("ascii", "replace"))
                blobs[current] = []
                done += 1
            elif token.startswith(b":") and current is not None:
                mode_before, mode_after, before, after = token[1:].decode("ascii", "replace").split()[:4]
                pairs = ((mode_before, before), (mode_after, after))
                blobs[current] += [name for mode, name in pairs if name.strip("0") and mode != _SUBMODULE]
        if output.failure() is None:
            return len(oids)
    if current is not None:
        del blobs[current]  # git stopped in the middle of it
    return max(done, 0)


def shallow_boundary(common_dir: Path) -> frozenset[str]:
    """The commits of a shallow clone whose parents are not here."""
    try:
        return frozenset((common_dir / "shallow").read_text(encoding="ascii", errors="replace").split())
    except FileNotFoundError:
        return frozenset()


def _read(common_dir: Path, oids: Sequence[Oid], found: dict[Oid, Change]) -> int:
    """Fill ``found``; how many of the oids git dealt with before it ended.

    With ``--always`` git names every commit before its numbers, also those without any, so the name of the next one
    tells that the numbers before it are whole.
    """
    arguments = [*_DIFF, "--always", "--numstat", "-z", "--format=%x01%H"]
    current: Oid | None = None
    rows: list[tuple[bytes, bytes, bytes]] = []
    done = 0
    with process.stream(common_dir, arguments, options=PINNED, lines=oids) as output:
        for token in _tokens(output):
            if isinstance(token, str):
                if current is not None:
                    found[current] = _change(rows)
                    done += 1
                current, rows = Oid(token), []
            else:
                rows.append(token)
        if output.failure() is None and current is not None:
            found[current] = _change(rows)
            done = len(oids)
    return done


def _tokens(output: process.Stream) -> Iterator[str | tuple[bytes, bytes, bytes]]:
    """Commit names, and rows of (insertions, deletions, path).

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
    """Sum up; a binary file has ``-`` for both numbers."""
    insertions = sum(int(row[0]) for row in rows if row[0].isdigit())
    deletions = sum(int(row[1]) for row in rows if row[1].isdigit())
    paths = tuple(row[2].decode("utf-8", "replace") for row in rows[:LONGEST_PATHS])
    return Change(DiffStat(len(rows), insertions, deletions), paths)


def _patch_id() -> list[str]:
    """What digests patches: white space counts, since it changes what Python does; git before 2.39 cannot tell it."""
    return ["patch-id", "--verbatim" if process.version() >= (2, 39) else "--stable"]


def patch_id_between(common_dir: Path, base: Oid, tip: Oid) -> str | None:
    """The patch id of the diff from the merge base of two commits to the second, None where that is empty."""
    words = [
        "diff",
        "-M",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--no-relative",
        f"{base}...{tip}",
        "--",
    ]
    with process.stream(common_dir, words, options=PINNED) as patch:
        for line in patch.into(process.command(common_dir, _patch_id())):
            return line.decode("ascii", "replace").split()[0]
    return None


def patch_ids(common_dir: Path, oids: Sequence[Oid]) -> dict[Oid, str]:
    """A digest of each commit's patch that does not depend on line numbers (git-patch-id(1)); merges have none.

    One that objects are missing of gets a digest that no other has: what is not known is equal to nothing.
    """
    if not oids:
        return {}
    found, whole = _patch_ids(common_dir, oids)
    if whole:
        return found
    readable = changes(common_dir, oids)
    found, _ = _patch_ids(common_dir, [oid for oid in oids if oid in readable])
    return found | {oid: f"unknown {oid}" for oid in oids if oid not in readable}


def _patch_ids(common_dir: Path, oids: Sequence[Oid]) -> tuple[dict[Oid, str], bool]:
    """The digests, and whether git came to the end."""
    found: dict[Oid, str] = {}
    with process.stream(common_dir, [*_DIFF, "-p"], options=PINNED, lines=oids) as patches:
        for line in patches.into(process.command(common_dir, _patch_id())):
            with contextlib.suppress(ValueError):
                patch, oid = line.decode("ascii").split()
                found[Oid(oid)] = patch
        return found, patches.failure() is None
