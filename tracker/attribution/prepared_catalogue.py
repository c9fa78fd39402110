"""The program's catalogue as checked agents in JSON, so that a recorder neither parses TOML nor checks entries.

Pure. A prepared catalogue carries the digest of the text and of the types that it was made of.
"""

from collections.abc import Iterable
from typing import Any, Final

import orjson

from tracker.attribution.catalogue_types import (
    AddressRule,
    Agent,
    BranchRule,
    Combination,
    LineRule,
    PatternRule,
    ProcessRule,
    TrailerRule,
    VariableRule,
)
from tracker.digests import blake2b

_RULES: Final[dict[str, Any]] = {
    "variables": VariableRule,
    "combinations": Combination,
    "processes": ProcessRule,
    "addresses": AddressRule,
    "authors": PatternRule,
    "names": PatternRule,
    "trailers": TrailerRule,
    "lines": LineRule,
    "branches": BranchRule,
}
"""The type of the rules in each field of an agent; the other lists hold texts."""

_FORM: Final = repr([(one.__name__, one._fields) for one in (Agent, *_RULES.values())])
"""The types' fields: JSON prepared for others is not read."""


def prepare(agents: Iterable[Agent], text: str) -> bytes:
    """Return agents as JSON, without fields that have their default. ``text``: what they were parsed from."""
    defaults = Agent._field_defaults
    rows = [
        {field: value for field, value in agent._asdict().items() if field not in defaults or value != defaults[field]}
        for agent in agents
    ]
    option = orjson.OPT_APPEND_NEWLINE
    return orjson.dumps({"of": _digest(text), "agents": rows}, default=list, option=option)


def read(content: bytes, text: str) -> list[Agent] | None:
    """Return the prepared agents; None when they were prepared from another text, or the content is no such JSON."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict) or document.get("of") != _digest(text):
        return None
    return [_agent(row) for row in document["agents"]]


def _agent(row: dict[str, Any]) -> Agent:
    return Agent(**{field: _value(field, value) for field, value in row.items()})


def _value(field: str, value: Any) -> Any:
    """Return a field's value, with tuples in place of the lists of JSON."""
    if not isinstance(value, list):
        return value
    rule = _RULES.get(field)
    if rule is None:
        return tuple(value)
    if rule is Combination:
        return tuple(Combination(tuple(VariableRule(*one) for one in all_of), *rest) for all_of, *rest in value)
    if rule is AddressRule:
        return tuple(
            AddressRule(email, name, confidence, doubtful and (doubtful[0], doubtful[1]))
            for email, name, confidence, doubtful in value
        )
    return tuple(rule(*one) for one in value)


def _digest(text: str) -> str:
    return blake2b((_FORM + text).encode(), digest_size=16).hexdigest()
