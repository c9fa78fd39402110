"""Walk history: list and count reachable commits, correctly also where commit dates are wrong."""

import contextlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.digests import blake2b
from tracker.errors import RepositoryError
from tracker.files import read_regular
from tracker.git import damaged_walks, process, streams
from tracker.git.objects import ObjectReader
from tracker.git.oid_list import OidList
from tracker.git.rev_parse import existing_commits
from tracker.git.short_walks import Rows, ShortWalks
from tracker.model import Oid, Signature

_EVERY: Final = ("rev-list", "--topo-order", "--reverse", "--ignore-missing", "--stdin")
"""The command that lists commits, parents before children. Tips follow in its standard input."""

_MOST_CHECKED: Final = 16
"""Boundary commits of a walk that are checked one by one; with more of them a second walk is cheaper."""

_MOST_EXCLUDED: Final = 5000
"""Excluded commits up to which they are checked one by one; with more of them a second walk is cheaper."""

_MOST_BY_AUTHOR: Final = 20_000
"""Commits that are searched for those of some authors and dates."""


class Author(NamedTuple):
    """An author with the author time in seconds, without its offset."""

    name: str
    email: str
    time: int


class Walker:
    """Walks in one repository: short ones in this process, all others by git.

    ``has_replaced``: returns True if objects are replaced, which only git's walks follow.
    """

    def __init__(self, common_dir: Path, objects: ObjectReader, has_replaced: Callable[[], bool]) -> None:
        self._common_dir = common_dir
        self._objects = objects
        self._short = ShortWalks(common_dir, objects, has_replaced)

    def walk(self, include: Sequence[Oid], exclude: Sequence[Oid], since: int | None = None) -> list[Oid]:
        """Return the commits reachable from ``include`` and not from ``exclude``, parents before children.

        ``since``: seconds since the epoch; older commits are left out. Missing objects are ignored. Raises
        RepositoryError.

        A walk stops searching for excluded commits a few steps after the dates say that none can follow (SLOP in git's
        revision.c), so wrong dates can make it list excluded commits. If a boundary commit of the list is found to be
        excluded, all excluded commits are listed and subtracted.
        """
        if not exclude:
            return [*self.walk_all(include, since)]
        return [row[0] for row in self._rows(include, exclude, since)]

    def walk_all(self, include: Sequence[Oid], since: int | None = None) -> OidList:
        """Return what ``walk`` returns without excluded commits, in little memory. Raises RepositoryError."""
        arguments = [*_EVERY, *([] if since is None else [f"--max-age={since}"])]
        found = OidList()
        with streams.stream(self._common_dir, arguments, lines=include) as output:
            for line in output.chunks(b"\n"):
                found.append(Oid(line.decode("ascii", "replace")))
            if output.succeeded():
                return found
        # A commit is missing or damaged: git lists none at all.
        return OidList(Oid(row[0]) for row in damaged_walks.rows(self._objects, include, (), since))

    def walk_each(self, tips: Sequence[Oid], exclude: Sequence[Oid]) -> dict[Oid, list[Oid]]:
        """Return for each tip the commits reachable from it and not from ``exclude``, parents before children.

        One walk finds them all. Raises RepositoryError.
        """
        rows = self._rows(tips, exclude, None)
        parents = {row[0]: row[1:] for row in rows}
        found: dict[Oid, list[Oid]] = {}
        for tip in tips:
            reached, waiting = set[Oid](), [tip]
            while waiting:
                oid = waiting.pop()
                if oid in parents and oid not in reached:
                    reached.add(oid)
                    waiting += parents[oid]
            found[tip] = [row[0] for row in rows if row[0] in reached] if reached else []
        return found

    def newest(self, tip: Oid, limit: int) -> list[Oid]:
        """Return up to ``limit`` commits reachable from ``tip``, newest first. Raises RepositoryError."""
        found = self._short.newest(tip, limit)
        if found is not None:
            return found
        # With exit code 128 git met a commit that is missing or damaged, and printed those before it.
        answer = process.run(self._common_dir, ["rev-list", f"--max-count={limit}", tip, "--"], accept=(0, 128))
        return [Oid(line) for line in answer.decode("ascii", "replace").split("\n") if line]

    def count(self, include: Sequence[Oid], most: int) -> int:
        """Return the number of commits reachable from ``include``, counted up to ``most``. Raises RepositoryError."""
        arguments = ["rev-list", "--count", "--ignore-missing", f"--max-count={most}", "--stdin"]
        try:
            return int(process.run(self._common_dir, arguments, lines=include)) if include else 0
        except RepositoryError:  # a commit is missing or damaged
            return min(most, len(damaged_walks.reach(self._objects, include).nodes))

    def difference(self, old: Oid, new: Oid) -> tuple[list[Oid], list[Oid]]:
        """Return the commits that only ``old`` reaches, then those that only ``new`` reaches, parents before children.

        Both are empty if one of the two is missing. Raises RepositoryError.
        """
        if len(existing_commits(self._objects, self._common_dir, [old, new])) < len({old, new}):
            return [], []
        return self.walk([old], [new]), self.walk([new], [old])

    def by_authors(self, authors: Collection[Signature]) -> dict[Author, list[Oid]]:
        """Return the commits of all refs and reflogs with these authors and author dates, newest first.

        Up to ``_MOST_BY_AUTHOR`` commits are examined. Commits older than the author dates cannot be copies of a commit
        of that date and are left out. Raises RepositoryError.
        """
        found: dict[Author, list[Oid]] = {Author(one.name, one.email, one.time): [] for one in authors}
        if not found:
            return found
        since = min(one.time for one in found) - 1
        arguments = ["rev-list", "--all", "--reflog", "HEAD", f"--since={since}", f"--max-count={_MOST_BY_AUTHOR}"]
        form = ["--no-commit-header", "--format=%H%x00%an%x00%ae%x00%at", "--"]
        answer = process.run(self._common_dir, [*arguments, *form], accept=(0, 128)).decode("utf-8", "replace")
        for line in answer.split("\n"):
            oid, *author = line.split("\0")
            if len(author) == len(Author._fields) and author[2].isdigit():
                found.get(Author(author[0], author[1], int(author[2])), []).append(Oid(oid))
        return found

    def reachability_digest(self, replaced: Mapping[str, Oid]) -> str:
        """Return a digest of what changes reachability without moving a tip, empty if there is nothing of the kind.

        That is ``shallow``, ``info/grafts`` and the refs below ``refs/replace``, given as ``replaced``.
        """
        digest = blake2b(digest_size=8)
        found = False
        for name in ("shallow", "info/grafts"):
            with contextlib.suppress(FileNotFoundError):
                digest.update(name.encode() + read_regular(self._common_dir / name))
                found = True
        for name, oid in replaced.items():
            digest.update(os.fsencode(f"{name} {oid}\n"))
        return digest.hexdigest() if found or replaced else ""

    def _rows(self, include: Sequence[Oid], exclude: Sequence[Oid], since: int | None) -> Rows:
        """Return one row for each commit of a walk: its oid, then those of its parents."""
        arguments = [*_EVERY, "--parents"]
        if since is not None:
            arguments.append(f"--max-age={since}")
        rows = self._short.rows(include, exclude) if since is None else None
        if rows is None:
            try:
                rows = _rows(self._common_dir, arguments, [*include, *(f"^{oid}" for oid in exclude)])
            except RepositoryError:  # a commit is missing or damaged: git lists none at all
                return damaged_walks.rows(self._objects, include, exclude, since)
        listed = {row[0] for row in rows}
        ends = [row[0] for row in rows if listed.isdisjoint(row[1:])]
        if exclude and ends and not self._are_outside(ends, exclude):
            listed -= self._reachable(arguments, exclude)
        return [row for row in rows if row[0] in listed]

    def _reachable(self, arguments: Sequence[str], tips: Sequence[Oid]) -> set[Oid]:
        """Return all commits that tips reach. ``arguments``: those of rev-list. Raises RepositoryError."""
        try:
            return {row[0] for row in _rows(self._common_dir, arguments, tips)}
        except RepositoryError:  # a commit is missing or damaged
            return {*damaged_walks.reach(self._objects, tips).nodes}

    def _are_outside(self, ends: Sequence[Oid], exclude: Sequence[Oid]) -> bool:
        """Return True if no end is reachable from an excluded commit; False also if it would be expensive to find."""
        if len(ends) > _MOST_CHECKED or len(exclude) > _MOST_EXCLUDED:
            return False
        unproven = self._short.unproven(ends, exclude)
        if not unproven:
            return unproven is not None
        known = sorted(existing_commits(self._objects, self._common_dir, exclude))
        for end in unproven:
            if known and self._is_reachable(end, known):
                return False
            self._short.note_outside(end, exclude)
        return True

    def _is_reachable(self, end: Oid, tips: Sequence[Oid]) -> bool:
        """Return True if one of the tips reaches a commit. Raises RepositoryError."""
        # A commit that is reachable from another one is their merge base (git-merge-base(1)).
        arguments = ["merge-base", "--all", end, *tips]
        try:
            return end in process.run(self._common_dir, arguments, accept=(0, 1)).decode("ascii", "replace").split()
        except RepositoryError:  # a commit is missing or damaged
            return end in damaged_walks.reach(self._objects, tips).nodes


def _rows(common_dir: Path, arguments: Sequence[str], lines: Sequence[str]) -> Rows:
    answer = process.run(common_dir, arguments, lines=lines).decode("ascii", "replace")
    return [[Oid(word) for word in line.split()] for line in answer.split("\n") if line]
