"""``verify`` names everything derived that is wrong: each field of a standing, the totals, and each row of an index."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

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
)
from tests.lineage.claims import claim
from tracker import keys
from tracker.ledger import Ledger, Table, Transaction, entries, tables
from tracker.lineage.sums import SUMS
from tracker.model import Evidence, Oid
from tracker.records import Carried, CommitStanding, CopyRecord, HolderRecord, Link, RevertRecord
from tracker.rewrite_records import PredecessorRecord, RewriteRecord
from tracker.scoring import DEFAULT

PROJECT = PROJECTS[0]
A, B, C, D, E = OIDS
UNKNOWN = Oid("f" * 40)
EVIDENCE = Evidence("trailer", "X", "1", "cursor", "agent", "m-9", "medium")
OTHER_VALUES: Final[dict[str, object]] = {
    "agent": "opencode", "kind": "bot", "confidence": "medium", "signal": "prose", "model": "m-9", "model_id": "x/m-9",
    "agent_version": "9.9", "also": ("cursor",), "other_evidence": (EVIDENCE,), "agent_grade": 5, "user_grade": -1,
    "agent_graded_at": 77, "user_graded_at": 78, "carried": (Carried("user", 5, E, "changed"),),
    "links": (Link(E, "same", "amend"),), "set_aside": (EVIDENCE,), "stands_for": (E,),
}  # fmt: skip
"""For each field that is no truth value one that the example ledger has in no standing."""


@pytest.fixture
def recorded(tmp_path: Path) -> Ledger:
    """A ledger with two clones, rewrites, a copy, reverts, grades, a bug, journals and set-ups."""
    ledger = Ledger(tmp_path / "ledger")
    setup = entries.SetupEntry("ab" * 16, (("AGENTS.md", "cd" * 8),))
    flush(ledger, [*BASE, setup, entries.TipEntry(PROJECT, "refs/heads/main", E)])
    flush(
        ledger,
        [
            entries.ClaimEntry(A, claim(B, "amend")),
            entries.EvidenceEntry(PROJECT, C, agent_evidence("codex", "m-1"), "post-commit", D, setup.key),
            grade_entry(B, 5, 10),
            grade_entry(D, 1, 11, "agent"),
            entries.PushEntry(PROJECT, B),
            entries.BugEntry("codex", PROJECT, D, "it broke", "", 12),
            entries.ActivityEntry("opencode", "task", "did", "done", "chose", 5),
            entries.RetrospectiveEntry(
                "codex", PROJECT, "session-1", is_session=True, task="", agent_grade=2, user_grade=None, notes="",
                time=3, policy=DEFAULT,
            ),
        ],
    )  # fmt: skip
    assert differences(ledger) == []
    return ledger


@pytest.mark.parametrize("field", CommitStanding._fields)
def test_each_wrong_field_of_a_standing_is_named(recorded: Ledger, field: str) -> None:
    key = keys.standing(PROJECT, commit_facts(1, live=True).committed_at, B)
    with recorded.write() as transaction:
        standing = transaction.get(tables.STANDINGS, key)
        assert standing is not None
        before = getattr(standing, field)
        wrong: Any = not before if isinstance(before, bool) else OTHER_VALUES[field]
        assert wrong != before
        transaction.put(tables.STANDINGS, key, standing._replace(**{field: wrong}))
    found = [one for one in differences(recorded) if one.startswith("the standing of")]
    assert len(found) == 1
    assert B in found[0]
    assert f" is wrong: {field.replace('_', ' ')} " in found[0]
    if not isinstance(wrong, bool | tuple):
        assert f" {wrong} instead of {'none' if before is None else before}." in found[0]


def first_row(transaction: Transaction, table: Table[Any]) -> tuple[bytes, Any]:
    """Return the key and the record of the first row of a table."""
    return next(iter(transaction.scan(table)))


@pytest.mark.few(40)
@pytest.mark.parametrize("column", SUMS)
@pytest.mark.parametrize("table", [tables.TOTALS, tables.AGENT_TOTALS], ids=lambda table: table.name)
def test_each_wrong_column_of_the_totals_is_named(recorded: Ledger, table: Table[Any], column: str) -> None:
    with recorded.write() as transaction:
        key, record = first_row(transaction, table)
        row = [*record.sums, *[0] * (len(SUMS) - len(record.sums))]
        row[SUMS.index(column)] += 7
        transaction.put(table, key, record._replace(sums=tuple(row)))
    assert any(f"in project {record.project} " in one and record.agent in one for one in differences(recorded))


@pytest.mark.parametrize("field", ["agent", "kind", "model", "project", "task_kind", "month"])
def test_each_wrong_part_of_an_account_is_named(recorded: Ledger, field: str) -> None:
    wrong = {
        "agent": "cursor", "kind": "bot", "model": "x/y", "project": "cc" * 16, "task_kind": "docs", "month": 7
    }  # fmt: skip
    with recorded.write() as transaction:
        key, record = first_row(transaction, tables.TOTALS)
        changed: Any = {field: wrong[field]}
        transaction.put(tables.TOTALS, key, record._replace(**changed))
    assert any(one.startswith("totals of") and str(wrong[field]) in one for one in differences(recorded))


@pytest.mark.parametrize("project", ["no hex", "cc", ""])
def test_impossible_project_of_a_row_is_named(recorded: Ledger, project: str) -> None:
    changed: Any = {"project": project}
    for table in (tables.TOTALS, tables.PATHS):
        with recorded.write() as transaction:
            key, record = first_row(transaction, table)
            transaction.put(table, key, record._replace(**changed))
    found = [*differences(recorded)]
    assert any(one.startswith("totals of") and project in one for one in found)
    assert any("leads to project" in one for one in found)


def test_impossible_kind_of_task_is_named(recorded: Ledger) -> None:
    changed: Any = {"task_kind": "q"}
    with recorded.write() as transaction:
        key, record = first_row(transaction, tables.COMMITS)
        transaction.put(tables.COMMITS, key, record._replace(**changed))
    assert any("has an unknown kind of task, q." in one for one in differences(recorded))


@pytest.mark.parametrize("field", ["name", "kind", "last_seen", "last_commit", "model", "model_seen", "model_commit"])
def test_each_wrong_field_of_an_agent_is_named(recorded: Ledger, field: str) -> None:
    wrong = {
        "name": "cursor", "kind": "bot", "last_seen": 1, "last_commit": UNKNOWN, "model": "m-9", "model_seen": 1,
        "model_commit": UNKNOWN,
    }  # fmt: skip
    with recorded.write() as transaction:
        record = transaction.get(tables.AGENTS, keys.agent("codex"))
        assert record is not None
        changed: Any = {field: wrong[field]}
        transaction.put(tables.AGENTS, keys.agent("codex"), record._replace(**changed))
    assert any(one.startswith("the agent ") and str(wrong[field]) in one for one in differences(recorded))


INDEXES: Final = [
    tables.STANDINGS, tables.OIDS, tables.REWRITES, tables.PREDECESSORS, tables.COPIES, tables.REVERTS,
    tables.PATHS, tables.PROJECTS, tables.AGENTS, tables.TOTALS, tables.AGENT_TOTALS, tables.SETUPS,
]  # fmt: skip


@pytest.mark.parametrize("table", INDEXES, ids=lambda table: table.name)
def test_missing_row_is_named(recorded: Ledger, table: Table[Any]) -> None:
    with recorded.write() as transaction:
        rows = [*transaction.keys(table)]
    assert rows
    for key in rows:
        with recorded.write() as transaction:
            record = transaction.get(table, key)
            transaction.delete(table, key)
        assert differences(recorded), key
        with recorded.write() as transaction:
            transaction.put(table, key, record)
        assert differences(recorded) == []


DANGLING: Final[dict[str, Callable[[Transaction], None]]] = {
    "standing": lambda ledger: ledger.put(tables.STANDINGS, keys.standing(PROJECT, 5, B), CommitStanding()),
    "holder": lambda ledger: ledger.put(tables.OIDS, keys.holder(UNKNOWN, PROJECT), HolderRecord()),
    "claim": lambda ledger: ledger.put(tables.REWRITES, keys.related(D, UNKNOWN), RewriteRecord(())),
    "claim about an unknown commit": lambda ledger: ledger.put(
        tables.REWRITES, keys.related(UNKNOWN, D), RewriteRecord(())
    ),
    "predecessor that none claims": lambda ledger: ledger.put(
        tables.PREDECESSORS, keys.related(D, UNKNOWN), PredecessorRecord(is_linked=False)
    ),
    "predecessor without a link": lambda ledger: ledger.put(
        tables.PREDECESSORS, keys.related(D, UNKNOWN), PredecessorRecord(is_claimed=False)
    ),
    "predecessor of no kind": lambda ledger: ledger.put(
        tables.PREDECESSORS, keys.related(D, UNKNOWN), PredecessorRecord(is_claimed=False, is_linked=False)
    ),
    "predecessor that is claimed and not shown so": lambda ledger: ledger.put(
        tables.PREDECESSORS, keys.related(B, A), PredecessorRecord(is_claimed=False)
    ),
    "predecessor that is linked and not shown so": lambda ledger: ledger.put(
        tables.PREDECESSORS, keys.related(B, A), PredecessorRecord(is_linked=False)
    ),
    "copy": lambda ledger: ledger.put(tables.COPIES, keys.related(B, UNKNOWN), CopyRecord()),
    "copy that is none": lambda ledger: ledger.put(tables.COPIES, keys.related(D, E), CopyRecord()),
    "revert": lambda ledger: ledger.put(tables.REVERTS, keys.related(D, B), RevertRecord()),
    "agent": lambda ledger: ledger.put(tables.AGENTS, keys.agent("cursor"), tables.AGENTS.codec.record("cursor")),
    "path": lambda ledger: ledger.put(
        tables.PATHS, keys.path("/else"), tables.PATHS.codec.record(project=PROJECT, path="/else")
    ),
}


@pytest.mark.parametrize("name", DANGLING)
def test_row_that_leads_nowhere_is_named(recorded: Ledger, name: str) -> None:
    with recorded.write() as transaction:
        DANGLING[name](transaction)
    assert differences(recorded)


def moved(transaction: Transaction, table: Table[Any], agent: str) -> None:
    """Move the first row of a table to the key of another agent, and leave the record as it is."""
    key, record = first_row(transaction, table)
    transaction.delete(table, key)
    transaction.put(table, keys.agent(agent) + key[keys.AGENT_BYTES :], record)


FEEDBACK: Final = [tables.COMMUNICATION, tables.BUGS, tables.RETROSPECTIVES, tables.ACTIVITIES]


@pytest.mark.parametrize("table", FEEDBACK, ids=lambda table: table.name)
def test_feedback_under_the_wrong_agent_is_named(recorded: Ledger, table: Table[Any]) -> None:
    with recorded.write() as transaction:
        moved(transaction, table, "cursor")
    assert any("stored under" in one for one in differences(recorded))


@pytest.mark.parametrize("field", ["agent", "kind", "model", "task_kind", "month", "is_local"])
def test_each_wrong_part_of_a_bugs_account_is_named(recorded: Ledger, field: str) -> None:
    wrong = {"agent": "cursor", "kind": "bot", "model": "x/y", "task_kind": "docs", "month": 7, "is_local": False}
    with recorded.write() as transaction:
        key, record = first_row(transaction, tables.BUGS)
        changed: Any = {field: wrong[field]}
        transaction.put(tables.BUGS, key, record._replace(**changed))
    assert any(one.startswith(f"a bug of commit {D}") for one in differences(recorded))


def test_grade_without_its_commit_is_named(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        for project in PROJECTS:
            facts = transaction.get(tables.COMMITS, keys.commit(project, B))
            assert facts is not None
            transaction.delete(tables.COMMITS, keys.commit(project, B))
    assert any(f"commit {B} is stored without that commit" in one for one in differences(recorded))
