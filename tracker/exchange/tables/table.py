"""Types of tables: columns with a type and a meaning, keys, references. Every format is written from these.

Pure. A column's ``value`` is a function of a row, so that a table is defined in one place and read in a stream.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from tracker import keys
from tracker.attribution import Catalogue
from tracker.attribution.model_names import model_shown
from tracker.ledger import Snapshot
from tracker.model import LAST_SECOND, ProjectId
from tracker.reports.prices import Prices
from tracker.scoring import Policy
from tracker.text import CONTROLS, SURROGATES

R = TypeVar("R")

ColumnType = Literal["text", "integer", "real", "boolean", "time"]
"""``time``: seconds since the epoch (UTC) in Python; each format has a form of its own for it."""

Converters = Mapping[ColumnType, Callable[[Any], Any]]
"""The form of a value in one format, by the type of its column; None stays None."""

FIRST_SECOND: Final = -62_135_596_800
"""0001-01-01T00:00:00Z in seconds since the epoch, the first second that ``datetime`` can represent."""

_LARGEST: Final = 2**63 - 1
_NAME_DIGEST: Final = 8
"""Bytes of the digest of a name."""
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_UNWANTED: Final = re.compile(f"[{CONTROLS}{SURROGATES}]")


class Column(NamedTuple, Generic[R]):
    """A column. ``meaning``: one line. ``required``: it has a value in every row."""

    name: str
    type: ColumnType
    meaning: str
    value: Callable[[R], Any]
    required: bool = False


def number_column(name: str) -> Column[Any]:
    """Return the key column of a table whose rows have the ledger's own ``number``."""
    return Column(
        name, "integer", "number in this ledger, in the order of recording", attrgetter("number"), required=True
    )


class Reference(NamedTuple):
    """A foreign key: these columns name a row of another table by its key."""

    columns: tuple[str, ...]
    table: str


class Source(NamedTuple):
    """The ledger that tables are read from. ``projects``: the exported ones, None for all. ``prices``: the user's.

    ``policy``: the numbers of the score. ``catalogue``: which instruction files an agent reads.
    """

    snapshot: Snapshot
    projects: frozenset[ProjectId] | None
    policy: Policy
    catalogue: Catalogue
    prices: Prices

    def has(self, project: ProjectId) -> bool:
        """Return True if a project is exported."""
        return self.projects is None or project in self.projects


class Table(NamedTuple, Generic[R]):
    """A table. ``rows``: yields its rows, in the order of ``key`` where the ledger has that order.

    ``indexes``: columns that people filter by, each an index of its own.
    """

    name: str
    meaning: str
    columns: tuple[Column[R], ...]
    key: tuple[str, ...]
    rows: Callable[[Source], Iterator[R]]
    references: tuple[Reference, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column[R]:
        """Return the column of a name. Raises StopIteration if there is none."""
        return next(one for one in self.columns if one.name == name)

    def values(self, source: Source, converters: Converters) -> Iterator[Sequence[Any]]:
        """Yield the rows as values, in the order of the columns.

        Texts that rows are known by stay as different as they are in the ledger, whatever characters are in them.
        """
        names = {*self.key, *(name for one in self.references for name in one.columns)}
        each = [
            (one.value, clean_name if one.type == "text" and one.name in names else converters[one.type])
            for one in self.columns
        ]
        for row in self.rows(source):
            yield [None if (value := read(row)) is None else convert(value) for read, convert in each]


def clean_text(text: str) -> str:
    """Return text of any origin without control characters other than tab and line feed, and without lone surrogates.

    Each becomes U+FFFD. Nothing else changes: what is dangerous in one format only is escaped there.
    """
    return text if text.isprintable() else _UNWANTED.sub(_REPLACEMENT, text)


def clean_name(name: str) -> str:
    """Return a name as ``clean_text`` does, and with a digest of it where that is not the name alone.

    So names that differ are different texts.
    """
    cleaned = clean_text(name)
    return f"{cleaned} ({keys.digest(name, _NAME_DIGEST).hex()})" if _REPLACEMENT in cleaned else cleaned


def shown_model(identifier: str | None) -> str | None:
    """Return a model, given by its canonical id, as reports name it; None for an unknown one."""
    return model_shown(identifier) if identifier else None


def clamped_integer(value: int) -> int:
    """Return a number as 64 bits hold it."""
    return min(max(int(value), -_LARGEST), _LARGEST)


def clamped_time(seconds: int) -> int:
    """Return a time in seconds as a calendar has it, in the years 1 to 9999: git stores any number."""
    return min(max(int(seconds), FIRST_SECOND), LAST_SECOND)


def iso_time(seconds: int) -> str:
    """Return a time in seconds as ISO 8601 in UTC, such as ``2026-09-21T14:43:20Z``; the texts are in order of time."""
    return datetime.fromtimestamp(clamped_time(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
