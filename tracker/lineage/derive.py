"""A whole family brought up to date: the one place where everything that follows from others is put into records."""

from collections.abc import Iterable, Iterator, Mapping

from tracker.attribution import attribute, model_id
from tracker.lineage import counting, inheritance
from tracker.lineage.graph import View, Word, groups_of, member, with_word
from tracker.model import Evidence, Oid, ProjectId, Rater
from tracker.records import CommitRecord


def settled(oids: Iterable[Oid], view: View) -> Iterator[tuple[ProjectId, Oid, CommitRecord]]:
    """Every record of a whole family (what ``relatives`` gives), with what follows from the others brought up to date.

    That is: whether it is counted, pushed and taken back, the evidence and grades that it inherits, and the attribution
    by all its evidence.
    """
    family = {oid: member(oid, view) for oid in oids}
    away = {project for one in family.values() for project, _ in one.holdings if view.is_away(project)}
    family = {oid: one for oid, one in family.items() if one.holdings}
    evidence = inheritance.evidence(family)
    sources, words = inheritance.sources_of(family), inheritance.words_of(family)
    is_graded = any(words.values())
    groups = groups_of(family)
    faces, landed = counting.faces(family, groups, away), counting.landed(family)
    published, reverted = counting.published(family, groups), counting.reverted(family, groups)
    for oid, one in family.items():
        carried = inheritance.carried(oid, family, sources, words) if is_graded else ()
        holdings = [
            (
                project,
                record._replace(
                    landed=(project, oid) in landed and record.origin != "local",
                    carried=carried,
                    published=oid in published,
                    reverted=oid in reverted,
                ),
            )
            for project, record in one.holdings
        ]
        counted_in = counting.chosen(holdings, away) if oid in faces else None
        for project, record in holdings:
            explained = _explained(_spoken(record, one.said), evidence[oid])
            yield project, oid, explained._replace(counted=project == counted_in)


def _explained(record: CommitRecord, evidence: tuple[Evidence, ...]) -> CommitRecord:
    """The record with this evidence, and with who made the commit by it."""
    who = attribute(evidence)
    return record._replace(
        evidence=evidence,
        agent=who.agent,
        kind=who.kind,
        model=who.model,
        confidence=who.confidence,
        signal=who.signal,
        also=who.also,
        model_id=model_id(who.model) if who.model else None,
        agent_version=who.version,
    )


def _spoken(record: CommitRecord, words: Mapping[Rater, Word]) -> CommitRecord:
    """The record with what was said of the commit in any clone."""
    for rater, word in words.items():
        record = with_word(record, rater, word)
    return record
