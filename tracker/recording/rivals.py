"""Count for each commit the hooks that may name it although they saw another commit made.

A hook reads HEAD after its commit, and another process may have moved it meanwhile. Each commit has one event, so as
many are outstanding as commits of the same second were made before, less the events that name those.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from tracker.attribution import count_told
from tracker.model import Moment, Oid
from tracker.recording.head_order import HeadOrder


def with_rivals(
    moments: Mapping[Oid, Sequence[Moment]], order: HeadOrder, known_moments: Callable[[Oid], Sequence[Moment]]
) -> dict[Oid, list[Moment]]:
    """Return new moments, keyed by commit, with the number of rivals of each.

    A commit made later in the same second may have one rival less by these moments, so its recorded moments are
    returned as well. ``known_moments``: the recorded moments of a commit.
    """
    found: dict[Oid, int] = {}

    def told(oid: Oid) -> int:
        by_event = {moment.event: moment for moment in (*known_moments(oid), *moments.get(oid, ()))}
        return count_told([*by_event.values()])

    followers = [later for oid in moments for later in _made_after(oid, order)]
    for first in (*moments, *followers):
        chain: list[Oid] = []
        oid: Oid | None = first
        while oid is not None and oid not in found:
            chain.append(oid)
            oid = order.rival(oid)
        for one in reversed(chain):
            found[one] = 0 if oid is None else max(0, found[oid] + 1 - told(oid))
            oid = one
    changed = {oid: [*known_moments(oid), *moments.get(oid, ())] for oid in followers}
    return {
        oid: [moment._replace(rivals=found[oid]) for moment in of_commit]
        for oid, of_commit in ({oid: [*new] for oid, new in moments.items()} | changed).items()
        if of_commit
    }


def _made_after(oid: Oid, order: HeadOrder) -> Iterator[Oid]:
    """Yield the commits whose events may have been taken for those of a commit, in the order of making."""
    after = order.follower(oid)
    while after is not None:
        yield after
        after = order.follower(after)
