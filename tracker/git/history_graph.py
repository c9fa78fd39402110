"""Read the graph of a history with subjects, in one walk and without the rest of the messages."""

from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import streams
from tracker.model import Commit, Oid, parse_oid

_FORMAT: Final = "--format=%H%x00%P%x00%s"
_LONGEST: Final = 1000
"""Characters of a subject that are kept."""


class GraphCommit(NamedTuple):
    """A commit in a graph."""

    parents: tuple[Oid, ...]
    subject: str


Graph = dict[Oid, GraphCommit]
"""Commits, parents before children."""


def graph_of(commits: Collection[Commit]) -> Graph:
    """Return commits that were read already, in the same order, as a graph. Their first lines count as the subjects."""
    return {one.oid: GraphCommit(one.parents, one.message[:_LONGEST].partition("\n")[0]) for one in commits}


def read_graph(common_dir: Path, tips: Collection[Oid]) -> Graph:
    """Return all commits that tips reach; in a damaged history those that git reads. Raises RepositoryError."""
    arguments = ["rev-list", "--topo-order", "--reverse", "--ignore-missing", "--no-commit-header", _FORMAT, "--stdin"]
    graph: Graph = {}
    if not tips:
        return graph
    with streams.stream(common_dir, arguments, lines=[*sorted(tips)]) as output:
        for line in output.chunks(b"\n"):
            fields = line.decode("utf-8", "replace").split("\0", 2)
            oid = parse_oid(fields[0])
            if oid is not None and len(fields) == 1 + len(GraphCommit._fields):
                parents = tuple(parent for word in fields[1].split(" ") if (parent := parse_oid(word)))
                graph[oid] = GraphCommit(parents, fields[2][:_LONGEST])
    return graph
