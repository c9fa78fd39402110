"""Claims about rewrites as rows: one for each pair of commits, whichever project holds them, if any does."""

from itertools import pairwise, permutations
from pathlib import Path

import pytest

from tests.ledger.example_ledger import (
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_facts,
    commit_in,
    contents,
    differences,
    flush,
    grade_entry,
    project_entry,
    replaced_in,
)
from tests.lineage.claims import claim
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import PREDECESSORS, REWRITES, STANDINGS, TABLES
from tracker.lineage.contributions import grade
from tracker.model import CONTENT, Oid, ProjectId

HERE, THERE = PROJECTS
A, X, C, D, Y = OIDS


def ledger_at(path: Path) -> Ledger:
    """Return a ledger with two projects without commits."""
    ledger = Ledger(path)
    flush(ledger, [project_entry(project) for project in PROJECTS])
    return ledger


@pytest.fixture
def tracked(tmp_path: Path) -> Ledger:
    return ledger_at(tmp_path / "ledger")


def commit(oid: Oid, agent: str = "human", project: ProjectId = HERE, *, live: bool = True) -> entries.CommitEntry:
    evidence = () if agent == "human" else agent_evidence(agent)
    return entries.CommitEntry(project, oid, commit_facts(1, live=live)._replace(evidence=evidence))


def test_claim_counts_for_commits_of_which_each_is_in_another_project(tracked: Ledger) -> None:
    flush(tracked, [commit(A, "codex"), commit(C, project=THERE), entries.ClaimEntry(A, claim(C, same=True))])
    assert differences(tracked) == []
    assert (replaced_in(tracked, C), commit_in(tracked, C, THERE).standing.agent) == ([A], "codex")
    flush(tracked, [grade_entry(C, 5, 1, project=THERE)])
    assert differences(tracked) == []
    assert grade(commit_in(tracked, A).standing, "user") == (5, False)


@pytest.mark.parametrize("unrecorded", [(X,), (X, Y)], ids=["one", "two in a row"])
def test_claims_lead_through_commits_that_no_project_holds(tracked: Ledger, unrecorded: tuple[Oid, ...]) -> None:
    path = (A, *unrecorded, C)
    flush(tracked, [commit(A, "codex", live=False), grade_entry(A, 2, 1), commit(C)])
    flush(tracked, [entries.ClaimEntry(old, claim(new, same=True)) for old, new in pairwise(path)])
    standing = commit_in(tracked, C).standing
    assert (standing.agent, grade(standing, "user"), replaced_in(tracked, C)) == ("codex", (2, False), [A])
    assert [(link.new, link.kind) for link in commit_in(tracked, A).standing.links] == [(X, "same"), (C, "same")]
    assert differences(tracked) == []


def test_recorded_later_the_commit_between_is_linked_itself(tracked: Ledger) -> None:
    flush(tracked, [commit(A, "codex", live=False), commit(C)])
    flush(tracked, [entries.ClaimEntry(A, claim(X)), entries.ClaimEntry(X, claim(C, same=True))])
    assert [(link.new, link.kind) for link in commit_in(tracked, A).standing.links] == [(X, "changed"), (C, "changed")]
    flush(tracked, [commit(X, live=False)])
    assert [(link.new, link.kind) for link in commit_in(tracked, A).standing.links] == [(X, "changed")]
    assert (replaced_in(tracked, C), replaced_in(tracked, X)) == ([X], [A])
    assert commit_in(tracked, C).standing.agent == "codex"
    assert differences(tracked) == []
    flush(tracked, [entries.ForgetEntry(HERE, X)])
    assert (replaced_in(tracked, C), replaced_in(tracked, X)) == ([A], [A])
    assert differences(tracked) == []


def test_commit_that_an_unrecorded_one_dropped_passes_nothing_on(tracked: Ledger) -> None:
    flush(tracked, [commit(A, "codex", live=False), commit(C)])
    flush(tracked, [entries.ClaimEntry(A, claim(X, authored=False)), entries.ClaimEntry(X, claim(C, same=True))])
    assert (replaced_in(tracked, C), commit_in(tracked, C).standing.agent) == ([], "human")
    assert differences(tracked) == []


def test_order_of_commits_and_claims_does_not_matter(tmp_path: Path) -> None:
    batch: list[entries.Entry] = [
        commit(A, "codex", live=False),
        commit(C, project=THERE),
        entries.ClaimEntry(A, claim(X)),
        entries.ClaimEntry(X, claim(C, same=True)),
    ]
    states = []
    for number, order in enumerate(permutations(batch)):
        ledger = ledger_at(tmp_path / f"{number}")
        for entry in order:
            flush(ledger, [entry])
        states.append(contents(ledger))
        assert differences(ledger) == []
    assert all(state == states[0] for state in states)


def largest_rows(ledger: Ledger) -> dict[str, int]:
    """Return the number of bytes of the largest value of each table."""
    with ledger.read() as snapshot:
        return {
            table.name: max((len(table.codec.encode(record)) for _, record in snapshot.scan(table)), default=0)
            for table in TABLES
        }


def test_no_row_grows_with_the_number_of_commits_that_became_one(tracked: Ledger) -> None:
    """So squashing any number of commits takes time in proportion to it, and no row reaches the largest size."""

    def squash(numbers: range) -> None:
        olds = [Oid(f"{number:040x}") for number in numbers]
        flush(tracked, [commit(old, live=False) for old in olds])
        flush(tracked, [entries.ClaimEntry(old, claim(C, CONTENT, author=old[-8:])) for old in olds])

    flush(tracked, [commit(C)])
    squash(range(1000, 1010))
    few = largest_rows(tracked)
    squash(range(1010, 1200))
    assert len(replaced_in(tracked, C)) == 200
    assert differences(tracked) == []
    many = largest_rows(tracked)
    names = [table.name for table in (REWRITES, PREDECESSORS, STANDINGS)]
    assert {name: many[name] for name in names} == {name: few[name] for name in names}
