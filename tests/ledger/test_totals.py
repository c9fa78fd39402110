"""Totals and standings: sums that follow from commits and feedback, their update and their rebuilding."""

import pytest

from tests.ledger.example_ledger import (
    BASE,
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_record,
    contents,
    differences,
    flush,
    grade_entry,
    project_entry,
    standings,
    total,
)
from tests.support import one
from tracker.ledger import Ledger, entries, totals
from tracker.ledger.scan import read_commits
from tracker.ledger.tables import STANDINGS, TOTALS
from tracker.lineage.contributions import Account, add, by_column, sums
from tracker.scoring import DEFAULT

PROJECT = PROJECTS[0]
OID = OIDS[0]
ACCOUNT = Account("codex", "agent", None, PROJECT, "feat", 24_000)


@pytest.fixture
def recorded(ledger: Ledger) -> Ledger:
    """The ledger with one live commit of an agent, with two files, 20 added and 2 removed lines."""
    flush(
        ledger,
        [project_entry(PROJECT), entries.CommitEntry(PROJECT, OID, commit_record(2, live=True, agent="codex"))],
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
        expected = totals.expected_totals(snapshot, read_commits(snapshot).commits)
        written = {key: record.sums for key, record in snapshot.scan(TOTALS)}
    assert written == {key: amount for key, (_, amount) in expected.items() if any(amount)}


def test_expected_standings_are_the_sums_of_the_totals(ledger: Ledger) -> None:
    flush(ledger, BASE)
    with ledger.read() as snapshot:
        expected = totals.expected_standings(snapshot)
    assert {key: amount for key, amount in expected.items() if any(amount)} == standings(ledger)


def test_commit_and_feedback_of_one_agent_are_summed_in_its_standing(recorded: Ledger) -> None:
    bug = entries.BugEntry("codex", PROJECT, OID, "it broke", "", 5)
    flush(recorded, [grade_entry(OID, 5, 1), bug, session_grade(3)])
    row = by_column(standings(recorded)["codex", PROJECT])
    assert {column: value for column, value in row.items() if value} == {
        "commits": 1, "files": 2, "insertions": 20, "deletions": 2, "user_excellence": 1, "bugs": 1, "agent_good": 1,
    }  # fmt: skip


def test_commit_that_is_no_longer_live_leaves_no_rows(recorded: Ledger) -> None:
    flush(recorded, [entries.LivenessEntry(PROJECT, OID, live=False)])
    with recorded.read() as snapshot:
        assert (snapshot.count(TOTALS), snapshot.count(STANDINGS)) == (0, 0)


def test_later_evidence_moves_a_commit_to_the_account_of_its_agent(recorded: Ledger) -> None:
    correction = agent_evidence("opencode")[0]._replace(signal="correction", name="0000000100")
    flush(recorded, [entries.EvidenceEntry(PROJECT, OID, (correction,), "")])
    assert {agent for agent, _ in standings(recorded)} == {"opencode"}
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


def test_standing_tells_sums_before_the_transaction_and_with_its_changes(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        update = totals.TotalsUpdate(transaction)
        update.add(ACCOUNT, sums(bugs=2))
        update.add(ACCOUNT._replace(agent="opencode"), sums(bugs=7))
        standing = update.standing("codex")
    assert (standing.before.commits, standing.before.bugs) == (1, 0)
    assert (standing.now.commits, standing.now.bugs) == (1, 2)


def test_commit_that_is_not_counted_adds_nothing(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        update = totals.TotalsUpdate(transaction)
        update.add_commit((PROJECT, OIDS[1]), commit_record(1, live=True, agent="codex")._replace(counted=False))
        update.add_commit((PROJECT, OIDS[2]), None)
        standing = update.standing("codex")
    assert standing.before == standing.now


def test_rebuilding_replaces_wrong_totals(recorded: Ledger) -> None:
    before = contents(recorded)
    with recorded.write() as transaction:
        key, record = one(transaction.scan(TOTALS))
        transaction.put(TOTALS, key, record._replace(sums=add(record.sums, sums(bugs=9))))
    assert differences(recorded)
    with recorded.write() as transaction:
        totals.rebuild_totals(transaction, read_commits(transaction).commits)
    assert contents(recorded) == before
    assert differences(recorded) == []


def test_score_sums_all_projects_of_the_agent(ledger: Ledger) -> None:
    for project, oid in zip(PROJECTS, OIDS, strict=False):
        record = commit_record(1, live=True, agent="codex")
        flush(ledger, [project_entry(project), entries.CommitEntry(project, oid, record)])
    with ledger.read() as snapshot:
        assert totals.score_of(snapshot, "codex", DEFAULT).experience_points == 2
        assert totals.is_scored(snapshot, "codex")
        assert totals.is_scored(snapshot, "unknown to the ledger")
        assert not totals.is_scored(snapshot, "human")
