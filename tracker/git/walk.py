"""Walk history: list and count reachable commits, correctly also where commit dates are wrong."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from tracker.git import process, rev_parse
from tracker.model import Oid, Signature

_MOST_CHECKED: Final = 16
"""Boundary commits of a walk that are checked one by one; with more of them a second walk is cheaper."""

_MOST_EXCLUDED: Final = 5000
"""Excluded commits up to which they are checked one by one; with more of them a second walk is cheaper."""


def walk(common_dir: Path, include: Sequence[Oid], exclude: Sequence[Oid], since: str | None = None) -> list[Oid]:
    """Return the commits reachable from ``include`` and not from ``exclude``, parents before children.

    ``since``: a date in one of git's formats; older commits are left out. Missing objects are ignored. Raises
    RepositoryError.

    rev-list stops searching for excluded commits a few steps after the dates say that none can follow (SLOP in git's
    revision.c), so wrong dates can make it list excluded commits. merge-base has no such limit: if it finds that a
    boundary commit of the list is excluded, all excluded commits are listed and subtracted.
    """
    return [Oid(row[0]) for row in _walked(common_dir, include, exclude, since)]


def walk_each(common_dir: Path, tips: Sequence[Oid], exclude: Sequence[Oid]) -> dict[Oid, list[Oid]]:
    """Return for each tip the commits reachable from it and not from ``exclude``, parents before children.

    One walk finds them all. Raises RepositoryError.
    """
    rows = _walked(common_dir, tips, exclude, None)
    parents = {row[0]: row[1:] for row in rows}
    found: dict[Oid, list[Oid]] = {}
    for tip in tips:
        reached, waiting = set[str](), [str(tip)]
        while waiting:
            oid = waiting.pop()
            if oid in parents and oid not in reached:
                reached.add(oid)
                waiting += parents[oid]
        found[tip] = [Oid(row[0]) for row in rows if row[0] in reached] if reached else []
    return found


def _walked(common_dir: Path, include: Sequence[Oid], exclude: Sequence[Oid], since: str | None) -> list[list[str]]:
    """Return one row for each commit of a walk: its oid, then those of its parents."""
    arguments = ["rev-list", "--topo-order", "--reverse", "--ignore-missing", "--parents", "--stdin"]
    if since is not None:
        arguments.append(f"--since={since}")
    rows = _rows(common_dir, arguments, [*include, *(f"^{oid}" for oid in exclude)])
    listed = {row[0] for row in rows}
    ends = [row[0] for row in rows if listed.isdisjoint(row[1:])]
    if exclude and ends and not _are_outside(common_dir, ends, exclude):
        listed -= {row[0] for row in _rows(common_dir, arguments, exclude)}
    return [row for row in rows if row[0] in listed]


def _rows(common_dir: Path, arguments: Sequence[str], lines: Sequence[str]) -> list[list[str]]:
    answer = process.run(common_dir, arguments, lines=lines).decode("ascii", "replace")
    return [line.split() for line in answer.split("\n") if line]


def _are_outside(common_dir: Path, ends: Sequence[str], exclude: Sequence[Oid]) -> bool:
    """Return True if no end is reachable from an excluded commit; False also if the check would be too expensive."""
    if len(ends) > _MOST_CHECKED or len(exclude) > _MOST_EXCLUDED:
        return False
    known = sorted(rev_parse.existing_commits(common_dir, exclude))
    # A commit that is reachable from another one is their merge base (git-merge-base(1)).
    return not known or all(
        end not in process.run(common_dir, ["merge-base", "--all", end, *known], accept=(0, 1)).decode("ascii").split()
        for end in ends
    )


def difference(common_dir: Path, old: Oid, new: Oid) -> tuple[list[Oid], list[Oid]]:
    """Return the commits that only ``old`` reaches, then those that only ``new`` reaches, parents before children.

    Both are empty if one of the two is missing. Raises RepositoryError when git cannot be run.
    """
    arguments = ["rev-list", "--left-right", "--topo-order", "--reverse", f"{old}...{new}", "--"]
    lines = process.run(common_dir, arguments, accept=(0, 128)).decode("ascii", "replace").split("\n")
    sides = {mark: [Oid(line[1:]) for line in lines if line[:1] == mark] for mark in "<>"}
    return sides["<"], sides[">"]


def count_reachable(common_dir: Path, include: Sequence[Oid], most: int) -> int:
    """Return the number of commits reachable from ``include``, counted up to ``most``. Raises RepositoryError."""
    arguments = ["rev-list", "--count", "--ignore-missing", f"--max-count={most}", "--stdin"]
    return int(process.run(common_dir, arguments, lines=include)) if include else 0


def newest(common_dir: Path, tip: Oid, limit: int) -> list[Oid]:
    """Return up to ``limit`` commits reachable from ``tip``, newest first. Raises RepositoryError."""
    answer = process.run(common_dir, ["rev-list", f"--max-count={limit}", tip, "--"]).decode("ascii", "replace")
    return [Oid(line) for line in answer.split("\n") if line]


def by_authors(
    common_dir: Path, authors: Collection[Signature], most: int = 20_000
) -> dict[tuple[str, str, int], list[Oid]]:
    """Return the commits of all refs and reflogs with these author names, addresses and dates, newest first.

    They are keyed by name, address and seconds. Up to ``most`` commits are examined. Commits older than the author
    dates cannot be copies of a commit of that date and are left out. Raises RepositoryError.
    """
    wanted = {(author.name, author.email, author.time) for author in authors}
    found: dict[tuple[str, str, int], list[Oid]] = {}
    if not wanted:
        return found
    since = min(time for _, _, time in wanted) - 1
    arguments = ["rev-list", "--all", "--reflog", "HEAD", f"--since={since}", f"--max-count={most}"]
    arguments += ["--no-commit-header", "--format=%H%x00%an%x00%ae%x00%at", "--"]
    answer = process.run(common_dir, arguments, accept=(0, 128))
    for line in answer.decode("utf-8", "replace").split("\n"):
        row = line.split("\0")
        if len(row) == 4 and row[3].isdigit() and (row[1], row[2], int(row[3])) in wanted:
            found.setdefault((row[1], row[2], int(row[3])), []).append(Oid(row[0]))
    return found


def reachability_digest(common_dir: Path) -> str:
    """Return a digest of what changes reachability without moving a tip, empty if there is nothing of the kind.

    That is ``shallow``, ``info/grafts`` and ``refs/replace``. Raises RepositoryError.
    """
    digest = hashlib.blake2b(digest_size=8)
    found = False
    for name in ("shallow", "info/grafts"):
        try:
            digest.update(name.encode() + (common_dir / name).read_bytes())
            found = True
        except FileNotFoundError:
            continue
    replaced = process.run(common_dir, ["for-each-ref", "--format=%(refname) %(objectname)", "refs/replace"])
    digest.update(replaced)
    return digest.hexdigest() if found or replaced else ""
