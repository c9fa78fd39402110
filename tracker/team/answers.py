"""Checks of what a team's server answers: each value is what it should be, or one sentence says that it is not.

Whoever has a member's password, or the server, could have made up what comes back.
"""

from collections.abc import Sequence
from typing import Final

from tracker.model import KINDS, TASK_KINDS, Kind, ProjectId, TaskKind
from tracker.team.packed_column import LAST_MONTH, Small, unpacked
from tracker.team.schema import VERSION
from tracker.team.server import ServerUnavailable
from tracker.text import printable

_LONGEST_TEXT: Final = 200
_LONGEST_PSEUDONYM: Final = 64
_LARGEST: Final = 1 << 53
"""More than any sum of a team, and what a float holds exactly."""
_END_OF_BIGINT: Final = 1 << 63
_LEAST: Final = 1e-9
"""Less than any share of good commits that is not 0."""

NO_PROJECT: Final = ProjectId("0" * 32)
"""The project in rows that are of several."""


def check_version(row: Sequence[object]) -> None:
    """Raise ServerUnavailable unless a row begins with the version of the tables that this program knows."""
    if not row or row[0] != VERSION:
        raise ServerUnavailable(
            f"the team's server has tables of version {printable(str(row[0] if row else None))[:20]}, and this"
            f" agent-tracker knows version {VERSION}: upgrade the older of the two (docs/team.md)."
        )


def expect(condition: object) -> None:
    """Raise ServerUnavailable unless a condition holds that every answer fulfils."""
    if not condition:
        raise _made_up()


def _made_up() -> ServerUnavailable:
    return ServerUnavailable("the team's server sent what is no figure: ask its owner if its tables were changed.")


def count(value: object) -> int:
    """Return a number of things."""
    if type(value) is not int or not 0 <= value < _LARGEST:
        raise _made_up()
    return value


def real(value: object) -> float:
    """Return a sum of shares; 0 for none."""
    if value is None:
        return 0.0
    if not isinstance(value, float) or not (value == 0 or _LEAST <= value < _LARGEST):
        raise _made_up()
    return value


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
