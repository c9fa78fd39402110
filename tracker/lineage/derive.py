"""Derivation of a family's records: the one place where fields that follow from other commits are filled in. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from tracker.attribution import attribute, model_id
from tracker.lineage import carried_grades, counting, inherited_evidence
from tracker.lineage.graph import FamilyView, groups_of, predecessors_in, read_family
from tracker.lineage.rater_grades import RaterGrade, with_grade
from tracker.model import Evidence, Oid, ProjectId, Rater
from tracker.records import CommitRecord


def derive_records(oids: Iterable[Oid], view: FamilyView) -> Iterator[tuple[ProjectId, Oid, CommitRecord]]:
    """Yield every record of a whole family (``family_of``) with its derived fields up to date.

    Derived are: counted, landed, published, reverted; inherited evidence and the attribution by all evidence; carried
    grades, and each rater's last grade in any project.
    """
    family = read_family(oids, view)
    away = {project for one in family.values() for project, _ in one.holdings if view.is_away(project)}
    evidence = inherited_evidence.evidence_of(family)
    sources, grades = carried_grades.sources_of(family), carried_grades.grades_of(family)
    is_graded = any(grades.values())
    groups = groups_of(family)
    representatives, landed = counting.representatives(family, groups, away), counting.landed_commits(family)
    published, reverted = counting.published_commits(family, groups), counting.reverted_commits(family, groups)
    olds = predecessors_in(family, dropped=True)
    for oid, one in family.items():
        carried = carried_grades.carried_grades(oid, family, sources, grades) if is_graded else ()
        holdings = [
            (
                project,
                record._replace(
                    landed=(project, oid) in landed and record.origin != "local",
                    carried=carried,
                    published=oid in published,
                    reverted=oid in reverted,
                    links=one.all_links,
                    replaces=tuple(sorted(set(olds(oid)))),
                ),
            )
            for project, record in one.holdings
        ]
        counted_in = counting.counting_project(holdings, away) if oid in representatives else None
        for project, record in holdings:
            attributed = _with_attribution(_with_grades(record, one.graded), evidence[oid])
            yield project, oid, attributed._replace(counted=project == counted_in)


def _with_attribution(record: CommitRecord, evidence: tuple[Evidence, ...]) -> CommitRecord:
    """Return the record with this evidence and the attribution that follows from it."""
    verdict = attribute(evidence)
    return record._replace(
        evidence=evidence,
        agent=verdict.agent,
        kind=verdict.kind,
        model=verdict.model,
        confidence=verdict.confidence,
        signal=verdict.signal,
        also=verdict.also,
        model_id=model_id(verdict.model) if verdict.model else None,
        agent_version=verdict.version,
    )


def _with_grades(record: CommitRecord, graded: Mapping[Rater, RaterGrade]) -> CommitRecord:
    """Return the record with the last grade of each rater in any project."""
    for rater, last in graded.items():
        record = with_grade(record, rater, last)
    return record
