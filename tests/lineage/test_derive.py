"""Derivation of whole families in a ledger, entry by entry; after each step the ledger must agree with its facts."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import (
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_facts,
    commit_in,
    differences,
    flush,
    grade_entry,
    project_entry,
    replaced_in,
    total,
)
from tests.lineage.claims import Wanted, claim, claims_for
from tracker import keys
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import STANDINGS
from tracker.lineage import contributions
from tracker.model import Evidence, GradeValue, Oid, ProjectId, RewriteKind
from tracker.records import CommitStanding

HERE, THERE = PROJECTS
A, B, C, D, E = OIDS
CLAUDE = agent_evidence("claude-code")
CODEX_TRAILER = (Evidence("trailer", "0003", "Assisted-by: codex:gpt-5.2", "codex", "agent", "gpt-5.2", "high"),)


@pytest.fixture
def tracked(tmp_path: Path) -> Ledger:
    """A ledger with two projects without commits."""
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [project_entry(project) for project in PROJECTS])
    return ledger


def commit(
    oid: Oid,
    *,
    live: bool = True,
    project: ProjectId = HERE,
    origin: str = "local",
    evidence: tuple[Evidence, ...] = (),
) -> entries.CommitEntry:
    return entries.CommitEntry(project, oid, commit_facts(1, live=live, origin=origin)._replace(evidence=evidence))


def links(*wanted: tuple[Oid, Oid, RewriteKind]) -> list[entries.ClaimEntry]:
    """Return the claims from which links of these kinds follow."""
    return [entries.ClaimEntry(old, one) for old, one in claims_for([Wanted(*one) for one in wanted])]


def verified(ledger: Ledger, oid: Oid, project: ProjectId = HERE) -> CommitStanding:
    """Return a commit's standing, after a check that the ledger agrees with its facts."""
    assert differences(ledger) == []
    return commit_in(ledger, oid, project).standing


def counted(ledger: Ledger) -> set[tuple[ProjectId, Oid]]:
    """Return the commits whose contribution is in the totals."""
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        rows = [(key, standing) for key, standing in snapshot.scan(STANDINGS) if standing.counted]
    return {(keys.project_of(key), keys.oid_of_standing(key)) for key, _ in rows}


def user_grades(ledger: Ledger, *oids: Oid) -> list[tuple[GradeValue | None, bool]]:
    """Return the user's grade of each commit, and if it is provisional."""
    return [contributions.grade(verified(ledger, oid), "user") for oid in oids]


class TestCounted:
    def test_rewritten_commit_that_a_clone_still_has_is_not_counted_again(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A, live=False), commit(B), *links((A, B, "same")), commit(A, project=THERE)])
        assert counted(tracked) == {(HERE, B)}
        flush(tracked, [entries.LivenessEntry(HERE, B, live=False)])
        assert counted(tracked) == {(THERE, A)}

    def test_one_commit_of_a_claimed_cycle_is_counted(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), *links((A, B, "same"), (B, A, "same"))])
        assert counted(tracked) == {(HERE, B)}
        assert (replaced_in(tracked, A), verified(tracked, B).links) == ([], ())

    def test_newest_of_several_live_versions_is_counted(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A, live=False), commit(B), commit(C), grade_entry(A, 5, 1)])
        newer = commit_facts(1, live=True)._replace(committed_at=1_800_000_000)
        flush(tracked, [entries.CommitEntry(HERE, D, newer)])
        flush(tracked, links((A, B, "same"), (A, D, "changed"), (A, C, "same")))
        assert counted(tracked) == {(HERE, D)}
        assert total(tracked, "user_excellence") == 1
        flush(tracked, [entries.LivenessEntry(HERE, D, live=False)])
        assert counted(tracked) == {(HERE, B)}

    def test_dropped_commit_is_counted_and_passes_no_grade_on(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), *links((A, B, "dropped")), grade_entry(A, 5, 1)])
        assert counted(tracked) == {(HERE, A), (HERE, B)}
        assert verified(tracked, B).carried == ()

    def test_fetched_successor_of_local_work_counts_as_local(self, tracked: Ledger) -> None:
        fetched = [commit(B, origin="fetched"), commit(B, origin="fetched", project=THERE)]
        flush(tracked, [commit(A), *fetched, commit(C, origin="fetched", live=False)])
        assert total(tracked, "fetched_commits") == 1
        flush(tracked, links((A, B, "changed")))
        assert (verified(tracked, B).landed, verified(tracked, B, THERE).landed) == (True, False)
        assert counted(tracked) == {(HERE, B)}
        assert (total(tracked, "commits"), total(tracked, "fetched_commits")) == (1, 0)
        flush(tracked, links((C, B, "same")))  # only C went into B, so A was dropped
        assert not verified(tracked, B).landed
        assert (total(tracked, "commits"), total(tracked, "fetched_commits")) == (1, 1)


