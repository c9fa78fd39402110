"""Grades that another program stated twice: alone, and in its retrospective of the same commit. Pure.

The two are one statement, of which one record is kept: the retrospective's, which has the words. Its ``event`` says
where the other one was in time, so that nothing is lost, and the records of a commit follow from all that was ever
recorded of it, in whatever order. The ``place`` of such a grade is the millisecond of its second.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from tracker.feedback_records import GradeRecord
from tracker.model import LAST_SECOND, GradeValue, Rater

SOURCE: Final = "import"
"""The source of grades that another program recorded. Stored in ledgers: not to be changed."""

Form = Literal["communication", "retrospective"]

_SAME_MOMENT: Final = 60_000
"""Milliseconds between the two forms of one statement, at most."""


class _Origin(NamedTuple):
    """The content of an event. ``account``: a digest. ``after``: milliseconds to the grade alone, empty without one."""

    program: str
    form: str
    account: str
    moment: str
    after: str = ""


def event_of(program: str, form: Form, account: str, milliseconds: int) -> str:
    """Return the event of a grade. ``account``: the agent's name there; ``milliseconds``: since the epoch."""
    digest = hashlib.sha256(account.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return ":".join(_Origin(program, form, digest, str(milliseconds))[:4])


def statements(grades: Iterable[GradeRecord]) -> list[GradeRecord]:
    """Return the records to keep of all grades of a commit: each statement once, in the order of time."""
    every = sorted(set(forms(grades)), key=lambda one: (one.order, one.event))
    kept = dict.fromkeys(every)
    for stated, alone in _pairs(every):
        del kept[stated], kept[alone]
        kept[stated._replace(event=f"{stated.event}:{_moment(alone) - _moment(stated)}")] = None
    return sorted(kept, key=lambda one: (one.order, one.event))


def forms(grades: Iterable[GradeRecord]) -> list[GradeRecord]:
    """Return grades with both forms of those that were stated twice, as they were before they became one record."""
    found: list[GradeRecord] = []
    for one in grades:
        origin = _origin(one)
        if origin is None or not origin.after:
            found.append(one)
            continue
        moment = _moment(one) + int(origin.after)
        alone = ":".join(origin._replace(form="communication", moment=str(moment))[:4])
        found.append(one._replace(event=":".join(origin[:4])))
        found.append(
            one._replace(note="", task="", time=moment // 1000, place=moment % 1000, event=alone),
        )
    return found


def is_restatement(grade: GradeRecord) -> bool:
    """Return True if a grade was stated in a retrospective, so that it may be that of another record."""
    origin = _origin(grade)
    return origin is not None and origin.form == "retrospective"


def _pairs(grades: Sequence[GradeRecord]) -> list[tuple[GradeRecord, GradeRecord]]:
    """Return the grades of retrospectives, each with the one grade alone that is the same statement: the nearest."""
    alone: dict[_Content, list[GradeRecord]] = defaultdict(list)
    stated: list[tuple[_Content, GradeRecord]] = []
    for one in grades:
        origin = _origin(one)
        if origin is not None:
            content = _Content(origin.program, origin.account, one.rater, one.grade, one.speaker)
            if origin.form == "retrospective":
                stated.append((content, one))
            elif not one.note:
                alone[content].append(one)
    places = {one: place for place, one in enumerate(grades)}
    near = [
        (abs(_moment(one) - _moment(other)), places[one], places[other])
        for content, one in stated
        for other in alone[content]
        if abs(_moment(one) - _moment(other)) <= _SAME_MOMENT and not _is_another_between(grades, one, other)
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, other_place in sorted(near):
        if place not in found and other_place not in taken:
            found[place] = other_place
            taken.add(other_place)
    return [(grades[place], grades[other]) for place, other in found.items()]


class _Content(NamedTuple):
    """The parts of a grade in which both forms of a statement agree."""

    program: str
    account: str
    rater: Rater
    grade: GradeValue | None
    speaker: str


def _origin(grade: GradeRecord) -> _Origin | None:
    """Return what a grade was stated in; None if it does not say it, as one without words that machines share."""
    parts = grade.event.split(":")
    if grade.source != SOURCE or len(parts) not in {4, 5} or parts[1] not in {"communication", "retrospective"}:
        return None
    if len(parts) == 4:
        return _Origin(*parts)
    is_difference = _DIFFERENCE.match(parts[4]) is not None and abs(int(parts[4])) <= _SAME_MOMENT
    if not is_difference or not 0 <= _moment(grade) + int(parts[4]) <= LAST_SECOND * 1000:
        return None  # another ledger's records may hold anything
    return _Origin(*parts)


_DIFFERENCE: Final = re.compile(r"-?[0-9]{1,5}\Z")


def _is_another_between(known: Iterable[GradeRecord], one: GradeRecord, other: GradeRecord) -> bool:
    """Return True if the rater gave another grade between two equal ones, so that they are two statements."""
    first, last = sorted((_moment(one), _moment(other)))
    return any(each.rater == one.rater and each.grade != one.grade and first < _moment(each) < last for each in known)


def _moment(grade: GradeRecord) -> int:
    """Return the time of a grade in milliseconds since the epoch."""
    return grade.time * 1000 + grade.place
