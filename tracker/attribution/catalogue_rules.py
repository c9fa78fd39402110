"""Parse one rule of a catalogue entry: a TOML inline table such as ``{ name = "X", confidence = "high" }``.

Pure. The parsers raise ValueError or TypeError for a wrong rule, with the sentence that ``doctor`` shows.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal, TypeVar

from tracker.attribution.catalogue_types import (
    AddressRule,
    BranchRule,
    Combination,
    LineRule,
    PatternRule,
    ProcessRule,
    TrailerRule,
    VariableRule,
)
from tracker.attribution.required_text import required_text
from tracker.lazy_regex import LazyRegex
from tracker.model import CONFIDENCES, Confidence

T = TypeVar("T")

_VARIABLE: Final = LazyRegex(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_SECRET: Final = LazyRegex(r"TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|(?:^|_)(?:API_?)?KEY(?:_|$)", re.IGNORECASE)
_PROCESS_FIELDS: Final[tuple[Literal["name", "command", "file"], ...]] = ("name", "command", "file")
_LAST_SECOND: Final = 86_399
"""The last second of a day, counted from its midnight."""


class RuleTable:
    """The table of one rule. Each field is taken out once, and ``finish`` refuses what is left over."""

    def __init__(self, table: object, sources: Iterable[str]) -> None:
        if not isinstance(table, dict):
            raise TypeError("a rule is a table such as { name = 'X', confidence = 'high' }")
        self._table = dict(table)
        self._sources = set(sources)

    def text(self, name: str) -> str:
        """Take a required text. Raises ValueError when it is missing, TypeError when it is not a text."""
        if name not in self._table:
            raise ValueError(f"a rule has no '{name}'")
        return checked_text(self._table.pop(name))

    def optional(self, name: str) -> str | None:
        """Take an optional text. Raises TypeError when it is not a text."""
        return self.text(name) if name in self._table else None

    def flag(self, name: str) -> bool:
        """Take a switch, which is off by default."""
        return self._table.pop(name, False) is True

    def value(self, name: str) -> Any:
        """Take an optional value of any type."""
        return self._table.pop(name, None)

    def tables(self, name: str) -> "list[RuleTable] | None":
        """Take a list of tables; None when it is not a list. Raises TypeError when a member is not a table."""
        rows = self._table.pop(name, None)
        return [RuleTable(row, self._sources) for row in rows] if isinstance(rows, list) else None

    def finish(self, default: Confidence) -> Confidence:
        """Take the source and the confidence, and return the confidence.

        Raises ValueError when the source is not one of the entry's, when a field is left over, or when the confidence
        is unknown.
        """
        confidence = self._table.pop("confidence", default)
        source = self._table.pop("source", None)
        if source is not None and source not in self._sources:
            raise ValueError(f"the source '{source}' is not among the entry's sources")
        if self._table:
            raise ValueError(f"unknown field '{min(self._table)}' in a rule")
        for known in CONFIDENCES:
            if known == confidence:
                return known
        raise ValueError(f"confidence must be one of {', '.join(CONFIDENCES)}")


def parse_list(parse_rule: Callable[[RuleTable], T]) -> Callable[[Any, set[str]], tuple[T, ...]]:
    """Return a parser of a list of rules, from a parser of one; its second argument is the names of known sources."""

    def parse_all(rows: Any, sources: set[str]) -> tuple[T, ...]:
        if not isinstance(rows, list):
            raise TypeError("rules must be a list")
        return tuple(parse_rule(RuleTable(row, sources)) for row in rows)

    return parse_all


def checked_text(value: object) -> str:
    """Return the value. Raises TypeError when it is not a text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def checked_variable_name(name: str) -> str:
    """Return the name of an environment variable, which the hook script holds unquoted.

    Raises ValueError when it is not a valid name, or looks like the name of a secret.
    """
    if not _VARIABLE.match(name):
        raise ValueError(f"'{name}' is not a valid name of a variable")
    if _SECRET.search(name):
        raise ValueError(f"'{name}' is the name of a secret, which no hook may look at")
    return name


