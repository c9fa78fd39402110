"""Find the commits that pushes ended at, by the reflogs of remote-tracking branches.

No hook of ours runs after a push, so the next event of any kind finds them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tracker.git import Repository
from tracker.model import Oid


class Pushes(NamedTuple):
    """The tips of the remote-tracking branches by ref, and the commits that pushes ended at.

    ``ends``: True for a commit that was pushed to another machine, False for one pushed to this machine only.
    """

    refs: Mapping[str, Oid]
    ends: Mapping[Oid, bool]


def find_pushes(repository: Repository, before: Mapping[str, Oid], places: Mapping[str, str]) -> Pushes:
    """Return the pushes to remote-tracking branches that are not at their tips in ``before``, which is keyed by ref.

    ``places``: the variables that say where git's configuration is. Raises RepositoryError.
    """
    refs = repository.refs(["refs/remotes/"])
    moved = [name for name, oid in refs.items() if before.get(name) != oid]
    ends: dict[Oid, bool] = {}
    for name in moved:
        pushed = repository.reflogs.pushed_tips([name])
        is_elsewhere = bool(pushed) and _go_elsewhere(repository, places, name)
        ends |= {oid: is_elsewhere or ends.get(oid, False) for oid in pushed}
    return Pushes(refs, ends)


def _go_elsewhere(repository: Repository, places: Mapping[str, str], ref: str) -> bool:
    """Return True if all pushes that update a remote-tracking branch go to other machines."""
    from tracker.git.remote_urls import go_elsewhere  # few recorders see a push

    return go_elsewhere(repository.push_targets(places), ref)
