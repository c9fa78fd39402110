"""Read the evidence that branches and merges of a history give of commits that no hook saw.

Who signs work signs all of it: where a commit of a branch names an agent or bot, the branch says nothing of the others,
since people have added them. Nor does one with commits of several authors: it holds more than one work, as it does
where the branch that it began from was not fetched since.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracker import attribution
from tracker.attribution import Catalogue
from tracker.attribution.branch_hints import branch_hints
from tracker.attribution.runtime_evidence import agent_of_branch
from tracker.attribution.unread_sources import UnreadSources
from tracker.git import Repository
from tracker.git.history_graph import Graph, merged_names, read_graph
from tracker.model import HUMAN, Evidence, Oid
from tracker.text import escape_undecodable


class HistoryHints(NamedTuple):
    """The evidence of branches, for the commits that they reach now (``known``)."""

    known: Graph
    evidence: Mapping[Oid, Evidence]


class _Commit(NamedTuple):
    """The author of a commit, None if it names an agent or bot."""

    author: tuple[str, str] | None


def read_hints(repository: Repository, catalogue: Catalogue, unread: UnreadSources) -> HistoryHints:
    """Return the evidence of branches for all commits that branches, remote-tracking branches and worktrees reach.

    It is worth little, so history that cannot be read is added to ``unread`` and has none.
    """
    read: dict[Oid, _Commit] = {}

    def is_one_work(oids: Sequence[Oid]) -> bool:
        for commit in repository.commits([oid for oid in oids if oid not in read]):
            pieces = attribution.evidence_from_commit(commit, catalogue)
            is_persons = attribution.attribute(pieces).kind == HUMAN
            read[commit.oid] = _Commit((commit.author.name, commit.author.email) if is_persons else None)
        authors = {read[oid].author if oid in read else None for oid in oids}
        return len(authors) == 1 and None not in authors

    with unread.reading("branches"):
        tips = repository.existing_commits({*repository.tips().values(), *repository.remote_tips()})
        graph = read_graph(repository.common_dir, tips)
        return HistoryHints(graph, branch_hints(graph, _tips(repository), catalogue, is_one_work))
    return HistoryHints({}, {})


def read_evidence(repository: Repository, catalogue: Catalogue, unread: UnreadSources) -> Mapping[Oid, Evidence]:
    """Return the evidence in ``read_hints``; a history in which no branch is an agent's takes no memory."""
    with unread.reading("branches"):
        tips = repository.existing_commits({*repository.tips().values(), *repository.remote_tips()})
        names = itertools.chain((name for name, _ in _tips(repository)), merged_names(repository.common_dir, tips))
        if any(agent_of_branch(name, catalogue) for name in names):
            return read_hints(repository, catalogue, unread).evidence
    return {}


def _tips(repository: Repository) -> list[tuple[str, Oid]]:
    """Return what holds commits: branches by their names without the remote, and detached HEADs, which have none."""
    remotes = sorted((f"refs/remotes/{name}/" for name in repository.remotes()), key=len, reverse=True)
    found: list[tuple[str, Oid]] = []
    for ref, oid in repository.refs(["refs/heads", "refs/remotes"]).items():
        place = next((one for one in ("refs/heads/", *remotes) if ref.startswith(one)), "refs/remotes/")
        found.append((escape_undecodable(ref.removeprefix(place)), oid))
    return [*found, *(("", one.head) for one in repository.worktrees() if one.head and one.branch is None)]
