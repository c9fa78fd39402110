"""Checks of entries before they are buffered: forms, grades, texts and times."""

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts
from tests.lineage.claims import claim
from tracker.errors import EntryRefused
from tracker.ledger import entries
from tracker.ledger.entries import LONGEST_NOTE
from tracker.ledger.entry_checks import check
from tracker.model import LAST_SECOND, Oid, ProjectId

PROJECT = PROJECTS[0]
OID = OIDS[0]
GRADE = entries.GradeEntry(PROJECT, OID, "user", 2, "a note", "a task", 1, "test")
BUG = entries.BugEntry("codex", PROJECT, OID, "it broke", "", 1)


@pytest.mark.parametrize("entry", [*BASE[:3], GRADE, BUG], ids=lambda entry: type(entry).__name__)
def test_valid_entries_are_accepted(entry: entries.Entry) -> None:
    check(entry)


@pytest.mark.parametrize("oid", ["a" * 40, "0" * 64], ids=["sha1", "sha256"])
def test_full_object_names_are_accepted(oid: str) -> None:
    check(entries.ForgetEntry(PROJECT, Oid(oid)))


@pytest.mark.parametrize("oid", ["", "abc", "G" * 40, "a" * 41, "A" * 40])
def test_abbreviated_or_malformed_object_name_is_refused(oid: str) -> None:
    with pytest.raises(EntryRefused, match="not a full object name"):
        check(entries.ForgetEntry(PROJECT, Oid(oid)))


@pytest.mark.parametrize("project", ["", "short", "A" * 32, "a" * 33])
def test_malformed_project_id_is_refused(project: str) -> None:
    with pytest.raises(EntryRefused, match="not a project id"):
        check(entries.PresenceEntry(ProjectId(project), away=True))


def test_malformed_key_of_a_setup_is_refused() -> None:
    with pytest.raises(EntryRefused, match="not a digest of instruction files"):
        check(entries.SetupEntry("0" * 31, ()))


def test_unknown_grade_is_refused_with_the_choices() -> None:
    with pytest.raises(EntryRefused, match=r"^3 is not a grade: choose bad \(-1\), .*excellence \(5\)\.$"):
        check(GRADE._replace(grade=3))  # type: ignore[arg-type]


def test_withdrawal_of_a_grade_is_accepted() -> None:
    check(GRADE._replace(grade=None))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * (LONGEST_NOTE + 1), f"is {LONGEST_NOTE + 1} characters long"),
        ("\udcff", "is not UTF-8"),
        ("\x1b[31mred", "contains control characters"),
        ("\u202egnp.exe", "contains control characters"),
        ("two\u2028lines", "contains control characters"),
    ],
    ids=["too long", "not UTF-8", "terminal escape", "text direction", "line separator"],
)
@pytest.mark.parametrize("field", ["note", "task"])
def test_unsuitable_text_is_refused_with_the_fields_name(field: str, text: str, reason: str) -> None:
    with pytest.raises(EntryRefused, match=f"^the {field} {reason}"):
        check(GRADE._replace(note=text) if field == "note" else GRADE._replace(task=text))


def test_text_of_the_greatest_length_with_line_feeds_and_tabs_is_accepted() -> None:
    check(GRADE._replace(note=("line\n\tindented\n" * LONGEST_NOTE)[:LONGEST_NOTE]))


@pytest.mark.parametrize("time", [0, LAST_SECOND])
def test_time_between_1970_and_9999_is_accepted(time: int) -> None:
    check(BUG._replace(time=time))


@pytest.mark.parametrize("time", [-1, LAST_SECOND + 1, 1.5, True], ids=str)
def test_time_of_feedback_that_is_no_date_is_refused(time: int) -> None:
    with pytest.raises(EntryRefused, match="is not a time in seconds between 1970 and 9999"):
        check(BUG._replace(time=time))


def test_rewrite_of_a_commit_into_itself_is_refused() -> None:
    with pytest.raises(EntryRefused, match="cannot replace itself"):
        check(entries.ClaimEntry(OID, claim(OID)))


@pytest.mark.parametrize("new", ["", "abc", "g" * 40, "a" * 41])
def test_rewrite_into_what_is_no_object_name_is_refused(new: str) -> None:
    with pytest.raises(EntryRefused, match="is not a full object name"):
        check(entries.ClaimEntry(OID, claim(Oid(new))))


def test_unknown_kind_of_task_is_refused() -> None:
    record = commit_facts(1, live=True)._replace(task_kind="magic")  # type: ignore[arg-type]
    with pytest.raises(EntryRefused, match="is not a kind of task"):
        check(entries.CommitEntry(PROJECT, OID, record))
