"""Values inside records (evidence, moments, links, claims, oids) as JSON values, and back.

Pure. A value with more fields than this program knows was written by a newer one. What is known of it cannot be kept
apart from the rest when the record is written again, so such a record is not used (``LedgerNewer``).
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import LedgerNewer
from tracker.model import Evidence, Moment, Oid
from tracker.records import Carried, Link
from tracker.rewrite_records import Left, PairClaim

if TYPE_CHECKING:
    from tracker.cost_records import ModelTokens


def plain(value: object) -> object:
    """Return an equivalent that orjson can encode, for the types it asks about. Raises TypeError for all others."""
    if isinstance(value, (Evidence, Moment)):
        return _without_defaults(value)
    if isinstance(value, tuple):
        return tuple(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _without_defaults(value: Evidence | Moment) -> tuple[object, ...]:
    """Return the fields of a value without trailing defaults, which are most of the fields of most evidence."""
    fields, defaults = [*value], value._field_defaults
    while value._fields[len(fields) - 1] in defaults and fields[-1] == defaults[value._fields[len(fields) - 1]]:
        fields.pop()
    return tuple(fields)


def known(row: list[Any], kind: type[tuple[Any, ...]]) -> list[Any]:
    """Return the stored fields of a value of a kind, if this program knows them all.

    Raises LedgerNewer for more fields than the kind has, TypeError for what is no list.
    """
    if not isinstance(row, list):
        raise TypeError(row)
    if len(row) > len(kind._fields):  # type: ignore[attr-defined]
        raise LedgerNewer
    return row


_VENDORS: Final = Evidence._fields.index("vendors")


def evidence(rows: list[list[Any]]) -> tuple[Evidence, ...]:
    """Return stored evidence. Raises LedgerNewer, TypeError, as the functions below do."""
    return tuple([_one_evidence(known(row, Evidence)) for row in rows])


def _one_evidence(row: list[Any]) -> Evidence:
    if len(row) > _VENDORS:  # most evidence is stored without it
        row[_VENDORS] = tuple(row[_VENDORS])
    return Evidence(*row)


def moments(rows: list[list[Any]]) -> tuple[Moment, ...]:
    """Return stored moments."""
    return tuple(
        Moment(row[0], evidence(row[1] if len(row) > 1 else []), *row[2:]) for row in rows if known(row, Moment)
    )


def files(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    """Return stored pairs of a path and a digest."""
    return tuple((path, held) for path, held in rows)


def pairs(rows: list[list[int]]) -> tuple[tuple[int, int], ...]:
    """Return pairs of numbers."""
    return tuple((first, second) for first, second in rows)


def named_counts(rows: list[list[Any]]) -> tuple[tuple[str, int], ...]:
    """Return pairs of a name and a number."""
    return tuple((name, number) for name, number in rows)


def model_tokens(rows: list[list[Any]]) -> tuple[ModelTokens, ...]:
    """Return stored tokens of models."""
    from tracker.cost_records import ModelTokens  # few transactions hold costs

    return tuple(ModelTokens(*known(row, ModelTokens)) for row in rows)


def links(rows: list[list[Any]]) -> tuple[Link, ...]:
    """Return stored links."""
    return tuple(Link(long_oid(new), *rest) for new, *rest in (known(row, Link) for row in rows))


def short_links(links: Sequence[Link]) -> list[object]:
    """Return links as they are stored."""
    return [(short_oid(one.new), *one[1:]) for one in links]


def claims(rows: list[list[Any]]) -> tuple[PairClaim, ...]:
    """Return stored claims."""
    return tuple(PairClaim(*known(row, PairClaim)) for row in rows)


def left(rows: list[list[Any]]) -> tuple[Left, ...]:
    """Return the stored tips that a ref left behind."""
    return tuple(Left(*known(row, Left)) for row in rows)


def carried(rows: list[list[Any]]) -> tuple[Carried, ...]:
    """Return stored grades that a commit carries."""
    return tuple(
        Carried(rater, grade, long_oid(source), *rest)
        for rater, grade, source, *rest in (known(row, Carried) for row in rows)
    )


def short_carried(carried: Sequence[Carried]) -> list[object]:
    """Return the grades that a commit carries as they are stored."""
    return [(one.rater, one.grade, short_oid(one.source), *one[3:]) for one in carried]


def short_oid(oid: Oid) -> str:
    """Return an oid in base64 (RFC 4648) without padding, which takes two thirds of its hex digits."""
    return binascii.b2a_base64(bytes.fromhex(oid), newline=False).rstrip(b"=").decode()


_PADDING: Final = ("", "===", "==", "=")
"""The end of base64 by the number of characters in its last group of four."""


def long_oid(text: str) -> Oid:
    """Return the oid that ``short_oid`` encoded."""
    return Oid(binascii.a2b_base64(text + _PADDING[len(text) % 4]).hex())


def short_oids(oids: Sequence[Oid]) -> list[str]:
    """Return oids as they are stored."""
    return [short_oid(oid) for oid in oids]


def long_oids(texts: Sequence[str]) -> tuple[Oid, ...]:
    """Return stored oids."""
    return tuple([long_oid(text) for text in texts])


def short_oid_or_none(oid: Oid | None) -> str | None:
    """Return an oid, or None, as it is stored."""
    return None if oid is None else short_oid(oid)


def long_oid_or_none(text: str | None) -> Oid | None:
    """Return a stored oid, or None."""
    return None if text is None else long_oid(text)
