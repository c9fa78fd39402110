"""Find commits in a history that were made on a branch with a name that only an agent's machine writes. Pure.

Of a branch that is there still, those commits count that no other branch holds; of a merged one, those that came with
the merge whose subject names it. Who signs work signs all of it: where a commit of the branch names an agent or bot,
the branch says nothing of the others, since people have added them. Merges on such a branch are nobody's work.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.runtime_evidence import evidence_of_branch
from tracker.git.history_graph import Graph
from tracker.git.merged_branches import merged_branch
from tracker.model import Evidence, Oid

BRANCH: Final = "branch"
MERGE: Final = "merge"
"""Names of the evidence: the branch is there still, or a merge names it."""

_MOST_OF_A_BRANCH: Final = 1000
"""Commits that came with one merge, above which it brought more than one agent's branch."""


class _Branch(NamedTuple):
    """A branch of an agent: its name, and the commits that were made on it. ``source``: BRANCH or MERGE."""

    source: str
    name: str
    oids: Sequence[Oid]


def branch_hints(
    graph: Graph, tips: Sequence[tuple[str, Oid]], catalogue: Catalogue, is_signed: Callable[[Sequence[Oid]], bool]
) -> dict[Oid, Evidence]:
    """Return the evidence of branches for the commits of a history.

    ``tips``: the names of branches and remote-tracking branches without their remotes, and their commits; an empty name
    stands for anything else that holds commits, such as a detached HEAD. ``is_signed``: returns True if one of some
    commits names an agent or bot.
    """
    found: dict[Oid, dict[str | None, Evidence]] = defaultdict(dict)
    for branch in (*_held_alone(graph, tips, catalogue), *_merged(graph, catalogue)):
        # A branch that begins with the history is all of it, as in a clone of one branch.
        begins_history = any(not graph[oid].parents for oid in branch.oids)
        if not begins_history and not is_signed(branch.oids):
            evidence = evidence_of_branch(branch.name, catalogue, branch.source)
            for oid in branch.oids:
                if len(graph[oid].parents) < 2:
                    found[oid].setdefault(evidence.agent, evidence)
    return {oid: next(iter(by_agent.values())) for oid, by_agent in found.items() if len(by_agent) == 1}


def _held_alone(graph: Graph, tips: Sequence[tuple[str, Oid]], catalogue: Catalogue) -> Iterator[_Branch]:
    """Yield the branches of agents with the commits that no branch of another kind holds."""
    holders: dict[Oid, set[str]] = defaultdict(set)
    for name, oid in tips:
        holders[oid].add(name if catalogue.agent_by_branch(name) else "")
    if not any(name for names in holders.values() for name in names):
        return
    held: dict[str, list[Oid]] = defaultdict(list)
    for oid in reversed(graph):
        names = holders.pop(oid, set())
        for parent in graph[oid].parents:
            if parent in graph:
                holders[parent] |= names
        for name in names if "" not in names else ():
            held[name].append(oid)
    yield from (_Branch(BRANCH, name, oids) for name, oids in sorted(held.items()))


def _merged(graph: Graph, catalogue: Catalogue) -> Iterator[_Branch]:
    """Yield the branches of agents that merges name, with the commits that came with each."""
    ancestry = _Ancestry(graph)
    for commit in graph.values():
        name = merged_branch(commit.subject, commit.parents)
        if name is not None and catalogue.agent_by_branch(name):
            into, merged = commit.parents
            yield _Branch(MERGE, name, ancestry.only_of(merged, into))


class _Ancestry:
    """The ancestors of commits in a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @cached_property
    def _order(self) -> Sequence[Oid]:
        return [*self._graph]

    @cached_property
    def _places(self) -> Mapping[Oid, int]:
        return {oid: place for place, oid in enumerate(self._order)}

    def only_of(self, tip: Oid, other: Oid) -> Sequence[Oid]:
        """Return the commits that one tip reaches and another one does not; none if they are too many for a branch.

        Visits children before parents, until all that are left to visit are reached by the other one.
        """
        is_others = {oid: oid == other for oid in (tip, other) if oid in self._places}
        waiting = [-self._places[oid] for oid in is_others]
        heapq.heapify(waiting)
        own: list[Oid] = []
        left = sum(not one for one in is_others.values())
        while left and len(own) <= _MOST_OF_A_BRANCH:
            oid = self._order[-heapq.heappop(waiting)]
            if not is_others[oid]:
                left -= 1
                own.append(oid)
            for parent in self._graph[oid].parents:
                if parent not in is_others and parent in self._places:
                    is_others[parent] = is_others[oid]
                    left += not is_others[oid]
                    heapq.heappush(waiting, -self._places[parent])
                elif is_others[oid] and not is_others.get(parent, True):
                    is_others[parent] = True
                    left -= 1
        return own if len(own) <= _MOST_OF_A_BRANCH else ()
