"""The JSON Schema of the exchange format, made of the classes of events. Pure.

``event.schema.json`` beside this module is its output (``scripts/document.py``), for programs that write or read events
without this one.
"""

import types
from collections.abc import Mapping
from typing import Any, Final, Literal, Union, get_args, get_origin

from tracker.exchange.events import SCHEMA, TYPES
from tracker.exchange.typed_values import annotations_of
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
from tracker.model import LAST_SECOND, OID_PATTERN, Oid, ProjectId
from tracker.text import CONTROLS

FILE: Final = "event.schema.json"

_LARGEST: Final = 1 << 48
_FORMS: Final[Mapping[Any, Mapping[str, Any]]] = {
    Oid: {"type": "string", "pattern": f"^{OID_PATTERN}$"},
    ProjectId: {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    Setup: {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    AgentName: {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^[^\\n{CONTROLS}]+$"},
    Count: {"type": "integer", "minimum": 0, "maximum": _LARGEST},
    Difference: {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST},
    Offset: {"type": "integer", "minimum": -MOST_MINUTES, "maximum": MOST_MINUTES},
    Changes: {"type": "integer", "minimum": 0, "maximum": places.MOST},
    Second: {"type": "integer", "minimum": 0, "maximum": LAST_SECOND},
    Place: {"type": "string", "maxLength": 4096, "pattern": r"^(/|\\\\|.:[/\\]|elsewhere:)[^\0]*$"},
    Word: {"type": "string", "maxLength": 1000, "pattern": r"^[^\0]*$"},
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}


def event_schema() -> dict[str, Any]:
    """Return the schema of one event, as JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of agent-tracker's exchange format",
        "description": "One line of what 'agent-tracker export' writes. The id is the SHA-256 of the other fields as"
        " JSON in the canonical form of RFC 8785; a field with its default is left out.",
        "oneOf": [_event(name, kind) for name, kind in TYPES.items()],
    }


def _event(name: str, kind: type[Any]) -> dict[str, Any]:
    fixed = {
        "schema": {"const": SCHEMA},
        "type": {"const": name},
        "id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    content = _object(kind)
    return {
        **content,
        "title": name,
        "properties": {**fixed, **content["properties"]},
        "required": [*fixed, *content["required"]],
    }


def _object(kind: Any) -> dict[str, Any]:
    """Return the schema of a named tuple."""
    fields = annotations_of(kind)
    defaults: Mapping[str, Any] = kind._field_defaults
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": {name: _with_default(_value(one), defaults, name) for name, one in fields.items()},
        "required": [name for name in fields if name not in defaults],
        "additionalProperties": False,
    }


def _with_default(schema: Mapping[str, Any], defaults: Mapping[str, Any], name: str) -> dict[str, Any]:
    default = defaults.get(name)
    plain = [] if default == () else default
    return {**schema, "default": plain} if name in defaults else {**schema}


def _value(kind: Any) -> Mapping[str, Any]:
    """Return the schema of a type of fields."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _FORMS:
        return _FORMS[kind]
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, types.UnionType}:
        (inner,) = [one for one in arguments if one is not type(None)]
        return {"anyOf": [_value(inner), {"type": "null"}]}
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return {"type": "array", "items": _value(arguments[0])}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_value(one) for one in arguments], "items": False,
                "minItems": len(arguments)}  # fmt: skip
    return _object(kind)
