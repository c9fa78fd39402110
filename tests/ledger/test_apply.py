"""Application of entries: each type reaches its table, and clones of one repository share what is known of a commit."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import (
    BASE,
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_facts,
    differences,
    flush,
    grade_entry,
    project_entry,
    total,
)
from tests.support import one
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import ACTIVITIES, AGENTS, BUGS, COMMITS, RETROSPECTIVES, STANDINGS, TOTALS
from tracker.scoring import DEFAULT

FIRST, SECOND = PROJECTS
OID = OIDS[0]


def test_every_type_of_feedback_is_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    flush(
        ledger,
        [
            entries.BugEntry("codex", FIRST, OID, "broke it", "", 1_700_000_000),
            entries.RetrospectiveEntry(
                "codex",
                FIRST,
                "session-1",
                is_session=True,
                task="research",
                agent_grade=2,
                user_grade=None,
                notes="went well",
                time=1_700_000_000,
                policy=DEFAULT,
            ),
            entries.ActivityEntry("codex", "task", "did", "done", "chose", 5),
            entries.GradeEntry(FIRST, OID, "user", 5, "good work", "task", 1_700_000_000, "test"),
        ],
    )
    with ledger.read() as snapshot:
        counts = [snapshot.count(table) for table in (BUGS, RETROSPECTIVES, ACTIVITIES, COMMITS)]
        agents = {agent.name for _, agent in snapshot.scan(AGENTS)}
    assert counts == [1, 1, 1, 10]
    assert agents == {"human", "codex"}
    assert differences(ledger) == []


def test_commit_in_two_clones_counts_once_where_it_was_made(tmp_path: Path) -> None:
    for order in (PROJECTS, PROJECTS[::-1]):
        ledger = Ledger(tmp_path / order[0])
        for project in order:
            record = commit_facts(1, live=True, origin="local" if project == SECOND else "fetched")
            flush(ledger, [project_entry(project), entries.CommitEntry(project, OID, record)])
        with ledger.read() as snapshot:
            totals = one(record for _, record in snapshot.scan(TOTALS))
        assert (totals.project, totals.sums[0]) == (SECOND, 1)


@pytest.mark.parametrize(
    "order",
    [
        ["in first", "in second", "evidence", "grade"],
        ["in second", "evidence", "grade", "in first"],
        ["in second", "evidence", "in first", "grade"],
    ],
    ids=["both clones first", "second clone and its feedback first", "first clone before the grade"],
)
def test_evidence_and_grades_of_one_clone_hold_in_all(order: list[str], tmp_path: Path) -> None:
    """The project in which a commit is counted is arbitrary; its agent and its grades must not depend on it."""
    by_name: dict[str, entries.Entry] = {
        "in first": entries.CommitEntry(FIRST, OID, commit_facts(1, live=True)),
        "in second": entries.CommitEntry(SECOND, OID, commit_facts(1, live=True)),
        "evidence": entries.EvidenceEntry(SECOND, OID, agent_evidence("codex", "m-1"), "post-commit"),
        "grade": grade_entry(OID, 5, 1, project=SECOND),
    }
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*map(project_entry, PROJECTS)])
    for name in order:
        flush(ledger, [by_name[name]])
    with ledger.read() as snapshot:
        known = [(one.agent, one.model, one.user_grade) for _, one in snapshot.scan(STANDINGS)]
        totals = one(record for _, record in snapshot.scan(TOTALS))
    assert known == [("codex", "m-1", 5)] * 2
    assert (totals.agent, totals.sums[0], total(ledger, "user_excellence")) == ("codex", 1, 1)
    assert differences(ledger) == []
