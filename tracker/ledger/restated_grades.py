"""Grades that another program stated twice: alone, and in its retrospective of the same commit. Pure.

Where both are known the retrospective's stays, which has the words, in whatever order they are recorded. What a grade
was stated in is in its ``event``; its ``place`` is the millisecond of its second.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from tracker.feedback_records import GradeRecord

SOURCE: Final = "import"
"""The source of grades that another program recorded. Stored in ledgers: not to be changed."""

Form = Literal["communication", "retrospective"]

_SAME_MOMENT: Final = 60_000
"""Milliseconds between the two forms of one statement, at most."""


class _Origin(NamedTuple):
    form: str
    account: str


def event_of(program: str, form: Form, account: str, milliseconds: int) -> str:
    """Return the event of a grade. ``account``: the agent's name there; ``milliseconds``: since the epoch."""
    digest = hashlib.sha256(account.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{program}:{form}:{digest}:{milliseconds}"


def restated_by(grade: GradeRecord, grades: Iterable[GradeRecord]) -> GradeRecord | None:
    """Return the nearest grade from a retrospective that states a grade again; None if there is none.

    ``grades``: of the same commit. Where the rater gave another grade between the two, they are two statements. A grade
    without words, as machines share it, does not say what it was stated in, so any retrospective may state it.
    """
    own = _origin(grade)
    if grade.source != SOURCE or own.form == "retrospective" or grade.note:
        return None
    known = [one for one in grades if one.rater == grade.rater and one.source == SOURCE]
    near = [one for one in known if _is_near(one, grade) and _restates(_origin(one), own)]
    alike = [one for one in near if not _is_another_between(known, one, grade)]
    return min(alike, key=lambda one: (abs(_moment(one) - _moment(grade)), one.order), default=None)


def restated(grade: GradeRecord, grades: Sequence[GradeRecord]) -> list[GradeRecord]:
    """Return those of the grades of a commit that are superfluous when one more is recorded."""
    if grade.source != SOURCE or _origin(grade).form != "retrospective":
        return []
    every = [*grades, grade]
    return [one for one in grades if _is_near(one, grade) and restated_by(one, every) is not None]


def _origin(grade: GradeRecord) -> _Origin:
    """Return what a grade was stated in, and a digest of the account; both empty if it does not say it."""
    parts = grade.event.split(":")
    return _Origin(parts[1], parts[2]) if len(parts) == 4 else _Origin("", "")


def _restates(stated: _Origin, own: _Origin) -> bool:
    return stated.form == "retrospective" and own.account in {stated.account, ""}


def _is_near(one: GradeRecord, other: GradeRecord) -> bool:
    return one.grade == other.grade and abs(_moment(one) - _moment(other)) <= _SAME_MOMENT


def _is_another_between(known: Iterable[GradeRecord], one: GradeRecord, other: GradeRecord) -> bool:
    first, last = sorted((_moment(one), _moment(other)))
    return any(first < _moment(each) < last and each.grade != one.grade for each in known)


def _moment(grade: GradeRecord) -> int:
    """Return the time of a grade in milliseconds since the epoch."""
    return grade.time * 1000 + grade.place
