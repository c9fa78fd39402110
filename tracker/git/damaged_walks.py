"""Walk history around commits that are missing or damaged, where ``git rev-list`` stops at the first of them.

Every commit of the walk is read, so it takes longer than git's. A commit that cannot be read ends its line of history,
as the boundary of a shallow clone does.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git.commits import CommitNode, parse_node
from tracker.git.objects import ObjectReader
from tracker.git.short_walks import Rows
from tracker.model import Oid

_BATCH: Final = 500
"""Commits that are read together; fewer than those from which on pygit2 would read them, which damage may stop."""


class Reached(NamedTuple):
    """The commits that a walk reached, and the objects that it could not read, each with the commits that name it."""

    nodes: Mapping[Oid, CommitNode]
    unreadable: Mapping[Oid, Sequence[Oid]]


def reach(objects: ObjectReader, tips: Iterable[Oid]) -> Reached:
    """Return all that can be reached from tips. Raises RepositoryError when git cannot be started."""
    nodes: dict[Oid, CommitNode] = {}
    unreadable: dict[Oid, list[Oid]] = {}
    named_by: dict[Oid, list[Oid]] = {tip: [] for tip in tips}
    waiting = [*named_by]
    while waiting:
        part, waiting = waiting[:_BATCH], waiting[_BATCH:]
        for oid, item in zip(part, objects.read(part), strict=True):
            if item is None or item.kind != "commit":
                unreadable[oid] = named_by[oid]
                continue
            nodes[oid] = parse_node(item.data)
            for parent in nodes[oid].parents:
                if parent not in named_by:
                    waiting.append(parent)
                named_by.setdefault(parent, []).append(oid)
    return Reached(nodes, unreadable)


def rows(objects: ObjectReader, include: Sequence[Oid], exclude: Sequence[Oid], since: int | None) -> Rows:
    """Return the commits that ``include`` reaches and ``exclude`` does not, parents first, each with its parents.

    ``since``: seconds since the epoch; older commits are left out. Raises RepositoryError when git cannot be started.
    """
    excluded = reach(objects, exclude).nodes
    reached = {oid: node for oid, node in reach(objects, include).nodes.items() if oid not in excluded}
    listed = {oid: node for oid, node in reached.items() if since is None or node.time >= since}
    return [[oid, *listed[oid].parents] for oid in _parents_first(listed)]


def _parents_first(nodes: Mapping[Oid, CommitNode]) -> list[Oid]:
    """Return commits so that no one stands before its parents, as far as possible in the order of their dates."""
    children: dict[Oid, list[Oid]] = {}
    missing = {oid: sum(parent in nodes for parent in {*node.parents}) for oid, node in nodes.items()}
    for oid, node in nodes.items():
        for parent in {*node.parents}:
            children.setdefault(parent, []).append(oid)
    ready = [(node.time, oid) for oid, node in nodes.items() if not missing[oid]]
    heapq.heapify(ready)
    found: list[Oid] = []
    while ready:
        _, oid = heapq.heappop(ready)
        found.append(oid)
        for child in children.get(oid, ()):
            missing[child] -= 1
            if not missing[child]:
                heapq.heappush(ready, (nodes[child].time, child))
    return found
