"""Events as lines of JSON, and back. Pure.

The id of an event is the SHA-256, in hex, of its JSON without the id: fields sorted by name, no blanks, UTF-8, which is
the canonical form of RFC 8785 for objects of texts and whole numbers. So the same event has the same line everywhere.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from tracker.attribution import CORRECTION_SIGNALS
from tracker.exchange.events import (
    NAMES,
    SCHEMA,
    TYPES,
    BugEvent,
    CommitEvent,
    Event,
    ProjectEvent,
    RetrospectiveEvent,
)
from tracker.exchange.typed_values import NotOfType, TypedValues
from tracker.exchange.value_types import (
    MOST_MINUTES,
    AgentName,
    Changes,
    Count,
    Difference,
    Offset,
    Place,
    Second,
    Setup,
    Word,
)
from tracker.ledger import places
from tracker.model import ELSEWHERE, LAST_SECOND, Oid, ProjectId, parse_oid
from tracker.text import has_controls

LONGEST_LINE: Final = 2 << 20
"""Bytes of a line that is read: twice those of the largest record."""

_LONGEST_NAME: Final = 200
_LONGEST_WORD: Final = 1000
_LONGEST_PLACE: Final = 4096
_MOST: Final = 1 << 48
_HEX: Final = frozenset("0123456789abcdef")


def _is_hex_32(text: str) -> bool:
    return len(text) == 32 and _HEX.issuperset(text)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and not has_controls(text) and "\n" not in text


def _is_place(text: str) -> bool:
    is_absolute = text.startswith(("/", "\\\\")) or text[1:3] in {":/", ":\\"}
    return (is_absolute or text.startswith(ELSEWHERE)) and len(text) <= _LONGEST_PLACE and "\0" not in text


VALUES: Final = TypedValues(
    {
        Oid: lambda text: parse_oid(text) is not None,
        ProjectId: _is_hex_32,
        Setup: _is_hex_32,
        AgentName: _is_name,
        Count: lambda number: 0 <= number <= _MOST,
        Difference: lambda number: abs(number) <= _MOST,
        Offset: lambda minutes: abs(minutes) <= MOST_MINUTES,
        Changes: lambda number: 0 <= number <= places.MOST,
        Second: lambda time: 0 <= time <= LAST_SECOND,
        Place: _is_place,
        Word: lambda text: len(text) <= _LONGEST_WORD and "\0" not in text,
    }
)
"""Conversion of events from and to JSON objects."""


class Unreadable(Exception):
    """A line is no event; the message is a clause that says why."""


class IdentifiedEvent(NamedTuple):
    """An event and its id."""

    id: str
    event: Event


def event_id(event: Event) -> str:
    """Return the id of an event."""
    return _digest(_content(event))


def line_of(event: Event) -> bytes:
    """Return an event as a line of JSON, with the line's end. Raises TypeError for a number that JSON cannot hold."""
    content = _content(event)
    return orjson.dumps({"id": _digest(content), **content}, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)


def _content(event: Event) -> dict[str, Any]:
    return {"schema": SCHEMA, "type": NAMES[type(event)], **VALUES.plain(event)}


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_line(line: bytes) -> IdentifiedEvent:
    """Return the event in a line. Raises Unreadable."""
    content = _content_of(line)
    given = content.pop("id", None)
    kind = _kind_of(content)
    try:
        digest = _digest(content)
    except TypeError as error:  # what was read is nested more deeply than can be written
        raise Unreadable("it is nested too deeply to be an event") from error
    if given != digest:
        raise Unreadable("its id is not the digest of its content: it was changed or cut")
    fields = {name: value for name, value in content.items() if name not in {"schema", "type"}}
    try:
        event = VALUES.typed(kind, fields)
    except NotOfType as error:
        raise Unreadable(f"of a {NAMES[kind]}, {error}") from error
    if line.rstrip(b"\r\n") != line_of(event).rstrip(b"\n"):
        raise Unreadable("it has another form than the one that its content must have")
    fault = _fault(event)
    if fault:
        raise Unreadable(fault)
    return IdentifiedEvent(digest, event)


def _content_of(line: bytes) -> dict[str, Any]:
    """Return the JSON object in a line. Raises Unreadable."""
    if len(line) > LONGEST_LINE:
        raise Unreadable(f"it takes {len(line)} bytes, and an event takes at most {LONGEST_LINE}")
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"it is not JSON ({error})") from error
    if not isinstance(content, dict) or "schema" not in content or "type" not in content:
        raise Unreadable("it is no event: it has no schema or no type")
    return content


def _kind_of(content: Mapping[str, Any]) -> type[Event]:
    """Return the class of an event by its schema and type. Raises Unreadable."""
    schema, named = content["schema"], content["type"]
    if type(schema) is int and schema > SCHEMA:
        raise Unreadable(f"it has schema {schema}, and this agent-tracker reads schemas up to {SCHEMA}: update it")
    kind = TYPES.get(named) if isinstance(named, str) else None
    if schema != SCHEMA or kind is None:
        raise Unreadable("its schema or its type is not known")
    return kind


def _fault(event: Event) -> str:
    """Return a clause about what no ledger writes although each value is right; empty if there is nothing."""
    if isinstance(event, ProjectEvent) and not event.paths:
        return "a project has a path"
    if isinstance(event, RetrospectiveEvent) and not event.is_session and parse_oid(event.subject) is None:
        return "a look back is at a session or at a commit, and its subject is no object name"
    if isinstance(event, BugEvent):
        return _fault_of_bug(event)
    if isinstance(event, CommitEvent):
        return _fault_of_commit(event)
    return ""


def _fault_of_bug(bug: BugEvent) -> str:
    if bug.oid is None and bug.agent is None:
        return "a bug has a commit or an agent"
    if not bug.suggested_by and (bug.confirmed_at or bug.confirmed_by):
        return "only a bug that an agent suggested can be confirmed"
    return ""


def _fault_of_commit(commit: CommitEvent) -> str:
    every = (*commit.evidence, *(one for moment in commit.moments for one in moment.evidence))
    if not all(one.agent is None or _is_name(one.agent) for one in every):
        return "its evidence names an agent with control characters, without a name, or with a too long one"
    if any(one.signal in CORRECTION_SIGNALS for one in commit.evidence):
        return "a correction is an event of its own"
    if any(len(one) != len(commit.oid) for one in (commit.copy_of or commit.oid, *commit.reverts)):
        return "the commits that it copies or reverts are of another kind of repository"  # keys are cut in the middle
    return ""
