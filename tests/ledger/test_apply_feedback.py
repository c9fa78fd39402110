"""Application of bugs, reinstatements and retrospectives to the tables and the totals."""

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
    total,
)
from tests.support import one
from tracker.errors import TrackerError
from tracker.feedback_records import BugRecord, RetrospectiveRecord
from tracker.ledger import Ledger, entries
from tracker.ledger.buffer import buffer_of
from tracker.ledger.tables import BUGS, COMMITS, REINSTATEMENTS
from tracker.model import GradeValue
from tracker.scoring import DEFAULT

PROJECT = PROJECTS[0]
OID = OIDS[0]


@pytest.fixture
def recorded(ledger: Ledger) -> Ledger:
    """The ledger with one live commit of codex."""
    record = commit_facts(1, live=True, agent="codex")
    flush(ledger, [project_entry(PROJECT), entries.CommitEntry(PROJECT, OID, record)])
    return ledger


def bug(note: str, time: int = 5) -> entries.BugEntry:
    return entries.BugEntry("named in the command", PROJECT, OID, note, "", time)


def withdrawal(time: int = 9) -> entries.BugWithdrawalEntry:
    return entries.BugWithdrawalEntry(PROJECT, OID, time)


def reinstatement() -> entries.ReinstatementEntry:
    return entries.ReinstatementEntry("codex", PROJECT, "test first", 10, DEFAULT)


def bugs_in(ledger: Ledger) -> list[BugRecord]:
    with ledger.read() as snapshot:
        return [record for _, record in snapshot.scan(BUGS)]


def test_bug_is_charged_to_the_agent_of_the_commit(recorded: Ledger) -> None:
    flush(recorded, [bug("off by one")])
    assert [(record.agent, record.task_kind, record.is_local) for record in bugs_in(recorded)] == [
        ("codex", "feat", True)
    ]
    assert total(recorded, "bugs") == 1
    assert differences(recorded) == []


def test_bug_follows_a_correction_to_the_new_agent(recorded: Ledger) -> None:
    flush(recorded, [bug("off by one")])
    correction = agent_evidence("opencode")[0]._replace(signal="correction", name="0000000100")
    flush(recorded, [entries.EvidenceEntry(PROJECT, OID, (correction,), "")])
    assert [record.agent for record in bugs_in(recorded)] == ["opencode"]
    assert total(recorded, "bugs") == 1
    assert differences(recorded) == []


def test_withdrawal_takes_the_last_bug_that_holds(recorded: Ledger) -> None:
    flush(recorded, [bug("first"), bug("second")])
    flush(recorded, [withdrawal()])
    assert [(record.note, record.withdrawn_at) for record in bugs_in(recorded)] == [("first", 0), ("second", 9)]
    assert total(recorded, "bugs") == 1
    flush(recorded, [withdrawal()])
    assert total(recorded, "bugs") == 0
    with pytest.raises(TrackerError, match="has no bug that could be withdrawn"):
        flush(recorded, [withdrawal()])
    assert differences(recorded) == []


def test_reinstatement_gives_the_points_that_end_the_halt(recorded: Ledger) -> None:
    with pytest.raises(TrackerError, match=r"codex is not halted \(skill points: 1\)"):
        flush(recorded, [reinstatement()])
    flush(recorded, [bug("first"), bug("second"), bug("third")])
    flush(recorded, [reinstatement()])
    with recorded.read() as snapshot:
        record = one(record for _, record in snapshot.scan(REINSTATEMENTS))
    assert (record.skill_points, record.plan) == (3, "test first")
    assert differences(recorded) == []


@pytest.mark.parametrize(
    ("feedback", "stays"),
    [
        ([], False),
        ([bug("off by one")], True),
        ([bug("off by one"), withdrawal()], True),
        ([grade_entry(OID, 5, 1)], True),
        ([grade_entry(OID, 5, 1), grade_entry(OID, None, 2)], True),
        ([grade_entry(OID, 5, 1, "agent")._replace(source="trailer")], False),
    ],
    ids=["none", "bug", "withdrawn bug", "grade", "withdrawn grade", "grade in the trailer"],
)
def test_commit_with_feedback_is_not_removed(feedback: list[entries.Entry], stays: bool, recorded: Ledger) -> None:
    flush(recorded, feedback)
    flush(recorded, [entries.ForgetEntry(PROJECT, OID)])
    with recorded.read() as snapshot:
        assert snapshot.count(COMMITS) == stays
    assert differences(recorded) == []


def retrospective(agent_grade: GradeValue | None, user_grade: GradeValue | None, time: int) -> entries.Entry:
    return entries.RetrospectiveEntry(
        "codex", PROJECT, "session-1", is_session=True, task="", agent_grade=agent_grade, user_grade=user_grade,
        notes="", time=time, policy=DEFAULT,
    )  # fmt: skip


def test_later_grade_of_a_session_replaces_the_raters_earlier_one(recorded: Ledger) -> None:
    given: list[tuple[GradeValue | None, GradeValue | None]] = [(5, None), (-1, None), (None, 2)]
    scores = []
    for time, (agent_grade, user_grade) in enumerate(given):
        written = one(buffer_of([retrospective(agent_grade, user_grade, time)]).flush(recorded).written)
        assert isinstance(written, RetrospectiveRecord)
        scores.append((written.score_before, written.score_after))
    assert scores == [(60, 65), (65, 59), (59, 61)]
    columns = ("agent_excellence", "agent_bad", "user_good")
    assert [total(recorded, column) for column in columns] == [0, 1, 1]
    assert differences(recorded) == []


def test_grade_of_a_commit_is_its_raters_last_one_by_time(recorded: Ledger) -> None:
    flush(recorded, [grade_entry(OID, 5, 20), grade_entry(OID, -1, 10)])
    standing = commit_in(recorded, OID).standing
    assert (standing.user_grade, standing.user_graded_at) == (5, 20)
