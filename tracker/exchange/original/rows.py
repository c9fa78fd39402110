"""Rows of the original's database, as its export prints them, in both of its layouts. Pure.

A line of the export is ``{"db": …, "key": …, "value": …}``. The present layout has a named database for each kind of
row; the older one puts all rows into one, with the kind before the first colon of the key. Dates are ISO 8601 in UTC.
Keys join their parts with colons, which paths and names of agents may have too, so the parts are taken from the values.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from tracker.model import LAST_SECOND

_KINDS: Final[Mapping[str, str]] = {
    "agents": "agents", "commits": "commits", "communication": "communication", "retrospectives": "retrospectives",
    "activities": "activities", "migrations": "migrations", "projects": "projects",
    "agent": "agents", "commit": "commits", "retrospective": "retrospectives", "activity": "activities",
    "migration": "migrations", "project": "projects",
}  # fmt: skip
"""The kind of a row by the name of its database, or by the beginning of its key in the older layout."""


class NoRow(ValueError):
    """A line is no row of the original's export; the message is a clause that says why."""


class Row(NamedTuple):
    """A row. ``key``: without the kind. ``digest``: of kind, key and value, 32 hex digits: the row's identity."""

    kind: str
    key: str
    value: Mapping[str, Any]
    digest: str


def is_row(content: object) -> bool:
    """Return True if a JSON value looks like a line of the export."""
    return isinstance(content, dict) and content.keys() == {"db", "key", "value"}


def read_row(line: bytes) -> Row:
    """Return the row in a line. Raises NoRow."""
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NoRow(f"it is not JSON ({error})") from error
    if not is_row(content):
        raise NoRow("it has not the three fields db, key and value")
    database, key, value = content["db"], content["key"], content["value"]
    if not (isinstance(database, str) and isinstance(key, str) and isinstance(value, dict)):
        raise NoRow("its database, key or value has another type than the original writes")
    name, rest = (database, key) if database else key.partition(":")[::2]
    if name not in _KINDS:
        raise NoRow("its kind is not known")
    return row_of(_KINDS[name], rest, value)


def row_of(kind: str, key: str, value: Mapping[str, Any]) -> Row:
    """Return the row with this key and value. Raises NoRow where they cannot be kept."""
    try:
        canonical = orjson.dumps([kind, key, value], option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # nested too deeply, a number too great, a lone surrogate
        raise NoRow(f"it cannot be kept as JSON ({error})") from error
    return Row(kind, key, value, hashlib.sha256(canonical).hexdigest()[:32])


def text(row: Row, name: str) -> str:
    """Return a text of a row. Raises NoRow."""
    value = row.value.get(name)
    if not isinstance(value, str):
        raise NoRow(f"its {name} is no text")
    return value


def optional_text(row: Row, name: str) -> str:
    """Return a text of a row, empty if it is missing. Raises NoRow."""
    return "" if row.value.get(name) is None else text(row, name)


def thousandths(row: Row, name: str) -> int | None:
    """Return a number of a row in thousandths, None if it is missing. Raises NoRow."""
    value = row.value.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        raise NoRow(f"its {name} is no number")
    return round(value * 1000)


_LARGEST: Final = 1e12


def count(row: Row, name: str) -> int | None:
    """Return a number of things, None if it is missing. Raises NoRow."""
    value = thousandths(row, name)
    if value is not None and value < 0:
        raise NoRow(f"its {name} is negative")
    return None if value is None else value // 1000


def milliseconds(row: Row, name: str) -> int:
    """Return a time of a row in milliseconds since the epoch; one without a zone is in UTC. Raises NoRow."""
    try:
        moment = datetime.fromisoformat(text(row, name))
    except ValueError as error:
        raise NoRow(f"its {name} is no time") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    found = round(moment.timestamp() * 1000)
    if not 0 <= found <= LAST_SECOND * 1000:
        raise NoRow(f"its {name} is before 1970 or after 9999")
    return found


def seconds(row: Row, name: str) -> int:
    """Return a time of a row in seconds since the epoch, 0 if it is missing. Raises NoRow."""
    return 0 if row.value.get(name) is None else milliseconds(row, name) // 1000
