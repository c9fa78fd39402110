"""What links mean, told by entries alone: which commit of a family counts, and what each inherits."""

from pathlib import Path

import pytest

from tests.ledger.test_apply import OIDS, PROJECTS, differences, flush, project_entry, record
from tracker import keys
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import COMMITS, STANDINGS
from tracker.lineage import contributions
from tracker.model import Evidence, GradeValue, Oid, ProjectId, Rater, RewriteKind
from tracker.records import CommitRecord

ONE, OTHER = PROJECTS
A, B, C, D, _ = OIDS
CLAUDE = (Evidence("environment", "CLAUDECODE", "1", "claude-code", "agent", None, "high"),)
TRAILER = (Evidence("trailer", "0003", "Assisted-by: codex:gpt-5.2", "codex", "agent", "gpt-5.2", "high"),)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [project_entry(project) for project in PROJECTS])
    return ledger


def commit(
    oid: Oid, *, live: bool = True, project: ProjectId = ONE, origin: str = "local", evidence: tuple[Evidence, ...] = ()
) -> entries.CommitEntry:
    return entries.CommitEntry(project, oid, record(1, live=live, origin=origin)._replace(evidence=evidence))


def pair(old: Oid, new: Oid, kind: RewriteKind, project: ProjectId = ONE) -> entries.PairEntry:
    return entries.PairEntry(project, old, new, kind, "test")


def grade(oid: Oid, grade: GradeValue, time: int, rater: Rater = "user") -> entries.GradeEntry:
    return entries.GradeEntry(ONE, oid, rater, grade, "", "", time, "test")


def known(ledger: Ledger, oid: Oid, project: ProjectId = ONE) -> CommitRecord:
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        found = snapshot.get(COMMITS, keys.commit(project, oid))
    assert found is not None
    return found


def counted(ledger: Ledger) -> set[tuple[ProjectId, Oid]]:
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        return {(keys.project_of(key), keys.oid_of(key)) for key, one in snapshot.scan(COMMITS) if one.counted}


def total(ledger: Ledger, column: str) -> int:
    with ledger.read() as snapshot:
        return sum(row.sums[contributions.SUMS.index(column)] for _, row in snapshot.scan(STANDINGS))


def test_what_a_clone_still_has_of_a_group_is_not_counted_again(ledger: Ledger) -> None:
    """Rebased here, and not yet there: one work, although both commits can be reached."""
    flush(ledger, [commit(A, live=False), commit(B), pair(A, B, "same"), commit(A, project=OTHER)])
    assert counted(ledger) == {(ONE, B)}
    flush(ledger, [entries.LivenessEntry(ONE, B, live=False)])
    assert counted(ledger) == {(OTHER, A)}


def test_of_a_circle_one_counts(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), pair(A, B, "same"), pair(B, A, "same")])
    assert counted(ledger) == {(ONE, A)}


def test_of_two_versions_on_two_branches_the_newest_counts(ledger: Ledger) -> None:
    flush(ledger, [commit(A, live=False), commit(B), commit(C), grade(A, 5, 1)])
    newer = record(1, live=True)._replace(committed_at=1_800_000_000)
    flush(ledger, [entries.CommitEntry(ONE, D, newer), pair(A, B, "same"), pair(A, D, "changed"), pair(A, C, "same")])
    assert counted(ledger) == {(ONE, D)}
    assert total(ledger, "user_excellence") == 1
    flush(ledger, [entries.LivenessEntry(ONE, D, live=False)])
    assert counted(ledger) == {(ONE, B)}


def test_a_dropped_commit_counts_for_itself(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), pair(A, B, "dropped"), grade(A, 5, 1)])
    assert counted(ledger) == {(ONE, A), (ONE, B)}
    assert known(ledger, B).carried == ()


