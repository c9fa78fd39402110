"""Read the evidence that branches and merges of a history give of commits that no hook saw."""

from collections.abc import Mapping, Sequence

from tracker import attribution
from tracker.attribution import Catalogue
from tracker.attribution.branch_hints import branch_hints
from tracker.attribution.unread_sources import UnreadSources
from tracker.git import Repository
from tracker.git.history_graph import graph_of, read_graph
from tracker.model import HUMAN, Evidence, Oid
from tracker.text import escape_undecodable


def hints_of_history(repository: Repository, catalogue: Catalogue, unread: UnreadSources) -> Mapping[Oid, Evidence]:
    """Return the evidence of branches for all commits that branches and worktrees reach.

    It is worth little, so history that cannot be read is added to ``unread`` and has none.
    """

    def is_signed(oids: Sequence[Oid]) -> bool:
        evidence = (attribution.evidence_from_commit(commit, catalogue) for commit in repository.commits(oids))
        return any(attribution.attribute(pieces).kind != HUMAN for pieces in evidence)

    with unread.reading("branches"):
        graph = read_graph(repository.common_dir, {*repository.tips().values()})
        return branch_hints(graph, _tips(repository), catalogue, is_signed)
    return {}


def hints_of_new(
    repository: Repository, oids: Sequence[Oid], catalogue: Catalogue, unread: UnreadSources
) -> Mapping[Oid, Evidence]:
    """Return the evidence of branches for new commits, parents first. Raises RepositoryError.

    All of a branch decides, of which some may be recorded already. So where new commits are on an agent's branch, and
    only there, the whole history is read.
    """
    graph = graph_of([*repository.commits(oids)]) if oids else {}
    if not graph or not branch_hints(graph, _tips(repository), catalogue, lambda _: False):
        return {}
    hints = hints_of_history(repository, catalogue, unread)
    return {oid: hints[oid] for oid in oids if oid in hints}


def _tips(repository: Repository) -> list[tuple[str, Oid]]:
    """Return what holds commits: branches by their names without the remote, and detached HEADs, which have none."""
    remotes = sorted((f"refs/remotes/{name}/" for name in repository.remotes()), key=len, reverse=True)
    found: list[tuple[str, Oid]] = []
    for ref, oid in repository.refs(["refs/heads", "refs/remotes"]).items():
        place = next((one for one in ("refs/heads/", *remotes) if ref.startswith(one)), "refs/remotes/")
        found.append((escape_undecodable(ref.removeprefix(place)), oid))
    return [*found, *(("", one.head) for one in repository.worktrees() if one.head and one.branch is None)]
