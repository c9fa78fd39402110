"""Find commits in a history that were made on a branch with a name that only an agent's machine writes. Pure.

Of a branch that is there still, those commits count that no other branch holds; of a merged one, those that came with
the merge whose subject names it. Only what was made on the branch itself counts, not what was merged into it, so only
first parents are followed. Merges on it are nobody's work.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.runtime_evidence import agent_of_branch, evidence_of_branch
from tracker.git.history_graph import Graph
from tracker.git.merged_branches import merged_branch
from tracker.model import Evidence, Oid

BRANCH: Final = "branch"
MERGE: Final = "merge"
"""Names of the evidence: the branch is there still, or a merge names it."""

_MOST_OF_A_BRANCH: Final = 1000
"""Commits that came with one merge, above which it brought more than one agent's branch."""
_MOST_VISITS: Final = 20
"""Visits of commits for all merges together, for each commit of the history: a history may be made so that each of its
merges needs a walk through all of it."""


class _Branch(NamedTuple):
    """A branch of an agent: its name, and the commits that were made on it. ``source``: BRANCH or MERGE."""

    source: str
    name: str
    oids: Sequence[Oid]


def branch_hints(
    graph: Graph, tips: Sequence[tuple[str, Oid]], catalogue: Catalogue, is_one_work: Callable[[Sequence[Oid]], bool]
) -> dict[Oid, Evidence]:
    """Return the evidence of branches for the commits of a history.

    ``tips``: the names of branches and remote-tracking branches without their remotes, and their commits; an empty name
    stands for anything else that holds commits, such as a detached HEAD. ``is_one_work``: returns True if some commits
    may all be an agent's, whom none of them names.
    """
    found: dict[Oid, dict[str | None, Evidence]] = defaultdict(dict)
    for branch in (*_held_alone(graph, tips, catalogue), *_merged(graph, catalogue)):
        own = [oid for oid in branch.oids if len(graph[oid].parents) < 2]
        # A branch that begins with the history is all of it, as in a clone of one branch.
        begins_history = any(not graph[oid].parents for oid in own)
        if own and not begins_history and is_one_work(own):
            evidence = evidence_of_branch(branch.name, catalogue, branch.source)
            for oid in own:
                found[oid].setdefault(evidence.agent, evidence)
    return {oid: next(iter(by_agent.values())) for oid, by_agent in found.items() if len(by_agent) == 1}


def _held_alone(graph: Graph, tips: Sequence[tuple[str, Oid]], catalogue: Catalogue) -> Iterator[_Branch]:
    """Yield the branches of agents with the commits that no branch of another kind holds."""
    agents = {name: tip for name, tip in tips if agent_of_branch(name, catalogue)}
    if not agents:
        return
    by_others = {oid for name, oid in tips if name not in agents}
    for oid in reversed(graph):
        if oid in by_others:
            by_others.update(graph[oid].parents)
    for name, tip in sorted(agents.items()):
        line = itertools.takewhile(lambda oid: oid not in by_others, _first_parents(graph, tip))
        yield _Branch(BRANCH, name, [*line])


def _first_parents(graph: Graph, tip: Oid) -> Iterator[Oid]:
    """Yield a tip and its first parents, as far as a graph has them."""
    oid: Oid | None = tip
    while oid is not None and oid in graph:
        yield oid
        oid = next(iter(graph[oid].parents), None)


def _merged(graph: Graph, catalogue: Catalogue) -> Iterator[_Branch]:
    """Yield the branches of agents that merges name, with the commits that came with each."""
    ancestry = _Ancestry(graph)
    for commit in graph.values():
        name = merged_branch(commit.subject, commit.parents)
        if name is not None and agent_of_branch(name, catalogue):
            into, merged = commit.parents
            own = ancestry.only_of(merged, into)
            line = itertools.takewhile(own.__contains__, _first_parents(graph, merged))
            yield _Branch(MERGE, name, [*line])


class _Ancestry:
    """The ancestors of commits in a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._visits = _MOST_VISITS * len(graph)

    @cached_property
    def _order(self) -> Sequence[Oid]:
        return [*self._graph]

    @cached_property
    def _places(self) -> Mapping[Oid, int]:
        return {oid: place for place, oid in enumerate(self._order)}

    def only_of(self, tip: Oid, other: Oid) -> set[Oid]:
        """Return the commits that one tip reaches and another one does not; none if they are too many for a branch.

        Visits children before parents, until all that are left to visit are reached by the other one.
        """
        is_others = {oid: oid == other for oid in (tip, other) if oid in self._places}
        waiting = [-self._places[oid] for oid in is_others]
        heapq.heapify(waiting)
        own: set[Oid] = set()
        left = sum(not one for one in is_others.values())
        while left and len(own) <= _MOST_OF_A_BRANCH and self._visits > 0:
            self._visits -= 1
            oid = self._order[-heapq.heappop(waiting)]
            if not is_others[oid]:
                left -= 1
                own.add(oid)
            for parent in self._graph[oid].parents:
                if parent not in is_others and parent in self._places:
                    is_others[parent] = is_others[oid]
                    left += not is_others[oid]
                    heapq.heappush(waiting, -self._places[parent])
                elif is_others[oid] and not is_others.get(parent, True):
                    is_others[parent] = True
                    left -= 1
        return own if not left else set()
