"""The migration that numbers equal statements (``places``). Frozen: see ``migrations``.

It knows records as JSON arrays of the version that it was written for: ``[1, field, …]``, in which fields at the end
that have their defaults are left out.
"""

from collections import defaultdict
from typing import Final, NamedTuple

import orjson

from tracker.ledger.tables import Transaction


class _Statements(NamedTuple):
    """A table of statements.

    ``prefix``: bytes of its keys that statements of one group share; None for all but the sequence number. ``same``:
    places of the fields in which they agree.
    ``end``: the values of the optional fields, from ``first`` on; the statement's own place comes after them.
    """

    table: str
    prefix: int | None
    same: tuple[int, ...]
    first: int
    end: tuple[object, ...]


_TABLES: Final = (
    _Statements("communication", None, (2, 6), 8, ("", "")),
    _Statements("retrospectives", 16, (), 10, (None, False, "", "")),
    _Statements("activities", 16, (), 7, (None, "")),
    _Statements("reinstatements", 8, (5,), 7, ()),
    _Statements(
        "bugs", 8, (2, 3, 4, 5, 6, 11, 17), 7,
        ("agent", None, "other", None, "", 0, "", True, None, None, "", 0, ""),
    ),
)  # fmt: skip
_WITHDRAWN: Final = 12
_CONFIRMED: Final = 18
"""Places of the times of decisions in a bug, which its number of changes follows."""


def number_statements(transaction: Transaction) -> None:
    """Give each statement its place among those of its group, in the order in which they were recorded."""
    for statements in _TABLES:
        seen: dict[tuple[bytes, str], int] = defaultdict(int)
        for key in transaction.keys_of(statements.table):
            value = transaction.get_bytes(statements.table, key) or b""
            row = orjson.loads(value)
            row += statements.end[len(row) - statements.first :]
            prefix = key[: statements.prefix] if statements.prefix else key[:-8]
            group = (prefix, orjson.dumps([row[place] for place in statements.same]).decode())
            numbers = [seen[group]]
            seen[group] += 1
            if statements.table == "bugs":
                numbers.append(int(bool(row[_WITHDRAWN])) + int(bool(row[_CONFIRMED])))
            if any(numbers):
                transaction.put_bytes(statements.table, key, orjson.dumps([*row, *numbers]))
