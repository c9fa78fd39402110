"""Commits that clones share count in one of the projects that hold them: which one, for the others to name."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import find_commit, holders_of
from tracker.ledger.tables import PROJECTS, STANDINGS
from tracker.model import ProjectId

_MOST: Final = 200
"""Commits that are looked at, the newest first: the project in which they count is the same for most."""


def projects_that_count(snapshot: Snapshot, project: ProjectId) -> list[str]:
    """Return the names of the other projects in which the newest commits of a project count, all of them or some."""
    found: set[str] = set()
    for key, standing in islice(snapshot.newest(STANDINGS, keys.project(project)), _MOST):
        if standing.live and not standing.counted:
            oid = keys.oid_of_standing(key)
            for other in holders_of(snapshot, oid):
                commit = find_commit(snapshot, other, oid)
                record = snapshot.get(PROJECTS, keys.project(other))
                if commit is not None and commit.standing.counted and record is not None:
                    found.add(record.name)
    return sorted(found)


def elsewhere_sentence(place: str, names: Sequence[str], *, are_all: bool = True, or_everywhere: bool = True) -> str:
    """Return the sentence that names the projects in which the commits of a place count.

    ``are_all``: none counts in the place itself. ``or_everywhere``: the command has ``--everywhere``.
    """
    hold = "holds" if len(names) == 1 else "hold"
    run = f"run this there{', or with --everywhere' if or_everywhere else ''}"
    if are_all:
        return f"The commits of {place} count in {' and '.join(names)}, which {hold} them too: {run}."
    return f"Other commits of {place} count in {' and '.join(names)}, which {hold} them too: to see those, {run}."
