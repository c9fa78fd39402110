"""Derivation of a family's standings: the one place where fields that follow from other commits are computed. Pure."""

from collections.abc import Collection, Iterable, Iterator

from tracker.attribution import attribute, model_id
from tracker.lineage import carried_grades, counting, inherited_evidence
from tracker.lineage.graph import Family, FamilyView, Member, groups_of, predecessors_in, read_family
from tracker.lineage.rater_grades import with_grade
from tracker.model import Evidence, Oid, ProjectId
from tracker.records import Carried, CommitStanding


def derive_standings(oids: Iterable[Oid], view: FamilyView) -> Iterator[tuple[ProjectId, Oid, CommitStanding]]:
    """Yield the standing of every commit of a whole family (``family_of``), in each project that holds it."""
    family = read_family(oids, view)
    away = {project for one in family.values() for project, _ in one.holdings if view.is_away(project)}
    evidence = inherited_evidence.evidence_of(family)
    carried = _carried_grades(family)
    groups = groups_of(family)
    representatives, landed = counting.representatives(family, groups, away), counting.landed_commits(family)
    published, reverted = counting.published_commits(family, groups), counting.reverted_commits(family, groups)
    olds = predecessors_in(family, dropped=True)
    for oid, one in family.items():
        shared = _standing_in_all_projects(one, evidence[oid])._replace(
            carried=carried.get(oid, ()),
            published=oid in published,
            reverted=oid in reverted,
            links=one.all_links,
            replaces=tuple(sorted(set(olds(oid)))),
        )
        local = {project for project, facts in one.holdings if facts.origin == "local" or (project, oid) in landed}
        counted_in = counting.counting_project(one.holdings, local, away) if oid in representatives else None
        for project, facts in one.holdings:
            yield (
                project,
                oid,
                shared._replace(
                    live=facts.live,
                    counted=project == counted_in,
                    landed=facts.origin != "local" and project in local,
                    other_evidence=_without(evidence[oid], facts.evidence),
                ),
            )


def _carried_grades(family: Family) -> dict[Oid, tuple[Carried, ...]]:
    """Return the grades that each commit carries; nothing if no commit of the family is graded."""
    sources, grades = carried_grades.sources_of(family), carried_grades.grades_of(family)
    if not any(grades.values()):
        return {}
    return {oid: carried_grades.carried_grades(oid, family, sources, grades) for oid in family}


def _standing_in_all_projects(member: Member, evidence: tuple[Evidence, ...]) -> CommitStanding:
    """Return a standing with the attribution that follows from evidence, and each rater's last grade."""
    verdict = attribute(evidence)
    standing = CommitStanding(
        agent=verdict.agent,
        kind=verdict.kind,
        confidence=verdict.confidence,
        signal=verdict.signal,
        model=verdict.model,
        model_id=model_id(verdict.model) if verdict.model else None,
        agent_version=verdict.version,
        also=verdict.also,
    )
    for rater, last in member.graded.items():
        standing = with_grade(standing, rater, last)
    return standing


def _without(evidence: tuple[Evidence, ...], own: Collection[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence that is not a commit's own in one project."""
    return tuple(one for one in evidence if one not in own)
