"""The fields in which a stored record differs from what its facts give, in words."""

from collections.abc import Iterator
from typing import Any

from tracker.lineage.sums import SUMS
from tracker.text import printable


def differing_fields(stored: Any, right: Any) -> list[str]:
    """Return each difference between two records of one type, such as "confidence low instead of high".

    Both are named tuples; a field ``sums`` has all columns in both.
    """
    found: list[str] = []
    for field in right._fields:
        value, wanted = getattr(stored, field), getattr(right, field)
        if field == "sums":
            found += differing_columns(value, wanted)
        elif value != wanted:
            found.append(f"{_word(field)} {_told(value, wanted)}")
    return found


def differing_columns(stored: tuple[int, ...], right: tuple[int, ...]) -> Iterator[str]:
    """Yield each difference between two rows of sums, such as "commits 5 instead of 4"."""
    for name, value, wanted in zip(SUMS, stored, right, strict=True):
        if value != wanted:
            yield f"{_word(name)} {value} instead of {wanted}"


def _word(name: str) -> str:
    return name.replace("_", " ")


def _told(value: object, wanted: object) -> str:
    if isinstance(value, tuple) and isinstance(wanted, tuple):
        if len(value) == len(wanted):
            return "with other contents than the facts give"
        return f"with {len(value)} instead of {len(wanted)} entries"
    return f"{_shown(value)} instead of {_shown(wanted)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "none" if value is None or value == "" else printable(str(value))
