"""Derivation of a family's standings: the one place where fields that follow from other commits are computed. Pure."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

from tracker.attribution import attribute, evidence_of_moments, model_id
from tracker.lineage import carried_grades, counting, inherited_evidence
from tracker.lineage.graph import FamilyView, Member, groups_of
from tracker.lineage.makers import OwnEvidence, own_evidence
from tracker.lineage.rater_grades import with_grade
from tracker.lineage.read_family import read_family
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import CommitFacts, CommitStanding

_MOST_REMEMBERED: Final = 4096
"""Standings by evidence that are kept in memory: the commits of one maker mostly have the same."""


def derive_standings(oids: Iterable[Oid], view: FamilyView) -> Iterator[tuple[ProjectId, Oid, CommitStanding]]:
    """Yield the standing of every commit of a whole family (``family_of``), in each project that holds it.

    Of a unit with its context (``units``) only the standings of the unit are right.
    """
    family = read_family(oids, view)
    projects = {project for one in family.values() for project, _ in one.holdings}
    distances = counting.distances(projects, view)
    first_seen = {project: view.first_seen(project) for project in projects} if len(projects) > 1 else {}
    landed = counting.landed_commits(family) | counting.made_elsewhere(family, distances)
    own = own_evidence(family, {oid for _, oid in landed})
    evidence = inherited_evidence.evidence_of(family, own)
    carried = carried_grades.carried_grades(family)
    groups = groups_of(family)
    representatives = counting.representatives(family, groups, distances)
    published, reverted = counting.published_commits(family, groups), counting.reverted_commits(family, groups)
    earning = counting.published_commits(family, groups, elsewhere=True)
    versions = counting.other_versions(family, groups, representatives)
    for oid, one in family.items():
        shared = _standing_in_all_projects(one, evidence[oid])._replace(
            carried=carried[oid],
            published=oid in published,
            reverted=oid in reverted,
            links=one.all_links,
            set_aside=own[oid].set_aside,
            published_within=oid in published and oid not in earning,
        )
        local = {project for project, facts in one.holdings if facts.origin == "local" or (project, oid) in landed}
        counted_in = None
        if oid in representatives:
            counted_in = counting.counting_project(one.holdings, local, distances, first_seen)
        for project, facts in one.holdings:
            yield (
                project,
                oid,
                _with_own(shared, facts, own[oid], evidence[oid])._replace(
                    live=facts.live,
                    counted=project == counted_in,
                    landed=facts.origin != "local" and project in local,
                    stands_for=versions.get(oid, ()) if project == counted_in else (),
                ),
            )


def lone_standing(facts: CommitFacts) -> CommitStanding | None:
    """Return the standing of a commit that one project holds and no other commit is linked to.

    It is what ``derive_standings`` yields of such a family, without its cost: most commits of a backfill are so. None
    if more than the evidence of the facts decides.
    """
    given = (
        facts.declared,
        facts.agent_grade,
        facts.user_grade,
        facts.agent_graded_at or None,
        facts.user_graded_at or None,
    )
    is_graded = given != _NOTHING_GIVEN
    if facts.moments or facts.reverts or facts.copy_of or facts.pushed or is_graded:
        return None
    return _lone(facts.evidence, facts.live)


_NOTHING_GIVEN: Final = (None,) * 5


@lru_cache(maxsize=_MOST_REMEMBERED)
def _lone(evidence: tuple[Evidence, ...], live: bool) -> CommitStanding:  # noqa: FBT001 - a key of the cache
    return standing_by_evidence(evidence)._replace(live=live, counted=live)


def standing_by_evidence(evidence: Iterable[Evidence]) -> CommitStanding:
    """Return a standing with nothing but the attribution that follows from evidence."""
    return _attributed(tuple(evidence))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _attributed(evidence: tuple[Evidence, ...]) -> CommitStanding:
    verdict = attribute(evidence)
    return CommitStanding(
        agent=verdict.agent,
        kind=verdict.kind,
        confidence=verdict.confidence,
        signal=verdict.signal,
        model=verdict.model,
        model_id=model_id(verdict.model) if verdict.model else None,
        agent_version=verdict.version,
        also=verdict.also,
    )


def _standing_in_all_projects(member: Member, evidence: tuple[Evidence, ...]) -> CommitStanding:
    """Return a standing with the attribution that follows from evidence, and each rater's last grade."""
    standing = standing_by_evidence(evidence)
    for rater, last in member.graded.items():
        standing = with_grade(standing, rater, last)
    return standing


def _with_own(
    standing: CommitStanding, facts: CommitFacts, own: OwnEvidence, evidence: Collection[Evidence]
) -> CommitStanding:
    """Return a standing that says which of ``evidence`` is in the facts of one project, and has the rest itself."""
    moments = evidence_of_moments(facts.moments, is_rewritten=False)
    standing = standing._replace(has_moments=own.has_moments and {*moments}.issubset(evidence))
    known = inherited_evidence.own_in_project(facts, standing)
    return standing._replace(other_evidence=tuple(one for one in evidence if one not in known))
