"""Reading of all commits: each once, in the order of oids, with what connects them."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts, flush, project_entry
from tests.lineage.claims import claim
from tracker import keys
from tracker.ledger import Ledger, entries
from tracker.ledger.scan import Derivation, held_commits, projects_with_commits, read_relations
from tracker.ledger.tables import COMMITS, REWRITES, STANDINGS, TIPS
from tracker.model import Oid, ProjectId
from tracker.rewrite_records import RewriteRecord

A, B, C, D, E = OIDS
ALONE = ProjectId("0f" * 16)


@pytest.fixture
def recorded(tmp_path: Path) -> Ledger:
    """A ledger with two clones of five commits, and a third project with commits of its own before and after them."""
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE, project_entry(ALONE)])
    copied = commit_facts(3, live=True)._replace(copy_of=D)
    flush(ledger, [entries.CommitEntry(ALONE, Oid(letter * 40), copied) for letter in "0f"])
    flush(ledger, [entries.ClaimEntry(A, claim(B, "amend"))])
    return ledger


def test_each_commit_is_read_once_with_all_its_projects(recorded: Ledger) -> None:
    with recorded.read() as snapshot:
        found = [(one.oid, [project for project, _ in one.holdings]) for one in held_commits(snapshot)]
        assert projects_with_commits(snapshot) == [ALONE, *PROJECTS]
        stored = dict(snapshot.scan(COMMITS))
        read = {
            keys.commit(project, one.oid): facts for one in held_commits(snapshot) for project, facts in one.holdings
        }
    assert found == [("0" * 40, [ALONE]), *((oid, [*PROJECTS]) for oid in OIDS), ("f" * 40, [ALONE])]
    assert read == stored


def test_relations_are_those_of_the_facts_and_claims(recorded: Ledger) -> None:
    with recorded.read() as snapshot:
        relations = read_relations(snapshot)
    assert {oid: {*copies} for oid, copies in relations.copies.items()} == {D: {"0" * 40, "f" * 40}}
    assert {oid: {*reverters} for oid, reverters in relations.reverters.items()} == {A: {B}, B: {E}}
    assert relations.olds == {B: [A]}
    assert relations.connected == {A, B, D, E, "0" * 40, "f" * 40}


def test_standings_are_derived_once_for_each_commit_and_are_those_that_were_written(recorded: Ledger) -> None:
    with recorded.read() as snapshot:
        derivation = Derivation(snapshot, read_relations(snapshot))
        derived = [one for held in held_commits(snapshot) for one in derivation.derived_with(held)]
        written = dict(snapshot.scan(STANDINGS))
    assert sorted(one.oid for one in derived) == sorted([*OIDS, "0" * 40, "f" * 40])
    assert written == {
        keys.standing(project, one.facts.committed_at, oid): one.standing
        for oid, held in derived
        for project, one in held.items()
    }


def test_a_row_of_claims_without_any_connects_nothing(recorded: Ledger) -> None:
    """Only another program writes one. A commit that is found from one side alone would be derived twice."""
    with recorded.write() as transaction:
        transaction.put(REWRITES, keys.related(C, D), RewriteRecord(()))
    with recorded.read() as snapshot:
        relations = read_relations(snapshot)
        derivation = Derivation(snapshot, relations)
        derived = [one.oid for held in held_commits(snapshot) for one in derivation.derived_with(held)]
    assert relations.olds == {B: [A]}
    assert len(derived) == len({*derived}) == len(OIDS) + 2


def test_beginnings_of_keys_are_found_without_reading_all(recorded: Ledger) -> None:
    last = ProjectId("ff" * 16)
    with recorded.write() as transaction:
        for number in range(3):
            transaction.put(TIPS, keys.project(last) + bytes([number]) * 16, TIPS.codec.record(str(number), A))
    with recorded.read() as snapshot:
        for table, size in ((COMMITS, 16), (COMMITS, 17), (TIPS, 16), (TIPS, 32)):
            assert [*snapshot.beginnings(table, size)] == sorted({key[:size] for key in snapshot.keys(table)})
