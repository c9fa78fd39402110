"""Grades in the original's rows. Pure.

A row of ``communication`` is one grade; only the reason ``user`` says that the user gave it, and without one it is
taken as the agent's, which claims less. A retrospective names both raters, so it goes first: of a grade that it has
too, the row of ``communication`` is the same statement.
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


class Given(NamedTuple):
    """A grade of a commit. ``time``: milliseconds since the epoch. ``rows``: the digests of the rows that have it."""

    time: int
    rater: Rater
    grade: GradeValue
    note: str
    task: str
    rows: tuple[str, ...]


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
    return Given(milliseconds(row, "timestamp"), rater, grade_of(row, "grade"), "", "", (row.digest,))


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
            (row.digest,),
        )
        for rater in raters
        if row.value.get(f"{rater}_grade") is not None
    ]


def joined_grades(retrospectives: Iterable[Row], communication: Iterable[Row]) -> list[Given]:
    """Return the grades of one commit, each once, oldest first. Raises NoRow."""
    found = [given for row in retrospectives for given in of_retrospective(row)]
    for row in communication:
        given = of_communication(row)
        same = [place for place, one in enumerate(found) if (one.rater, one.grade) == (given.rater, given.grade)]
        if same:
            known = found[same[0]]
            found[same[0]] = known._replace(rows=(*known.rows, *given.rows))
        else:
            found.append(given)
    return sorted(found, key=lambda one: (one.time, one.rater, one.rows))


def records_of(grades: Sequence[Given]) -> list[GradeRecord]:
    """Return the ledger's records of the grades of one commit, which are in the order of time."""
    records: list[GradeRecord] = []
    for one in grades:
        second = one.time // 1000
        place = next_place(known for known in records if (known.rater, known.time) == (one.rater, second))
        records.append(
            GradeRecord("", one.rater, one.grade, one.note, one.task, second, SOURCE, SPEAKER, one.rows[0], place=place)
        )
    return records
