"""Rules for a family: which commit counts, in which project, and which are landed, published or reverted. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from tracker.lineage.graph import Family, FamilyView, Holding, Member, predecessors_in, reach, successors_in
from tracker.model import Oid, ProjectId
from tracker.records import MOST_VERSIONS

_ELSEWHERE: Final = 1
"""The distance of a project that is present on another computer."""

Distances = Mapping[ProjectId, int]
"""The distance of projects: 1 on another computer, 2 for one that is nowhere; 0, of those here, is not listed."""


def distances(projects: Iterable[ProjectId], view: FamilyView) -> Distances:
    """Return how far projects are.

    What no repository here shows takes the counting from none that is here, so that a user finds their work where they
    are. Computers that joined their ledgers differ in this, and in nothing that depends on it but the project.
    """
    found = {project: 2 if view.is_away(project) else _ELSEWHERE * view.is_elsewhere(project) for project in projects}
    return {project: distance for project, distance in found.items() if distance}


def counting_project(
    holdings: Iterable[Holding],
    local: Collection[ProjectId],
    far: Distances,
    first_seen: Mapping[ProjectId, int],
) -> ProjectId | None:
    """Return the project in which a commit is counted, of those in which it is live; None if it is live nowhere.

    The same commit in several clones counts once: in one of the nearest projects (``far``), where it is ``local`` work
    before where it was fetched, then in the one that was tracked first (``first_seen``, in seconds), so that a new
    clone takes nothing from the others, then by project id. So the order in which clones were looked at does not
    matter.
    """
    ranked = [
        (far.get(project, 0), project not in local, first_seen.get(project, 0), project)
        for project, facts in holdings
        if facts.live
    ]
    return min(ranked)[-1] if ranked else None


def representatives(family: Family, groups: Iterable[set[Oid]], far: Distances) -> set[Oid]:
    """Return the commit that counts for each group: live, not superseded by a live one, and the newest of several.

    Several are left where branches continued with different versions of the same work; of equally new ones the smallest
    oid counts. Commits of farther projects (``far``) count only while nothing else of their group is live.
    """
    successors = successors_in(family)
    nearest = {
        oid: min(far.get(project, 0) for project, facts in member.holdings if facts.live)
        for oid, member in family.items()
        if member.live
    }
    found: set[Oid] = set()
    for group in groups:
        every = group & nearest.keys()
        least = min((nearest[oid] for oid in every), default=0)
        live = {oid for oid in every if nearest[oid] == least}
        last = [oid for oid in live if live.isdisjoint(reach(oid, successors))]
        if last:
            found.add(min(last, key=lambda oid: (-family[oid].holdings[0][1].committed_at, oid)))
    return found


def other_versions(
    family: Family, groups: Iterable[set[Oid]], representatives: Collection[Oid]
) -> dict[Oid, tuple[Oid, ...]]:
    """Return the other commits of the groups of the commits that count: those that a hook saw an agent make.

    Only these can have costs, so that no standing grows with the number of commits that became one. Of very many they
    are the newest.
    """
    found: dict[Oid, tuple[Oid, ...]] = {}
    for group in groups:
        counted = group & set(representatives)
        others = [oid for oid in group - counted if oid in family and _is_seen_of_agent(family[oid])]
        if others and counted:
            newest = sorted(others, key=lambda oid: (-family[oid].holdings[0][1].committed_at, oid))[:MOST_VERSIONS]
            found |= dict.fromkeys(counted, tuple(sorted(newest)))
    return found


def _is_seen_of_agent(member: Member) -> bool:
    return any(one.agent for moment in member.moments for one in moment.evidence)


def landed_commits(family: Family) -> set[tuple[ProjectId, Oid]]:
    """Return the fetched commits that replace commits made here, each with the project in which those were made."""
    predecessors = predecessors_in(family)
    return {
        (project, oid)
        for oid, member in family.items()
        if any(facts.origin != "local" for _, facts in member.holdings)
        for old in reach(oid, predecessors)
        for project, facts in (family[old].holdings if old in family else ())
        if facts.origin == "local"
    }


def made_elsewhere(family: Family, far: Distances) -> set[tuple[ProjectId, Oid]]:
    """Return the commits that were fetched and are this user's work, as a ledger of another computer says.

    They were made there, or take the place of commits that were. Each with the projects here that have it.
    """
    made = {
        oid
        for oid, member in family.items()
        if any(facts.origin == "local" and far.get(project) == _ELSEWHERE for project, facts in member.holdings)
    }
    if not made:
        return set()
    predecessors = predecessors_in(family)
    return {
        (project, oid)
        for oid, member in family.items()
        for project, facts in member.holdings
        if facts.origin != "local" and project not in far
        if not made.isdisjoint((oid, *reach(oid, predecessors)))
    }


def published_commits(family: Family, groups: Iterable[set[Oid]], *, elsewhere: bool = False) -> set[Oid]:
    """Return all commits of groups in which a push ended at some commit, so that pushing a rewrite counts once.

    ``elsewhere``: only pushes to other machines.
    """
    pushed = {
        oid
        for oid, member in family.items()
        if any(facts.pushed and not (elsewhere and facts.pushed_within) for _, facts in member.holdings)
    }
    return {oid for group in groups if group & pushed for oid in group}


def reverted_commits(family: Family, groups: Sequence[set[Oid]]) -> set[Oid]:
    """Return all commits of groups that a live commit reverts, unless that commit is reverted itself."""
    group_of = {oid: number for number, group in enumerate(groups) for oid in group}
    reverters: dict[int, set[int]] = defaultdict(set)
    for oid, member in family.items():
        if member.live:
            for target in {target for _, facts in member.holdings for target in facts.reverts}:
                if target in group_of and group_of[target] != group_of[oid]:
                    reverters[group_of[target]].add(group_of[oid])
    in_effect = _in_effect(reverters)
    return {oid for number, group in enumerate(groups) if not in_effect.get(number, True) for oid in group}


def _in_effect(reverters: Mapping[int, set[int]]) -> dict[int, bool]:
    """Return which groups are in effect: those that nothing in effect reverts.

    ``reverters``: by number of a group those that revert it. What no such group decides, in a circle of reverts, is
    left out: nothing is said to be reverted there. So the answer for a group follows from what reverts it alone,
    directly and indirectly (the grounded semantics of Dung, Artificial Intelligence 77, 1995).
    """
    reverted: dict[int, set[int]] = defaultdict(set)
    for group, others in reverters.items():
        for other in others:
            reverted[other].add(group)
    undecided = {group: len(others) for group, others in reverters.items()}
    decided = {group: True for group in reverted if not undecided.get(group)}
    waiting = [*decided]
    while waiting:
        group = waiting.pop()
        for target in reverted.get(group, ()):
            if target in decided:
                continue
            undecided[target] -= 1
            if decided[group] or not undecided[target]:
                decided[target] = not decided[group]
                waiting.append(target)
    return decided
