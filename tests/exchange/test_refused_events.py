"""Events that no ledger writes are refused with a reason, and what an older version took does no harm later."""

import io
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.exchange.random_ledgers import exported
from tests.exchange.test_unusable_lines import changed, lines
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, agent_evidence, commit_facts, differences, flush
from tracker.exchange.computed_events import OutcomeEvent, OutcomesEvent
from tracker.exchange.event_lines import line_of
from tracker.exchange.events import BugEvent, Event, GradeEvent, InstructionsEvent, RetrospectiveEvent
from tracker.exchange.import_events import Imported, import_events
from tracker.exchange.ledger_events import commit_event
from tracker.exchange.value_types import AgentName, Count, Setup
from tracker.feedback_records import RetrospectiveRecord
from tracker.ledger import Ledger
from tracker.ledger.joined_entries import JoinRetrospectiveEntry
from tracker.model import Moment, Oid
from tracker.outcome_records import OutcomesRunRecord
from tracker.reports.lessons.documents import read_documents

NEW: Final = Oid("7" * 40)
LONG: Final = Oid("f" * 64)
COMMIT: Final = commit_event(PROJECTS[0], NEW, commit_facts(2, live=True))
BUG: Final = BugEvent(PROJECTS[0], 5, OIDS[0])
LOOK_BACK: Final = RetrospectiveEvent(AgentName("codex"), OIDS[0], 5, PROJECTS[0], notes="cart is slow")
GRADE: Final = line_of(GradeEvent(PROJECTS[0], OIDS[0], "user", 1000, 5)).strip()
RUN: Final = OutcomesRunRecord("refs/heads/main", OIDS[0], 5, "rules", 6)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger of two projects with five commits."""
    found = Ledger(tmp_path / "ledger")
    flush(found, BASE)
    return found


def imported(ledger: Ledger, *events: Event) -> Imported:
    return import_events(ledger, io.BytesIO(b"".join(map(line_of, events))))


def reasons(found: Imported) -> list[str]:
    """Return the reasons of the lines that were kept aside."""
    return [] if found.place is None else [orjson.loads(one)["reason"] for one in found.place.read_bytes().splitlines()]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (COMMIT._replace(copy_of=LONG), "another kind of repository"),
        (COMMIT._replace(reverts=(OIDS[0], LONG)), "another kind of repository"),
        (COMMIT._replace(setup=Setup("c" * 32)), "set of instruction files that it needs is neither"),
        (COMMIT._replace(evidence=agent_evidence("a\x1b")), "names an agent with control characters"),
        (COMMIT._replace(evidence=agent_evidence("")), "names an agent with control characters"),
        (COMMIT._replace(moments=(Moment("12345678", agent_evidence("a" * 300)),)), "or with a too long one"),
        (BUG._replace(confirmed_at=7, confirmed_by="x"), "only a bug that an agent suggested can be confirmed"),
        (BUG._replace(confirmed_by="x"), "only a bug that an agent suggested can be confirmed"),
        (LOOK_BACK._replace(subject="not an object name"), "its subject is no object name"),
    ],
)
def test_an_event_that_contradicts_itself_changes_nothing(ledger: Ledger, event: Event, reason: str) -> None:
    before = exported(ledger)
    (found,) = reasons(imported(ledger, event))
    assert reason in found
    assert exported(ledger) == before
    assert differences(ledger) == []


def test_a_commit_waits_for_its_instruction_files(ledger: Ledger) -> None:
    setup = Setup("c" * 32)
    found = imported(ledger, COMMIT._replace(setup=setup), InstructionsEvent(setup, (("AGENTS.md", "d"),)))
    assert found.aside == 0
    assert b'"oid":"' + NEW.encode() in exported(ledger)
    assert differences(ledger) == []


def test_lessons_come_from_a_ledger_that_took_a_look_back_at_no_commit(ledger: Ledger) -> None:
    record = RetrospectiveRecord("codex", "cart", "", None, None, None, None, "cart is slow", 5, PROJECTS[0])
    flush(ledger, [JoinRetrospectiveEntry(record)])
    with ledger.read() as snapshot:
        read_documents(snapshot)


@pytest.mark.parametrize(
    "line",
    [
        changed(GRADE, schema=True),
        changed(GRADE, schema=1.0),
        GRADE.replace(b'"time":1000', b'"time":7,"time":1000'),
        GRADE.replace(b'"grade":5', b'"grade":-1,"grade":5'),
        GRADE.replace(b",", b", ", 1),
        GRADE.replace(b'"user"', b'"u\\u0073er"'),
        b" " + GRADE,
        GRADE + b" ",
    ],
)
def test_an_event_has_one_form(ledger: Ledger, line: bytes) -> None:
    before = exported(ledger)
    (found,) = reasons(import_events(ledger, io.BytesIO(lines(line))))
    assert "another form" in found
    assert exported(ledger) == before


def test_lines_may_end_as_on_windows(ledger: Ledger) -> None:
    assert import_events(ledger, io.BytesIO(GRADE + b"\r\n")).aside == 0


def outcomes_of(project: Any) -> list[Event]:
    return [OutcomesEvent(project, *RUN), OutcomeEvent(project, OIDS[0], RUN.digest, 7, Count(3))]


def test_outcomes_of_a_project_that_is_missing_are_named(tmp_path: Path) -> None:
    found = imported(Ledger(tmp_path / "empty"), *outcomes_of(PROJECTS[0]))
    assert found.events == found.aside == len(reasons(found)) == 2


def test_outcomes_of_one_project_do_not_hide_those_of_a_missing_one(ledger: Ledger) -> None:
    missing = PROJECTS[0][:-1] + "0"
    found = imported(ledger, *outcomes_of(PROJECTS[0]), *outcomes_of(missing))
    assert found.aside == 2


def test_outcomes_that_a_later_run_replaced_are_not_missed(ledger: Ledger) -> None:
    later = RUN._replace(computed_at=RUN.computed_at + 5)
    assert imported(ledger, OutcomesEvent(PROJECTS[0], *later)).aside == 0
    assert imported(ledger, *outcomes_of(PROJECTS[0])).aside == 0