class TestGrades:
    def test_grade_becomes_provisional_at_a_changed_link_until_a_new_grade(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), commit(C), commit(D), grade_entry(A, 5, 1)])
        flush(tracked, links((A, B, "same"), (B, C, "changed"), (C, D, "same")))
        assert user_grades(tracked, A, B, C, D) == [(5, False), (5, False), (5, True), (5, True)]
        flush(tracked, [grade_entry(C, -1, 2)])
        assert user_grades(tracked, A, B, C, D) == [(5, False), (5, False), (-1, False), (-1, False)]
        assert (total(tracked, "user_bad"), total(tracked, "user_excellence")) == (1, 0)

    def test_grade_is_carried_backwards_along_same_links_only(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), commit(C), *links((A, B, "same"), (B, C, "changed"))])
        flush(tracked, [grade_entry(C, 5, 1)])
        assert user_grades(tracked, A, B) == [(None, False), (None, False)]
        flush(tracked, [grade_entry(B, 2, 2)])
        assert user_grades(tracked, A, B, C) == [(2, False), (2, False), (5, False)]

    def test_last_grade_of_two_predecessors_holds(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), commit(C), *links((A, C, "same"), (B, C, "same"))])
        flush(tracked, [grade_entry(A, 5, 9), grade_entry(B, -1, 4)])
        assert user_grades(tracked, C) == [(5, False)]

    def test_squash_has_the_last_grade_of_each_part_until_it_is_graded(self, tracked: Ledger) -> None:
        flush(tracked, [commit(A), commit(B), commit(C), commit(D)])
        flush(tracked, [grade_entry(A, 5, 1), grade_entry(C, 2, 1), grade_entry(C, 1, 1, "agent")])
        flush(tracked, links((A, B, "changed"), *((part, D, "squashed") for part in (A, B, C))))
        assert contributions.grades(verified(tracked, D)) == [("agent", 1), ("user", 5), ("user", 2)]
        flush(tracked, [grade_entry(B, -1, 2)])
        assert contributions.grades(verified(tracked, D)) == [("agent", 1), ("user", -1), ("user", 2)]
        assert user_grades(tracked, D) == [(None, False)]
        flush(tracked, [grade_entry(D, 5, 3)])
        assert contributions.grades(verified(tracked, D)) == [("agent", 1), ("user", 5)]


def test_attribution_follows_inherited_evidence(tracked: Ledger) -> None:
    flush(tracked, [commit(A, evidence=CLAUDE), commit(B, evidence=CODEX_TRAILER), commit(C), commit(D), commit(E)])
    flush(tracked, links((A, C, "changed"), (B, D, "changed")))
    assert verified(tracked, C).agent == "claude-code"
    assert verified(tracked, D).agent == "human"  # a changed commit has a message of its own
    flush(tracked, [entries.ClaimEntry(A, claim(D))])
    assert [one.kind for one in verified(tracked, B).links] == ["squashed"]
    assert (verified(tracked, D).agent, verified(tracked, D).also) == ("claude-code", ("codex",))
    flush(tracked, [entries.ClaimEntry(E, claim(D, same=True))])
    assert [one.kind for one in verified(tracked, B).links] == ["dropped"]
    assert (verified(tracked, D).agent, verified(tracked, D).other_evidence) == ("human", ())
