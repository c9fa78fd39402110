"""The family of a commit: every commit that rewrites, copies and reverts connect to it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from tracker.lineage.rater_grades import RaterGrade
from tracker.model import Evidence, GradeValue, Moment, Oid, ProjectId, Rater
from tracker.records import CommitFacts, Link
from tracker.rewrite_records import Claim

Holding = tuple[ProjectId, CommitFacts]
"""The facts that one project has of a commit."""


class FamilyView(Protocol):
    """The ledger's data about commits and their connections, over all projects."""

    def holdings(self, oid: Oid) -> Sequence[Holding]:
        """Return the facts of a commit, from each project that holds it."""

    def claims(self, oid: Oid) -> Sequence[Claim]:
        """Return the claims that a commit was rewritten, also about commits that no project holds."""

    def predecessors(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that some claim says were rewritten into a commit."""

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """Return the cherry-picks of a commit."""

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that say they revert a commit."""

    def is_away(self, project: ProjectId) -> bool:
        """Return True if a project's repository was missing or untracked when last checked."""

    def is_elsewhere(self, project: ProjectId) -> bool:
        """Return True if only ledgers of other computers recorded a project, so that its repository is not here."""

    def first_seen(self, project: ProjectId) -> int:
        """Return the time at which a project was first recorded, in seconds; 0 for one that is not recorded."""


class Member(NamedTuple):
    """A commit of a family, over all its projects.

    ``links``: to its successors, without ``dropped`` ones; ``all_links``: with them. ``evidence``: its own, of all
    projects. ``moments``: of all projects. ``graded``: the last grade of each rater who ever graded it. ``declared``:
    the agent's grade in its own trailer. ``live``: in any project.
    """

    holdings: Sequence[Holding]
    links: Sequence[Link]
    all_links: tuple[Link, ...]
    copies: Sequence[Oid]
    evidence: tuple[Evidence, ...]
    moments: tuple[Moment, ...]
    graded: Mapping[Rater, RaterGrade]
    declared: GradeValue | None
    live: bool


Family = Mapping[Oid, Member]
"""The commits of a family that some project holds, by oid."""


def family_of(oid: Oid, view: FamilyView) -> set[Oid]:
    """Return a commit and every commit that rewrites, copies and reverts connect to it, in either direction."""

    def neighbours(one: Oid) -> Iterator[Oid]:
        yield from (claim.new for claim in view.claims(one))
        yield from view.predecessors(one)
        yield from view.copies(one)
        yield from view.reverters(one)
        for _, facts in view.holdings(one):
            yield from facts.reverts
            if facts.copy_of:
                yield facts.copy_of

    return {oid} | reach(oid, neighbours)


def groups_of(family: Family) -> list[set[Oid]]:
    """Return the commits of a family by group: each set is connected by rewrite links, in a fixed order of sets."""
    linked: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            linked[oid].add(link.new)
            linked[link.new].add(oid)
    groups: list[set[Oid]] = []
    remaining = set(family)
    while remaining:
        first = remaining.pop()
        groups.append({first} | reach(first, lambda one: linked.get(one, ())))
        remaining -= groups[-1]
    return sorted(groups, key=min)


def successors_in(family: Family) -> Callable[[Oid], list[Oid]]:
    """Return a function from an oid to the commits that it was rewritten into."""
    return lambda oid: [link.new for link in family[oid].links] if oid in family else []


def predecessors_in(family: Family) -> Callable[[Oid], list[Oid]]:
    """Return a function from an oid to the commits that were rewritten into it."""
    olds: dict[Oid, list[Oid]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.links:
            olds[link.new].append(oid)
    return lambda oid: olds.get(oid, [])


def ordered(oids: Iterable[Oid], successors: Callable[[Oid], Iterable[Oid]]) -> list[Oid]:
    """Return commits so that each comes before its successors, except where these form a cycle.

    The order is the same for the same graph. ``successors`` returns only some of ``oids``. Iterative: a chain may be
    longer than the stack.
    """
    finished: list[Oid] = []
    seen: set[Oid] = set()
    for first in sorted(oids):
        path = [] if first in seen else [(first, iter(successors(first)))]
        seen.add(first)
        while path:
            following = next((one for one in path[-1][1] if one not in seen), None)
            if following is None:
                finished.append(path.pop()[0])
            else:
                seen.add(following)
                path.append((following, iter(successors(following))))
    return finished[::-1]


def leads_to(start: Oid, end: Oid, family: Family) -> bool:
    """Return True if rewrite links lead from one commit to another, or they are the same."""
    return start == end or end in reach(start, successors_in(family))


def reach(oid: Oid, neighbours: Callable[[Oid], Iterable[Oid]]) -> set[Oid]:
    """Return every commit reachable from ``oid`` along ``neighbours``; ``oid`` itself only if a cycle leads back."""
    found: set[Oid] = set()
    waiting = [oid]
    while waiting:
        for neighbour in neighbours(waiting.pop()):
            if neighbour not in found:
                found.add(neighbour)
                waiting.append(neighbour)
    return found
