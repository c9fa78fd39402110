"""Records as bytes: positional JSON arrays ``[version, field, …]``.

Pure. Field names stand once per record type in ``meta`` (``shape/<table>/<version>``), which makes a value 28 % smaller
than an object and leaves it readable by anything. One codec per record type.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson

from tracker import records
from tracker.errors import EntryRefused, LedgerNewer
from tracker.model import Evidence

R = TypeVar("R", bound=NamedTuple)

LARGEST_VALUE: Final = 1 << 20
"""Bytes of one encoded record; more is refused, since a ledger of facts holds no documents."""


class UnreadableRecord(Exception):
    """Bytes in the ledger that are no record: the file is damaged."""


class Codec(Generic[R]):
    """Encodes and decodes one record type. ``revive`` turns a field's plain lists into the types it has."""

    def __init__(self, record: type[R], revive: Mapping[str, Callable[[Any], Any]] | None = None) -> None:
        self.record = record
        self.version = 1
        self.fields: tuple[str, ...] = record._fields
        self._revive = tuple((self.fields.index(name), function) for name, function in (revive or {}).items())

    def encode(self, record: R) -> bytes:
        """The bytes of a record. Raises EntryRefused for a value that JSON or the ledger cannot hold."""
        return encode([self.version, *record])

    def decode(self, value: bytes) -> R:
        """The record in ``value``; fields that a later program added at its end are ignored.

        Raises LedgerNewer for a later version of the record, UnreadableRecord for anything that is no record.
        """
        try:
            version, *fields = orjson.loads(value)
            if not isinstance(version, int):
                raise TypeError(version)
            if version > self.version:
                raise LedgerNewer(
                    f"the ledger holds a {self.record.__name__} of version {version}; this agent-tracker knows"
                    f" version {self.version}: upgrade agent-tracker."
                )
            del fields[len(self.fields) :]
            for position, function in self._revive:
                if position < len(fields):
                    fields[position] = function(fields[position])
            return self.record(*fields)
        except (TypeError, ValueError, IndexError) as error:
            raise UnreadableRecord(f"{self.record.__name__}: {value[:80]!r}") from error


def encode(values: Sequence[object]) -> bytes:
    """A row of values as JSON. Raises EntryRefused for what JSON or the ledger cannot hold."""
    try:
        value = orjson.dumps(values, default=_plain)
    except TypeError as error:
        raise EntryRefused(f"it holds what JSON cannot say: {error}.") from error
    if len(value) > LARGEST_VALUE:
        raise EntryRefused(f"it takes {len(value)} bytes, and a record takes at most {LARGEST_VALUE}.")
    return value


def _plain(value: object) -> object:
    if isinstance(value, Evidence):
        return _without_defaults(value)
    if isinstance(value, tuple):
        return tuple(value)
    raise TypeError(f"{type(value).__name__} is not a value")


_VENDORS: Final = Evidence._fields.index("vendors")
_DEFAULTS: Final = tuple(Evidence._field_defaults.get(field) for field in Evidence._fields)
_NEEDED: Final = len(Evidence._fields) - len(Evidence._field_defaults)


def _without_defaults(evidence: Evidence) -> tuple[object, ...]:
    """A row without what stands at its end by default, which is most of it for most evidence."""
    end = len(evidence)
    while end > _NEEDED and evidence[end - 1] == _DEFAULTS[end - 1]:
        end -= 1
    return tuple(evidence[:end])


def _evidence(rows: list[list[Any]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(*row[:_VENDORS], *map(tuple, row[_VENDORS : _VENDORS + 1]), *row[_VENDORS + 1 :]) for row in rows
    )


def _files(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((path, held) for path, held in rows)


def _links(rows: list[list[Any]]) -> tuple[records.Link, ...]:
    return tuple(records.Link(*row) for row in rows)


def _carried(rows: list[list[Any]]) -> tuple[records.Carried, ...]:
    return tuple(records.Carried(*row) for row in rows)


COMMIT: Final = Codec(
    records.CommitRecord,
    {
        "parents": tuple,
        "also": tuple,
        "evidence": _evidence,
        "replaces": tuple,
        "carried": _carried,
        "reverts": tuple,
    },
)
PROJECT: Final = Codec(records.ProjectRecord, {"paths": tuple, "remotes": tuple, "baseline": tuple})
PATH: Final = Codec(records.PathRecord)
HOLDERS: Final = Codec(records.HoldersRecord, {"projects": tuple})
LINKS: Final = Codec(records.LinksRecord, {"links": _links})
COPIES: Final = Codec(records.CopiesRecord, {"copies": tuple})
REVERTERS: Final = Codec(records.RevertersRecord, {"reverters": tuple})
TIP: Final = Codec(records.TipRecord)
DEPARTED: Final = Codec(records.DepartedRecord)
AGENT: Final = Codec(records.AgentRecord)
GRADE: Final = Codec(records.GradeRecord)
RETROSPECTIVE: Final = Codec(records.RetrospectiveRecord)
ACTIVITY: Final = Codec(records.ActivityRecord)
BUG: Final = Codec(records.BugRecord)
REINSTATEMENT: Final = Codec(records.ReinstatementRecord)
SETUP: Final = Codec(records.SetupRecord, {"files": _files})
TOTALS: Final = Codec(records.TotalsRecord, {"sums": tuple})
STANDING: Final = Codec(records.StandingRecord, {"sums": tuple})
CHANGE: Final = Codec(records.ChangeRecord)
MIGRATION: Final = Codec(records.MigrationRecord)
