"""Read the graph of a history with the subjects of its merges, in one walk."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import streams
from tracker.git.merged_branches import merged_branch
from tracker.model import Oid, parse_oid

_FORMAT: Final = "--format=%H%x00%P%x00%s"
_LONGEST: Final = 1000
"""Characters of a subject that are kept."""


class GraphCommit(NamedTuple):
    """A commit in a graph. ``subject``: of a merge, else empty."""

    parents: tuple[Oid, ...]
    subject: str


Graph = dict[Oid, GraphCommit]
"""Commits, parents before children."""


def read_graph(common_dir: Path, tips: Collection[Oid]) -> Graph:
    """Return all commits that tips reach; in a damaged history those that git reads. Raises RepositoryError."""
    arguments = ["rev-list", "--topo-order", "--reverse", "--ignore-missing", "--no-commit-header", _FORMAT, "--stdin"]
    graph: Graph = {}
    if not tips:
        return graph
    names: dict[str, Oid] = {}  # each name once in memory, however many children name it
    with streams.stream(common_dir, arguments, lines=[*sorted(tips)]) as output:
        for line in output.chunks(b"\n"):
            fields = line.split(b"\0", 2)
            oid = parse_oid(fields[0].decode("ascii", "replace"))
            if oid is None or len(fields) < 3:
                continue
            named = [parse_oid(word) for word in fields[1].decode("ascii", "replace").split(" ")]
            parents = tuple(names.setdefault(parent, parent) for parent in named if parent)
            subject = fields[2].decode("utf-8", "replace")[:_LONGEST] if len(parents) > 1 else ""
            graph[names.setdefault(oid, oid)] = GraphCommit(parents, subject)
    return graph


def merged_names(common_dir: Path, tips: Collection[Oid]) -> Iterator[str]:
    """Yield the names of the branches that the merges of a history name. Raises RepositoryError."""
    arguments = ["rev-list", "--merges", "--ignore-missing", "--no-commit-header", _FORMAT, "--stdin"]
    if not tips:
        return
    with streams.stream(common_dir, arguments, lines=[*sorted(tips)]) as output:
        for line in output.chunks(b"\n"):
            fields = line.decode("utf-8", "replace").split("\0", 2)
            parents = [oid for word in fields[1].split(" ") if (oid := parse_oid(word))] if len(fields) == 3 else []
            name = merged_branch(fields[2][:_LONGEST], parents) if parents else None
            if name is not None:
                yield name
