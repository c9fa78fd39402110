"""Grades in the original's rows. Pure.

A row of ``communication`` is one grade; only the reason ``user`` says that the user gave it, and without one it is
taken as the agent's, which claims less. A retrospective names both raters, and the original writes its grades into rows
of ``communication`` too: such a row within a minute is the same statement.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.exchange.original.rows import NoRow, Row, milliseconds, optional_text
from tracker.feedback_records import GradeRecord
from tracker.ledger.places import next_place
from tracker.model import GRADES, GradeValue, Rater, grade_named

PROGRAM: Final = "opencode-agent-tracker"
SOURCE: Final = "import"
SPEAKER: Final = f"as {PROGRAM} recorded it"
"""The speaker of imported feedback. Stored in ledgers: not to be changed."""


_SAME_MOMENT: Final = 60_000
"""Milliseconds between the two rows of one statement."""


class Given(NamedTuple):
    """A grade of a commit. ``time``: milliseconds since the epoch. ``row``: the digest of the row that has it."""

    time: int
    rater: Rater
    grade: GradeValue
    note: str
    task: str
    row: str


def grade_of(row: Row, name: str) -> GradeValue:
    """Return a grade of a row, given by number or by name. Raises NoRow."""
    value = row.value.get(name)
    found = grade_named(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if found is None:
        raise NoRow(f"its {name} is none of the grades {', '.join(map(str, GRADES))}")
    return found


def of_communication(row: Row) -> Given:
    """Return the grade in a row of ``communication``. Raises NoRow."""
    rater: Rater = "user" if optional_text(row, "reason") == "user" else "agent"
    return Given(milliseconds(row, "timestamp"), rater, grade_of(row, "grade"), "", "", row.digest)


def of_retrospective(row: Row) -> list[Given]:
    """Return the grades of both raters in a retrospective. Raises NoRow."""
    raters: Sequence[Rater] = ("agent", "user")
    return [
        Given(
            milliseconds(row, "timestamp"),
            rater,
            grade_of(row, f"{rater}_grade"),
            optional_text(row, f"{rater}_note"),
            optional_text(row, "task"),
            row.digest,
        )
        for rater in raters
        if row.value.get(f"{rater}_grade") is not None
    ]


def joined_grades(retrospectives: Iterable[Row], communication: Iterable[Row]) -> list[Given]:
    """Return the grades of one commit, each once, oldest first. Raises NoRow."""
    stated = [given for row in retrospectives for given in of_retrospective(row)]
    found = list(stated)
    for row in sorted(communication, key=lambda row: (of_communication(row).time, row.digest)):
        given = of_communication(row)
        same = next((one for one in stated if _are_one(one, given)), None)
        if same is None:
            found.append(given)
        else:
            stated.remove(same)  # it explains one row and no other
    return sorted(found, key=lambda one: (one.time, one.rater, one.row))


def _are_one(stated: Given, given: Given) -> bool:
    """Return True if a grade is one that a retrospective states."""
    is_near = abs(stated.time - given.time) <= _SAME_MOMENT
    return is_near and (stated.rater, stated.grade) == (given.rater, given.grade)


def records_of(grades: Sequence[Given], known: Sequence[GradeRecord]) -> list[GradeRecord]:
    """Return the ledger's records of the grades of one commit, which are in the order of time.

    ``known``: the grades of the commit that were imported before; the same grade of the same second is not repeated.
    """
    records: list[GradeRecord] = []
    for one in grades:
        second = one.time // 1000
        in_second = [record for record in (*known, *records) if (record.rater, record.time) == (one.rater, second)]
        if any(record.grade == one.grade for record in in_second):
            continue
        event = f"{PROGRAM}:{one.rater}:{one.time}:{one.grade}"
        records.append(
            GradeRecord(
                "", one.rater, one.grade, one.note, one.task, second, SOURCE, SPEAKER, event, next_place(in_second)
            )
        )
    return records
