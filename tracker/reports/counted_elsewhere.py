"""Commits that clones share count in one of the projects that hold them: which one, for the others to name."""

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
    """Return the names of the other projects in which the commits of a project count.

    Empty if some of its newest commits count in the project itself, or if it has none.
    """
    found: set[str] = set()
    for key, standing in islice(snapshot.newest(STANDINGS, keys.project(project)), _MOST):
        if standing.counted:
            return []
        if standing.live:
            oid = keys.oid_of_standing(key)
            for other in holders_of(snapshot, oid):
                commit = find_commit(snapshot, other, oid)
                record = snapshot.get(PROJECTS, keys.project(other))
                if commit is not None and commit.standing.counted and record is not None:
                    found.add(record.name)
    return sorted(found)


def elsewhere_sentence(place: str, names: list[str], *, or_everywhere: bool = True) -> str:
    """Return the sentence that names the projects in which the commits of a place count.

    ``or_everywhere``: the command has ``--everywhere``.
    """
    hold = "holds" if len(names) == 1 else "hold"
    other = ", or with --everywhere" if or_everywhere else ""
    return f"The commits of {place} count in {' and '.join(names)}, which {hold} them too: run this there{other}."
