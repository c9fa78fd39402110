"""Which commit of a family counts, in which project, and what became of it: landed, pushed, taken back. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tracker.lineage.graph import Family, Holding, backward, forward, reach
from tracker.model import Oid, ProjectId


def chosen(holdings: Iterable[Holding], away: Collection[ProjectId]) -> ProjectId | None:
    """Of the projects in which a commit is live, the one it is counted in, or None.

    The same commit in several clones counts once: in one that is there rather than one that is away, where it was made
    rather than where it was fetched, then by project id, so that the order in which clones were seen does not matter.
    """
    standing = [(project in away, not record.is_local, project) for project, record in holdings if record.live]
    return min(standing)[2] if standing else None


def faces(family: Family, groups: Iterable[set[Oid]], away: Collection[ProjectId]) -> set[Oid]:
    """Of each group of commits that rewrites link, the one that is counted for it.

    That is a live one whose place no live one took, and where several branches went on with different versions of the
    same work, the newest (design, section 4; the smallest oid of equally new ones). A repository that is ``away`` takes
    nothing from those that are there: its commits count while nothing else of their group is live.
    """
    successors = forward(family)
    there = {
        oid
        for oid, member in family.items()
        if any(record.live and project not in away for project, record in member.holdings)
    }
    found: set[Oid] = set()
    for group in groups:
        live = group & there or {oid for oid in group if oid in family and family[oid].live}
        standing = [oid for oid in live if not has_live_successor(oid, successors, live.__contains__)]
        if standing:
            found.add(min(standing, key=lambda oid: (-family[oid].holdings[0][1].committed_at, oid)))
    return found


def has_live_successor(oid: Oid, successors: Callable[[Oid], Iterable[Oid]], live: Callable[[Oid], bool]) -> bool:
    """Whether a live commit took the place of ``oid``, directly or through others.

    Rewrites can form a circle (amended, then amended back); of its live members only the one with the smallest oid
    stands, so that the group still counts once.
    """
    return any(
        live(successor) and not (oid < successor and oid in reach(successor, successors))
        for successor in reach(oid, successors) - {oid}
    )


def landed(family: Family) -> set[tuple[ProjectId, Oid]]:
    """The fetched commits that stand for ones that were made here, each with the project in which that is so."""
    olds = backward(family)
    return {
        (project, oid)
        for oid, member in family.items()
        if any(record.origin != "local" for _, record in member.holdings)
        for old in reach(oid, olds)
        for project, record in (family[old].holdings if old in family else ())
        if record.origin == "local"
    }


def published(family: Family, groups: Iterable[set[Oid]]) -> set[Oid]:
    """The commits of which some version was what a push ended at, so that pushing it again counts once."""
    pushed = {oid for oid, member in family.items() if any(record.pushed for _, record in member.holdings)}
    return {oid for group in groups if group & pushed for oid in group}


def reverted(family: Family, groups: Sequence[set[Oid]]) -> set[Oid]:
    """The commits of which some version is taken back by a live commit that is not taken back itself."""
    place = {oid: number for number, group in enumerate(groups) for oid in group}
    against: dict[int, set[int]] = defaultdict(set)
    for oid, member in family.items():
        if member.live:
            for target in {target for _, record in member.holdings for target in record.reverts}:
                if target in place and place[target] != place[oid]:
                    against[place[target]].add(place[oid])
    stands: dict[int, bool] = {}
    for first in sorted(against):  # the same whoever looks, also where reverts form a circle
        _decide(first, against, stands)
    return {oid for number, group in enumerate(groups) if not stands.get(number, True) for oid in group}


def _decide(first: int, against: Mapping[int, set[int]], stands: dict[int, bool]) -> None:
    """Whether ``first`` stands, after all that is against it. Without recursion: a history may revert for ever.

    What is against itself through others, which no honest history is, counts as standing while it is decided.
    """
    path, seen = [(first, iter(sorted(against.get(first, ()))))], {first}
    while path:
        here, rest = path[-1]
        undecided = next((one for one in rest if one not in stands and one not in seen), None)
        if undecided is not None:
            path.append((undecided, iter(sorted(against.get(undecided, ())))))
            seen.add(undecided)
        else:
            stands[here] = not any(stands.get(one, True) for one in against.get(here, ()))
            path.pop()
