"""Policies of the user's own: the numbers of the score as a table of names, checked one by one. Pure."""

import itertools
from typing import Any, Final

from tracker import scoring

_MOST: Final = 1_000_000
"""The largest number that a rule may have, so that no score outgrows what is printed and summed."""


def from_table(table: object) -> scoring.Policy:
    """The default policy with the numbers of a TOML table in their places (docs/scoring.md).

    Raises ValueError, with the reason, for a name or number that no policy has.
    """
    if not isinstance(table, dict):
        raise ValueError("policy must be a table")  # noqa: TRY004 - what is wrong with a file is one kind of error
    fields = {name.replace("_", "-"): name for name in scoring.Policy._fields if name != "version"}
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            raise ValueError(f"unknown is '{key}'; known are {', '.join(fields)}")
        present = getattr(scoring.DEFAULT, fields[key])
        changes[fields[key]] = (
            _tiers(key, present, value) if isinstance(present, tuple) else _points(key, value, signed="grade" in key)
        )
    policy = scoring.DEFAULT._replace(**changes)
    if policy.level_step < 1:
        raise ValueError("level-step must be at least 1")
    return policy


def _points(key: str, value: object, *, signed: bool) -> int:
    if type(value) is not int or not -_MOST * signed <= value <= _MOST:
        raise ValueError(f"{key} must be a whole number from {-_MOST * signed} to {_MOST}")
    return value


def _tiers(key: str, present: scoring.Tiers, value: object) -> scoring.Tiers:
    names = [name for name, _ in present]
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise ValueError(f"{key} must be a table with some of {', '.join(names)}")
    tiers = tuple((name, _points(name, value.get(name, least), signed=False)) for name, least in present)
    if any(upper[1] <= lower[1] for upper, lower in itertools.pairwise(tiers)):
        raise ValueError(f"{key} must rise from {names[-1]} to {names[0]}")
    return tiers
