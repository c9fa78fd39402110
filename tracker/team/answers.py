"""Checks of what a team's server answers: each value is what it should be, or one sentence says that it is not.

Whoever has a member's password, or the server, could have made up what comes back.
"""

from collections.abc import Sequence
from typing import Any, Final

from tracker.model import KINDS, TASK_KINDS, Kind, ProjectId, TaskKind
from tracker.team.packed_column import LAST_MONTH, Small, unpacked
from tracker.team.schema import VERSION
from tracker.team.server import NO_FIGURE, ServerUnavailable
from tracker.text import printable

_LONGEST_TEXT: Final = 200
_LONGEST_PSEUDONYM: Final = 64
_LARGEST: Final = 1 << 53
"""More than any sum of a team, and what a float holds exactly."""
_MOST_COMMITS: Final = 1 << 32
"""More than any team has: 100,000 people who commit once a day need a hundred years for so many. With far more, the
chance test would take minutes and lose its precision."""
_END_OF_BIGINT: Final = 1 << 63
_LEAST: Final = 1e-9
"""Less than any share of good commits that is not 0."""

NO_PROJECT: Final = ProjectId("0" * 32)
"""The project in rows that are of several."""


def check_version(row: Sequence[object]) -> None:
    """Raise ServerUnavailable unless a row begins with the version of the tables that this program knows."""
    if not row or type(row[0]) is not int or row[0] != VERSION:
        raise ServerUnavailable(
            f"the team's server has tables of version {printable(str(row[0] if row else None))[:20]}, and this"
            f" agent-tracker knows version {VERSION}: upgrade the older of the two (docs/team.md)."
        )


def expect(condition: object) -> None:
    """Raise ServerUnavailable unless a condition holds that every answer fulfils."""
    if not condition:
        raise _made_up()


def _made_up() -> ServerUnavailable:
    return ServerUnavailable(NO_FIGURE)


def count(value: object) -> int:
    """Return a number of things."""
    if type(value) is not int or not 0 <= value < _LARGEST:
        raise _made_up()
    return value


def columns(rows: Sequence[tuple[object, ...]], width: int) -> list[tuple[Any, ...]]:
    """Return the columns of rows that begin with the version of the tables, without the version."""
    if not rows:
        return [()] * (width - 1)
    check_version(rows[0])
    expect({*map(len, rows)} == {width})
    versions, *others = zip(*rows, strict=True)
    expect({*map(type, versions)} == {int} and {*versions} == {VERSION})
    return others


def counts(column: Sequence[Any]) -> Sequence[int]:
    """Return a column of numbers of things; a column is checked faster as a whole than value by value."""
    expect({*map(type, column)} <= {int})
    expect(not column or (min(column) >= 0 and max(column) < _LARGEST))
    return column


def commits(column: Sequence[Any]) -> Sequence[int]:
    """Return a column of numbers of commits, which are at least 1, and together as many as a team can have."""
    found = counts(column)
    expect(not found or (min(found) >= 1 and sum(found) <= _MOST_COMMITS))
    return found


def amounts(column: Sequence[Any]) -> list[int]:
    """Return a column of sums of numbers that may be unknown; 0 for none."""
    found = [0 if one is None else one for one in column]
    counts(found)
    return found


def reals(column: Sequence[Any]) -> list[float]:
    """Return a column of sums of shares; 0 for none."""
    expect({*map(type, column)} <= {float, type(None)})
    found = [one or 0.0 for one in column]
    expect(0 <= sum(found) < _LARGEST)  # not so where one is no number
    expect(all(one >= _LEAST for one in found if one))
    return found


def pseudonyms(column: Sequence[Any]) -> Sequence[bytes]:
    """Return a column of pseudonyms."""
    expect({*map(type, column)} <= {bytes} and max(map(len, column), default=0) <= _LONGEST_PSEUDONYM)
    return column


def dimensions(column: Sequence[Any]) -> Sequence[str | bytes | None]:
    """Return a column by which set-ups are told apart."""
    expect({*map(type, column)} <= {str, bytes, type(None)})
    return column


def text(value: object) -> str | None:
    """Return a name, printable and of bounded length."""
    if value is not None and not isinstance(value, str):
        raise _made_up()
    return printable(value[:_LONGEST_TEXT]) if value else None


def pseudonym(value: object) -> bytes:
    """Return a pseudonym."""
    if not isinstance(value, bytes) or len(value) > _LONGEST_PSEUDONYM:
        raise _made_up()
    return value


def kind(value: object) -> Kind:
    """Return the kind of a maker."""
    number = count(value)
    expect(number < len(KINDS))
    return KINDS[number]


def small(value: object) -> Small:
    """Return the small numbers of equal commits."""
    if type(value) is not int or not 0 <= value < _END_OF_BIGINT:
        raise _made_up()
    found = unpacked(value)
    expect(found.month <= LAST_MONTH)
    return found


def task_kind(value: object) -> TaskKind:
    """Return a kind of task."""
    number = count(value)
    expect(number < len(TASK_KINDS))
    return TASK_KINDS[number]


def project(value: object) -> ProjectId:
    """Return the pseudonym of a project in the form of an id; ``NO_PROJECT`` for none."""
    return NO_PROJECT if value is None else ProjectId(pseudonym(value).hex())
