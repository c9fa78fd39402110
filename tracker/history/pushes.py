"""Which commits pushes ended at, as the reflogs of remote-tracking branches tell.

No hook of ours runs at a push, so they are found by the next event of any kind.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tracker.git import Repository
from tracker.model import Oid


class Found(NamedTuple):
    """Where the remote-tracking branches stand now, and the commits that pushes ended at."""

    refs: Mapping[str, Oid]
    ends: frozenset[Oid]


def find(repository: Repository, before: Mapping[str, Oid]) -> Found:
    """Look at the remote-tracking branches that moved. ``before``: where each stood when somebody looked last."""
    refs = repository.refs(["refs/remotes/"])
    moved = [name for name, oid in refs.items() if before.get(name) != oid]
    return Found(refs, frozenset(repository.pushed_to(moved)))
