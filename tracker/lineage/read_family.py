"""Read a family: join what all projects know of its commits, and resolve its rewrite links. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tracker.attribution import combine, merge_moments
from tracker.lineage.graph import Family, FamilyView, Member, groups_of, leads_to
from tracker.lineage.links import LIKENESS, past_unrecorded, resolve, without_later_merges
from tracker.lineage.rater_grades import RaterGrade, grade_order, last_grade
from tracker.model import RATERS, Evidence, Oid, Rater
from tracker.records import Link
from tracker.rewrite_records import Claim


def read_family(oids: Iterable[Oid], view: FamilyView) -> Family:
    """Return the commits of a whole family (``family_of``), or of a unit, that some project holds, with their links."""
    every = [*oids]
    recorded = {oid for oid in every if view.holdings(oid)}
    copies = _copies_among(recorded, view)
    claims = without_later_merges({oid: _claims(oid, view) for oid in every}, lambda oid: _is_live(oid, view))
    links = past_unrecorded(resolve(claims), recorded)
    members = {
        oid: _read_member(oid, view, links.get(oid, ()), copies.get(oid, ())) for oid in every if oid in recorded
    }
    return with_moved_commits(members)


def _claims(oid: Oid, view: FamilyView) -> list[Claim]:
    """Return the claims about a commit but those by likeness alone that a copy became its own original.

    A branch that leaves out a copy because it has the original now rewrote nothing.
    """
    originals = {facts.copy_of for _, facts in view.holdings(oid)}
    return [claim for claim in view.claims(oid) if claim.source not in LIKENESS or claim.new not in originals]


def _is_live(oid: Oid, view: FamilyView) -> bool:
    """Return True if a commit is live in some project."""
    return any(facts.live for _, facts in view.holdings(oid))


def _copies_among(oids: Iterable[Oid], view: FamilyView) -> dict[Oid, list[Oid]]:
    """Return for each commit those of ``oids`` that are cherry-picks of it, in a fixed order."""
    copies: dict[Oid, list[Oid]] = defaultdict(list)
    for oid in sorted(oids):
        for original in {facts.copy_of for _, facts in view.holdings(oid) if facts.copy_of is not None}:
            copies[original].append(oid)
    return copies


def _read_member(oid: Oid, view: FamilyView, links: Sequence[Link], copies: Sequence[Oid]) -> Member:
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
        copies=copies,
        evidence=_join([facts.evidence for _, facts in holdings]),
        moments=merge_moments((), (moment for _, facts in holdings for moment in facts.moments)),
        graded=graded,
        declared=next((facts.declared for _, facts in holdings if facts.declared is not None), None),
        live=_is_live(oid, view),
    )


def _join(groups: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    if len(groups) == 1:
        return tuple(groups[0])  # the evidence in facts is already combined and in order
    return combine((), [one for group in groups for one in group])


def with_moved_commits(family: Family) -> Family:
    """Return the family with links from commits that nothing reaches any more to the copies that took their place.

    A copy stands beside its original as long as some version of that is live. Otherwise the first exact copy that is
    live itself, or has a live version, replaces it: the work was moved, and its grades go with it.
    """
    copied = [oid for oid in sorted(family) if family[oid].copies]
    if not copied:
        return family
    moved = dict(family)
    groups = [group & family.keys() for group in groups_of(moved)]  # links may lead to commits that nobody recorded
    group_of = {oid: group for group in groups for oid in group}
    live = {oid for group in groups if any(moved[one].live for one in group) for oid in group}
    while copied:  # a copy of a copy takes the place of both
        heirs = ((oid, _heir(oid, moved, live)) for oid in copied if oid not in live)
        oid, heir = next(((oid, heir) for oid, heir in heirs if heir is not None), (copied[0], None))
        if heir is None:
            break
        link = Link(new=heir, kind="same", source="copy")
        member = moved[oid]
        moved[oid] = member._replace(links=[*member.links, link], all_links=(*member.all_links, link))
        live |= group_of[oid]
        copied = [oid for oid in copied if oid not in live]
    return moved


def _heir(oid: Oid, family: Mapping[Oid, Member], live: set[Oid]) -> Oid | None:
    """Return the first exact copy of a commit that is live or has a live version; None if there is none."""
    copies = [
        copy
        for copy in family[oid].copies
        if copy in live
        and any(facts.is_exact_copy and facts.copy_of == oid for _, facts in family[copy].holdings)
        and not leads_to(copy, oid, family)
    ]
    return min(copies, key=lambda copy: (family[copy].holdings[0][1].committed_at, copy), default=None)
