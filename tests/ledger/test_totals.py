"""Totals, by account and by agent: sums that follow from commits and feedback, and their update."""

import pytest

from tests.ledger.example_ledger import (
    BASE,
    OIDS,
    PROJECTS,
    agent_evidence,
    agent_totals,
    commit_facts,
    contents,
    differences,
    flush,
    grade_entry,
    project_entry,
    total,
)
from tracker.ledger import Ledger, entries, totals
from tracker.ledger.commits import scan_commits
from tracker.ledger.expected_totals import ExpectedTotals, Outcomes
from tracker.ledger.tables import AGENT_TOTALS, TOTALS
from tracker.lineage.contributions import Account
from tracker.lineage.sums import NOTHING, add, by_column, sums
from tracker.records import CommitStanding, RecordedCommit
from tracker.scoring import DEFAULT

PROJECT = PROJECTS[0]
OID = OIDS[0]
ACCOUNT = Account("codex", "agent", None, PROJECT, "feat", 24_000)


@pytest.fixture
def recorded(ledger: Ledger) -> Ledger:
    """The ledger with one live commit of an agent, with two files, 20 added and 2 removed lines."""
    flush(
        ledger,
        [project_entry(PROJECT), entries.CommitEntry(PROJECT, OID, commit_facts(2, live=True, agent="codex"))],
    )
    return ledger


def session_grade(time: int) -> entries.RetrospectiveEntry:
    return entries.RetrospectiveEntry(
        "codex", PROJECT, "session-1", is_session=True, task="", agent_grade=2, user_grade=None, notes="", time=time,
        policy=DEFAULT,
    )  # fmt: skip


def test_expected_totals_are_those_that_were_written(ledger: Ledger) -> None:
    flush(ledger, BASE)
    bug = entries.BugEntry("codex", PROJECT, OIDS[3], "it broke", "", 5)
    flush(ledger, [grade_entry(OIDS[1], 5, 1), grade_entry(OIDS[3], -1, 2, "agent"), bug, session_grade(3)])
    with ledger.read() as snapshot:
        expected = ExpectedTotals(snapshot, Outcomes(snapshot))
        for commit, recorded in scan_commits(snapshot):
            expected.add(commit, recorded)
        rows = {key: total.row() for key, (_, total) in expected.by_key().items()}
        written = {key: add(record.sums, NOTHING) for key, record in snapshot.scan(TOTALS)}
    assert written == {key: row for key, row in rows.items() if any(row)}


def test_expected_totals_of_agents_are_the_sums_of_the_totals(ledger: Ledger) -> None:
    flush(ledger, BASE)
    with ledger.read() as snapshot:
        expected = dict(totals.expected_agent_totals(snapshot))
    assert expected == {owner: add(row, NOTHING) for owner, row in agent_totals(ledger).items()}


def test_commit_and_feedback_of_one_agent_are_summed_in_its_totals(recorded: Ledger) -> None:
    bug = entries.BugEntry("codex", PROJECT, OID, "it broke", "", 5)
    flush(recorded, [grade_entry(OID, 5, 1), bug, session_grade(3)])
    row = by_column(agent_totals(recorded)["codex", PROJECT])
    assert {column: value for column, value in row.items() if value} == {
        "commits": 1, "files": 2, "insertions": 20, "deletions": 2, "user_excellence": 1, "bugs": 1, "agent_good": 1,
        "waiting_agent": 1,
    }  # fmt: skip


def test_commit_that_is_no_longer_live_leaves_no_rows(recorded: Ledger) -> None:
    flush(recorded, [entries.LivenessEntry(PROJECT, OID, live=False)])
    with recorded.read() as snapshot:
        assert (snapshot.count(TOTALS), snapshot.count(AGENT_TOTALS)) == (0, 0)


def test_later_evidence_moves_a_commit_to_the_account_of_its_agent(recorded: Ledger) -> None:
    correction = agent_evidence("opencode")[0]._replace(signal="correction", name="0000000100")
    flush(recorded, [entries.EvidenceEntry(PROJECT, OID, (correction,), "")])
    assert {agent for agent, _ in agent_totals(recorded)} == {"opencode"}
    assert total(recorded, "commits") == 1
    assert differences(recorded) == []


def test_changes_that_cancel_out_write_nothing(recorded: Ledger) -> None:
    before = contents(recorded)
    with recorded.write() as transaction:
        update = totals.TotalsUpdate(transaction)
        update.add(ACCOUNT, sums(commits=1))
        update.add(ACCOUNT, sums(commits=1), -1)
        update.write()
    assert contents(recorded) == before


def test_scored_sums_are_those_before_the_transaction_and_with_its_changes(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        update = totals.TotalsUpdate(transaction)
        update.add(ACCOUNT, sums(bugs=2))
        update.add(ACCOUNT._replace(agent="opencode"), sums(bugs=7))
        scored = update.scored_sums("codex")
    assert (scored.before.commits, scored.before.bugs) == (1, 0)
    assert (scored.now.commits, scored.now.bugs) == (1, 2)


def test_commit_that_is_not_counted_adds_nothing(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        update = totals.TotalsUpdate(transaction)
        commit = RecordedCommit(commit_facts(1, live=True), CommitStanding(live=True, agent="codex", kind="agent"))
        update.add_commit((PROJECT, OIDS[1]), commit)
        update.add_commit((PROJECT, OIDS[2]), None)
        scored = update.scored_sums("codex")
    assert scored.before == scored.now


def test_score_sums_all_projects_of_the_agent(ledger: Ledger) -> None:
    for project, oid in zip(PROJECTS, OIDS, strict=False):
        record = commit_facts(1, live=True, agent="codex")
        flush(ledger, [project_entry(project), entries.CommitEntry(project, oid, record)])
    with ledger.read() as snapshot:
        assert totals.score_of(snapshot, "codex", DEFAULT).experience_points == 2
        assert totals.is_scored(snapshot, "codex")
        assert totals.is_scored(snapshot, "unknown to the ledger")
        assert not totals.is_scored(snapshot, "human")
