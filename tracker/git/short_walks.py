"""Walk a few commits without a git process: the commits that a branch gained or lost, the newest ones of a HEAD.

The answers are git's. Where a walk would be long, or meets something unusual (grafts, missing or damaged commits),
there is no answer, and git has to be asked (``walk``).
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from tracker.files import read_regular
from tracker.git.commits import CommitNode, parse_node
from tracker.git.objects import ObjectReader
from tracker.model import Oid

_MOST_TIPS: Final = 200
"""Tips from which a walk begins here; git reads more of them faster."""

_MOST_STEPS: Final = 400
"""Commits of one walk; git walks more of them faster."""

_INCLUDED: Final = 1
_EXCLUDED: Final = 2

Rows = list[list[Oid]]
"""One row for each commit of a walk: its oid, then those of its parents."""


class _NoAnswer(Exception):
    """Ends a walk that is too long, or meets a commit that cannot be read."""


class ShortWalks:
    """Walks in one repository. Commits that were read, and what was proven about them, are kept.

    ``has_replaced``: returns True if objects are replaced, which only git's walks follow.
    """

    def __init__(self, common_dir: Path, objects: ObjectReader, has_replaced: Callable[[], bool]) -> None:
        self._common_dir = common_dir
        self._objects = objects
        self._has_replaced = has_replaced
        self._nodes: dict[Oid, CommitNode] = {}
        self._outside: set[tuple[Oid, Oid]] = set()

    def rows(self, include: Sequence[Oid], exclude: Sequence[Oid]) -> Rows | None:
        """Return the commits reachable from ``include`` and not from ``exclude``, parents first; None for no answer.

        As with ``rev-list``, wrong dates can make it list excluded commits (``unproven``). Raises RepositoryError.
        """
        if not exclude or len(include) + len(exclude) > _MOST_TIPS or self._has_grafts():
            return None
        try:
            flags, order = self._paint(include, exclude, _INCLUDED)
        except _NoAnswer:
            return None
        listed = [oid for oid in order if flags[oid] == _INCLUDED]
        return [[oid, *self._nodes[oid].parents] for oid in self._parents_first(listed)]

    def unproven(self, ends: Iterable[Oid], exclude: Sequence[Oid]) -> list[Oid] | None:
        """Return the ends that may be reachable from an excluded commit; None if one of them certainly is.

        A commit that both an end and an excluded commit reach cannot reach the end. So the search stops where the two
        histories meet, however wrong the dates are. Raises RepositoryError.
        """
        if len(exclude) > _MOST_TIPS:
            return [*ends]
        left: list[Oid] = []
        for end in ends:
            unknown = [oid for oid in exclude if (end, oid) not in self._outside]
            try:
                flags, _ = self._paint([end], unknown, _EXCLUDED)
            except _NoAnswer:
                left.append(end)
                continue
            if flags.get(end) != _INCLUDED:
                return None
            self.note_outside(end, exclude)
        return left

    def note_outside(self, end: Oid, exclude: Sequence[Oid]) -> None:
        """Remember that no excluded commit reaches the end; nothing if they are many."""
        if len(exclude) <= _MOST_TIPS:
            self._outside.update((end, oid) for oid in exclude)

    def newest(self, tip: Oid, limit: int) -> list[Oid] | None:
        """Return up to ``limit`` commits reachable from ``tip``, newest first, in the order of ``git rev-list``.

        None for no answer. Raises RepositoryError.
        """
        if self._has_grafts():
            return None
        shallow, number = self._shallow(), count()
        seen, found = {tip}, list[Oid]()
        try:
            self._read([tip])
            queue = [(-self._node(tip).time, next(number), tip)]
            while queue and len(found) < limit:
                oid = heapq.heappop(queue)[2]
                found.append(oid)
                parents = () if oid in shallow else self._nodes[oid].parents
                self._read(parents)
                for parent in parents:
                    if parent not in seen:
                        seen.add(parent)
                        heapq.heappush(queue, (-self._node(parent).time, next(number), parent))
        except _NoAnswer:
            return None
        return found

    def _paint(
        self, include: Iterable[Oid], exclude: Iterable[Oid], until: int
    ) -> tuple[dict[Oid, int], dict[Oid, None]]:
        """Return what reaches each visited commit, and the visited commits in the order of the walk, by date.

        The walk ends when none of the commits that are still to be visited is reached by ``until`` alone. Tips that are
        missing count for nothing. Raises _NoAnswer.
        """
        shallow, number = self._shallow(), count()
        flags: dict[Oid, int] = {}
        queue: list[tuple[int, int, Oid]] = []
        waiting: set[Oid] = set()  # those in the queue that ``until`` alone reaches

        def mark(oid: Oid, flag: int) -> None:
            before = flags.get(oid, 0)
            if before | flag != before:
                flags[oid] = before | flag
                heapq.heappush(queue, (-self._node(oid).time, next(number), oid))
                (waiting.add if flags[oid] == until else waiting.discard)(oid)

        tips = [*((oid, _INCLUDED) for oid in include), *((oid, _EXCLUDED) for oid in exclude)]
        self._read([oid for oid, _ in tips])
        for oid, flag in tips:
            if oid in self._nodes:
                mark(oid, flag)
        order: dict[Oid, None] = {}
        while waiting:
            oid = heapq.heappop(queue)[2]
            waiting.discard(oid)
            order[oid] = None
            if len(order) > _MOST_STEPS:
                raise _NoAnswer
            parents = () if oid in shallow else self._nodes[oid].parents
            self._read(parents)
            for parent in parents:
                mark(parent, flags[oid])
        return flags, order

    def _parents_first(self, listed: Sequence[Oid]) -> list[Oid]:
        """Return commits with parents before children, and the lines of history one after the other."""
        children = dict.fromkeys(listed, 0)
        for oid in listed:
            for parent in self._nodes[oid].parents:
                if parent in children:
                    children[parent] += 1
        ready = [oid for oid in reversed(listed) if not children[oid]]
        ordered: list[Oid] = []
        while ready:
            oid = ready.pop()
            ordered.append(oid)
            for parent in self._nodes[oid].parents:
                if parent in children:
                    children[parent] -= 1
                    if not children[parent]:
                        ready.append(parent)
        return ordered[::-1]

    def _read(self, oids: Iterable[Oid]) -> None:
        """Read commits that were not read yet; missing ones are left out. Raises _NoAnswer for what is no commit."""
        wanted = [oid for oid in oids if oid not in self._nodes]
        for oid, item in zip(wanted, self._objects.read(wanted), strict=True):
            if item is None:
                continue
            if item.kind != "commit":
                raise _NoAnswer
            self._nodes[oid] = parse_node(item.data)

    def _node(self, oid: Oid) -> CommitNode:
        """Return a commit that was read. Raises _NoAnswer for a missing one."""
        node = self._nodes.get(oid)
        if node is None:
            raise _NoAnswer
        return node

    def _shallow(self) -> frozenset[str]:
        """Return the commits whose parents a shallow clone lacks."""
        return frozenset(_words(self._common_dir / "shallow"))

    def _has_grafts(self) -> bool:
        """Return True if commits have other parents than they were made with."""
        return any(_words(self._common_dir / "info" / "grafts")) or self._has_replaced()


def _words(path: Path) -> Iterator[str]:
    """Yield the words of a file; none if there is none."""
    try:
        yield from read_regular(path).decode("ascii", "replace").split()
    except (FileNotFoundError, NotADirectoryError):
        return
