"""The grades of a commit as they were given."""

from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence, commit_facts, commit_in, flush, project_entry
from tracker.feedback_records import GradeRecord
from tracker.ledger import Ledger, entries
from tracker.ledger.grade_history import grades_of, last_grade_given
from tracker.model import GradeValue, Rater

PROJECT = PROJECTS[0]
OID = OIDS[0]


def record_commit(ledger: Ledger) -> None:
    flush(
        ledger,
        [project_entry(PROJECT), entries.CommitEntry(PROJECT, OID, commit_facts(1, live=True, agent="codex"))],
    )


def grade(value: GradeValue | None, time: int, note: str, rater: Rater = "user") -> entries.GradeEntry:
    return entries.GradeEntry(PROJECT, OID, rater, value, note, "", time, "test")


def history_of(ledger: Ledger) -> list[GradeRecord]:
    standing = commit_in(ledger, OID).standing
    with ledger.read() as snapshot:
        return grades_of(snapshot, (PROJECT, OID), standing)


def last_note(ledger: Ledger, rater: Rater) -> str | None:
    """Return the note of a rater's last grade, or None without a grade."""
    standing = commit_in(ledger, OID).standing
    with ledger.read() as snapshot:
        last = last_grade_given(snapshot, (PROJECT, OID), standing, rater)
    return last.note if last else None


def test_grades_are_returned_in_the_order_of_recording(ledger: Ledger) -> None:
    record_commit(ledger)
    flush(ledger, [grade(5, 20, "first"), grade(-1, 10, "second"), grade(None, 30, "withdrawn")])
    assert [record.note for record in history_of(ledger)] == ["first", "second", "withdrawn"]


def test_last_grade_is_by_time_and_within_a_second_by_recording(ledger: Ledger) -> None:
    record_commit(ledger)
    flush(ledger, [grade(5, 20, "a"), grade(1, 20, "b"), grade(-1, 10, "c"), grade(2, 90, "d", "agent")])
    assert (last_note(ledger, "user"), last_note(ledger, "agent")) == ("b", "d")


def test_commit_without_grades_has_no_last_one(ledger: Ledger) -> None:
    record_commit(ledger)
    assert last_note(ledger, "user") is None


def test_grades_follow_a_correction_to_the_new_agent(ledger: Ledger) -> None:
    record_commit(ledger)
    flush(ledger, [grade(5, 20, "kept")])
    correction = agent_evidence("opencode")[0]._replace(signal="correction", name="0000000100")
    flush(ledger, [entries.EvidenceEntry(PROJECT, OID, (correction,), "")])
    assert [(record.agent, record.note) for record in history_of(ledger)] == [("opencode", "kept")]


def test_grade_with_a_recorded_event_is_not_recorded_again(ledger: Ledger) -> None:
    record_commit(ledger)
    sent = grade(5, 20, "sent twice")._replace(event="pending/1")
    flush(ledger, [sent, sent])
    flush(ledger, [sent])
    assert len(history_of(ledger)) == 1
