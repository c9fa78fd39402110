"""The family of a commit: every commit that rewrites, copies and reverts connect to it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from tracker.attribution import combine
from tracker.lineage.links import resolve
from tracker.lineage.rater_grades import RaterGrade, grade_order, last_grade
from tracker.model import RATERS, Evidence, GradeValue, Oid, ProjectId, Rater
from tracker.records import Claim, CommitFacts, Link

Holding = tuple[ProjectId, CommitFacts]
"""The facts that one project has of a commit."""


class FamilyView(Protocol):
    """The ledger's data about commits and their connections, over all projects."""

    def holdings(self, oid: Oid) -> Sequence[Holding]:
        """Return the facts of a commit, from each project that holds it."""

    def claims(self, oid: Oid) -> Sequence[Claim]:
        """Return the claims that a commit was rewritten, of all projects that hold it."""

    def predecessors(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that some claim says were rewritten into a commit."""

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """Return the cherry-picks of a commit."""

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """Return the commits that say they revert a commit."""

    def is_away(self, project: ProjectId) -> bool:
        """Return True if a project's repository was missing or untracked when last checked."""


class Member(NamedTuple):
    """A commit of a family, over all its projects.

    ``links``: to its successors, without ``dropped`` ones; ``all_links``: with them. ``evidence``: its own, of all
    projects. ``graded``: the last grade of each rater who ever graded it. ``declared``: the agent's grade in its own
    trailer. ``live``: in any project.
    """

    holdings: Sequence[Holding]
    links: Sequence[Link]
    all_links: tuple[Link, ...]
    copies: Sequence[Oid]
    evidence: tuple[Evidence, ...]
    graded: Mapping[Rater, RaterGrade]
    declared: GradeValue | None
    live: bool


Family = Mapping[Oid, Member]
"""The commits of a family that some project holds, by oid."""


def read_family(oids: Iterable[Oid], view: FamilyView) -> Family:
    """Return the commits of a whole family (``family_of``) that some project holds, with their links."""
    every = [*oids]
    links = resolve({oid: view.claims(oid) for oid in every})
    members = {oid: _read_member(oid, view, links.get(oid, ())) for oid in every}
    return {oid: member for oid, member in members.items() if member.holdings}


def _read_member(oid: Oid, view: FamilyView, links: Sequence[Link]) -> Member:
    """Return a commit's data, joined over all projects that hold it."""
    holdings = view.holdings(oid)
    graded: dict[Rater, RaterGrade] = {}
    for _, facts in holdings:
        for rater in RATERS:
            last = last_grade(facts, rater)
            if last is not None:
                graded[rater] = max(graded.get(rater, last), last, key=grade_order)
    return Member(
        holdings=holdings,
        links=[link for link in links if link.kind != "dropped"],
        all_links=tuple(links),
        copies=view.copies(oid),
        evidence=_join([facts.evidence for _, facts in holdings]),
        graded=graded,
        declared=next((facts.declared for _, facts in holdings if facts.declared is not None), None),
        live=any(facts.live for _, facts in holdings),
    )


def _join(groups: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    if len(groups) == 1:
        return tuple(groups[0])  # the evidence in facts is already combined and in order
    return combine((), [one for group in groups for one in group])


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


def predecessors_in(family: Family, *, dropped: bool = False) -> Callable[[Oid], list[Oid]]:
    """Return a function from an oid to the commits that were rewritten into it; with ``dropped`` also by such links."""
    olds: dict[Oid, list[Oid]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.all_links if dropped else member.links:
            olds[link.new].append(oid)
    return lambda oid: olds.get(oid, [])


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