def test_a_grade_follows_a_chain_and_keeps_what_it_lost_on_the_way(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), commit(C), commit(D), grade(A, 5, 1)])
    flush(ledger, [pair(A, B, "same"), pair(B, C, "changed"), pair(C, D, "same")])
    assert [contributions.grade(known(ledger, oid), "user") for oid in (A, B, C, D)] == [
        (5, False), (5, False), (5, True), (5, True),
    ]  # fmt: skip
    flush(ledger, [grade(C, -1, 2)])
    assert [contributions.grade(known(ledger, oid), "user") for oid in (A, B, C, D)] == [
        (5, False), (5, False), (-1, False), (-1, False),
    ]  # fmt: skip
    assert (total(ledger, "user_bad"), total(ledger, "user_excellence")) == (1, 0)


def test_a_grade_goes_back_along_what_stayed_the_same_alone(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), commit(C), pair(A, B, "same"), pair(B, C, "changed")])
    flush(ledger, [grade(C, 5, 1)])
    assert [contributions.grade(known(ledger, oid), "user")[0] for oid in (A, B)] == [None, None]
    flush(ledger, [grade(B, 2, 2)])
    assert [contributions.grade(known(ledger, oid), "user") for oid in (A, B, C)] == [
        (2, False),
        (2, False),
        (5, False),
    ]


def test_of_two_that_became_one_without_a_change_the_last_word_holds(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), commit(C), pair(A, C, "same"), pair(B, C, "same")])
    flush(ledger, [grade(A, 5, 9), grade(B, -1, 4)])
    assert contributions.grade(known(ledger, C), "user") == (5, False)


def test_a_squash_speaks_with_its_parts_and_of_each_with_its_last_version(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B), commit(C), commit(D), grade(A, 5, 1), grade(C, 2, 1), grade(C, 1, 1, "agent")])
    flush(ledger, [pair(A, B, "changed"), pair(A, D, "squashed"), pair(B, D, "squashed"), pair(C, D, "squashed")])
    assert contributions.grades(known(ledger, D)) == [("agent", 1), ("user", 5), ("user", 2)]
    flush(ledger, [grade(B, -1, 2)])
    assert contributions.grades(known(ledger, D)) == [("agent", 1), ("user", -1), ("user", 2)]
    assert contributions.grade(known(ledger, D), "user") == (None, False)
    flush(ledger, [grade(D, 5, 3)])
    assert contributions.grades(known(ledger, D)) == [("agent", 1), ("user", 5)]


def test_evidence_goes_where_the_work_went(ledger: Ledger) -> None:
    flush(ledger, [commit(A, evidence=CLAUDE), commit(B, evidence=TRAILER), commit(C), commit(D)])
    flush(ledger, [pair(A, C, "changed"), pair(B, D, "changed")])
    assert (known(ledger, C).agent, known(ledger, D).agent) == ("claude-code", "human")  # D has a message of its own
    flush(ledger, [pair(A, D, "squashed"), pair(B, D, "squashed")])
    assert (known(ledger, D).agent, known(ledger, D).also) == ("claude-code", ("codex",))
    flush(ledger, [pair(A, D, "dropped"), pair(B, D, "dropped")])
    assert (known(ledger, D).agent, known(ledger, D).evidence) == ("human", ())


def test_what_stands_for_local_work_is_local(ledger: Ledger) -> None:
    flush(ledger, [commit(A), commit(B, origin="fetched"), commit(B, origin="fetched", project=OTHER)])
    assert total(ledger, "fetched_commits") == 1
    flush(ledger, [pair(A, B, "squashed")])
    assert (known(ledger, B).landed, known(ledger, B, OTHER).landed) == (True, False)
    assert counted(ledger) == {(ONE, B)}
    assert (total(ledger, "commits"), total(ledger, "fetched_commits")) == (1, 0)
    flush(ledger, [pair(A, B, "dropped")])
    assert not known(ledger, B).landed
    assert (total(ledger, "commits"), total(ledger, "fetched_commits")) == (1, 1)
