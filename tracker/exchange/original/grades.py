"""Grades in the original's rows. Pure.

A row of ``communication`` is one grade; only the reason ``user`` says that the user gave it, and without one it is
taken as the agent's, which claims less. A retrospective names both raters. The original may state a grade in both: the
ledger keeps such a statement once (``ledger/restated_grades``).
"""

from typing import Final

from tracker.exchange.original.rows import NoRow, Row, milliseconds, optional_text, text
from tracker.feedback_records import GradeRecord
from tracker.ledger.restated_grades import SOURCE, Form, event_of
from tracker.model import GRADES, RATERS, GradeValue, Rater, grade_named

PROGRAM: Final = "opencode-agent-tracker"
SPEAKER: Final = f"as {PROGRAM} recorded it"
"""The speaker of imported feedback. Stored in ledgers: not to be changed."""


def grade_of(row: Row, name: str) -> GradeValue:
    """Return a grade of a row, given by number or by name. Raises NoRow."""
    value = row.value.get(name)
    found = grade_named(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if found is None:
        raise NoRow(f"its {name} is none of the grades {', '.join(map(str, GRADES))}")
    return found


def of_communication(row: Row) -> GradeRecord:
    """Return the grade in a row of ``communication``. Raises NoRow."""
    reason = optional_text(row, "reason")
    rater: Rater = "user" if reason == "user" else "agent"
    note = "" if reason in RATERS else reason
    return _record(row, "communication", text(row, "agent_id"), rater, (grade_of(row, "grade"), note))


def of_retrospective(row: Row, account: str) -> list[GradeRecord]:
    """Return the grades of both raters in a retrospective. Raises NoRow."""
    return [
        _record(
            row,
            "retrospective",
            account,
            rater,
            (grade_of(row, f"{rater}_grade"), optional_text(row, f"{rater}_note")),
        )
        for rater in RATERS
        if row.value.get(f"{rater}_grade") is not None
    ]


def _record(row: Row, form: Form, account: str, rater: Rater, given: tuple[GradeValue, str]) -> GradeRecord:
    """Return the record of a grade, which follows from its row alone, so that no order of imports matters."""
    grade, note = given
    moment = milliseconds(row, "timestamp")
    task = optional_text(row, "task") if form == "retrospective" else ""
    event = event_of(PROGRAM, form, account, moment)
    return GradeRecord("", rater, grade, note, task, moment // 1000, SOURCE, SPEAKER, event, moment % 1000)