def parse_variable(table: RuleTable) -> VariableRule:
    """Parse a rule for an environment variable. Raises ValueError, TypeError."""
    rule = _variable(table)
    return rule._replace(confidence=table.finish("high"))


def _variable(table: RuleTable) -> VariableRule:
    name, equals, contains = (
        checked_variable_name(table.text("name")),
        table.optional("equals"),
        table.optional("contains"),
    )
    if any("\n" in text for text in (equals, contains) if text):
        raise ValueError("a value has one line")
    return VariableRule(name, equals, contains, "low")


def parse_combination(table: RuleTable) -> Combination:
    """Parse a rule for a combination of variables. Raises ValueError, TypeError."""
    tables = table.tables("all")
    if tables is None or len(tables) < 2:
        raise ValueError("a combination has several variables in 'all'")
    return Combination(tuple(_variable(one) for one in tables), table.finish("medium"))


def parse_process(table: RuleTable) -> ProcessRule:
    """Parse a rule for a process. Raises ValueError, TypeError."""
    given = [(field, pattern) for field in _PROCESS_FIELDS if (pattern := table.optional(field))]
    if len(given) != 1 or "\n" in given[0][1] or "'" in given[0][1]:
        raise ValueError("a process has a 'name', a 'command' or a 'file', on one line and without quotes")
    return ProcessRule(given[0][1], given[0][0], table.finish("medium"))


def parse_address(table: RuleTable) -> AddressRule:
    """Parse a rule for an email address. Raises ValueError, TypeError."""
    name, doubtful = table.optional("name"), table.value("doubtful")
    if doubtful is not None and (not isinstance(doubtful, list) or len(doubtful) != 2):
        raise ValueError("'doubtful' is two dates, such as [2026-04-22, 2026-05-06]")
    period = (_midnight(doubtful[0]), _midnight(doubtful[1]) + _LAST_SECOND) if doubtful else None
    return AddressRule(table.text("email"), name, table.finish("high"), period)


def _midnight(day: object) -> int:
    """Return the first second of a day in UTC, in seconds since the epoch."""
    if isinstance(day, str):  # JSON has no dates
        day = date.fromisoformat(day)
    if not isinstance(day, date):
        raise TypeError("'doubtful' is two dates, such as [2026-04-22, 2026-05-06]")
    return int(datetime.combine(day, time(), UTC).timestamp())


def parse_author(table: RuleTable) -> PatternRule:
    """Parse a rule for an author's whole line. Raises ValueError, TypeError."""
    return _pattern_rule(table, "high")


def parse_name(table: RuleTable) -> PatternRule:
    """Parse a rule for a name without an address. Raises ValueError, TypeError."""
    beside = table.optional("beside")
    return _pattern_rule(table, "medium")._replace(beside=beside)


def _pattern_rule(table: RuleTable, default: Confidence) -> PatternRule:
    pattern = table.text("pattern")
    return PatternRule(pattern, table.finish(default), required_text(pattern))


def parse_trailer(table: RuleTable) -> TrailerRule:
    """Parse a rule for a trailer. Raises ValueError, TypeError."""
    key = table.text("key")
    if key != key.lower():
        raise ValueError("a trailer's 'key' is in lower case")
    return TrailerRule(key, table.text("value"), table.finish("high"))


def parse_line(table: RuleTable) -> LineRule:
    """Parse a rule for a line of a message. Raises ValueError, TypeError."""
    contains, subject = table.text("contains"), table.flag("subject")
    if contains != contains.lower() or not contains.strip():
        raise ValueError("'contains' is text in lower case")
    return LineRule(contains, table.text("pattern"), table.finish("high"), subject)


def parse_branch(table: RuleTable) -> BranchRule:
    """Parse a rule for a branch. Raises ValueError, TypeError."""
    prefix, pattern = table.optional("prefix"), table.optional("pattern")
    if not (prefix or pattern):
        raise ValueError("a branch has a 'prefix' or a 'pattern'")
    return BranchRule(prefix, pattern or None, table.finish("low"))
