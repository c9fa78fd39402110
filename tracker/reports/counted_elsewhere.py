"""Commits that clones share count in one of the projects that hold them: which one, for the others to name."""

from collections.abc import Collection
from itertools import islice
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import find_commit, holders_of
from tracker.ledger.tables import PROJECTS, STANDINGS
from tracker.model import Oid, ProjectId
from tracker.text import printable

_MOST: Final = 200
"""Commits that are looked at, the newest first: the project in which they count is the same for most."""


class CountedElsewhere(NamedTuple):
    """The names of other projects in which commits of some projects count. ``are_all``: none of their own counts."""

    names: tuple[str, ...]
    are_all: bool


NOWHERE_ELSE: Final = CountedElsewhere((), are_all=False)


def counted_elsewhere(snapshot: Snapshot, projects: Collection[ProjectId]) -> CountedElsewhere:
    """Return in which other projects the newest commits of some projects count, all of them or some."""
    found: dict[ProjectId, str] = {}
    is_own = False
    for project in projects:
        for key, standing in islice(snapshot.newest(STANDINGS, keys.project(project)), _MOST):
            is_own = is_own or standing.counted
            if standing.live and not standing.counted:
                found |= _counting(snapshot, keys.oid_of_standing(key), {*projects, *found})
    return CountedElsewhere(tuple(sorted({*found.values()})), are_all=bool(found) and not is_own)


def _counting(snapshot: Snapshot, oid: Oid, known: Collection[ProjectId]) -> dict[ProjectId, str]:
    """Return the project in which a commit counts, with its name, unless it is one that is known."""
    for other in holders_of(snapshot, oid):
        commit = find_commit(snapshot, other, oid)
        if commit is not None and commit.standing.counted:
            record = snapshot.get(PROJECTS, keys.project(other))
            return {other: record.name} if record is not None and other not in known else {}
    return {}


def elsewhere_sentence(
    place: str, found: CountedElsewhere, command: str = "this command there, or with --everywhere"
) -> str:
    """Return the sentence that names the projects in which the commits of a place count.

    ``command``: what to run to see them.
    """
    names = [*map(printable, found.names)]
    hold = "holds" if len(names) == 1 else "hold"
    if found.are_all:
        return f"The commits of {place} count in {' and '.join(names)}, which {hold} them too: run {command}."
    return (
        f"Other commits of {place} count in {' and '.join(names)}, which {hold} them too: to see those, run {command}."
    )
