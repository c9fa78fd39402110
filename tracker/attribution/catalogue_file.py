"""Reading the catalogue of agents and bots: the file that comes with the program, and the user's own beside it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeVar

import orjson

from tracker.attribution.catalogue import (
    AddressRule,
    Agent,
    BranchRule,
    Catalogue,
    Combination,
    LineRule,
    PatternRule,
    ProcessRule,
    TrailerRule,
    VariableRule,
)
from tracker.errors import ConfigError
from tracker.model import CONFIDENCES, HUMAN, Confidence

T = TypeVar("T")

PREPARED: Final = "catalogue.json"
"""Our own catalogue as JSON: generated (scripts/document.py), and not looked at where it is of another text."""

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}\Z")
_SECRET: Final = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|(?:^|_)(?:API_?)?KEY(?:_|$)", re.IGNORECASE)
_TABLE: Final = re.compile(r"^[ \t]*\[\[[ \t]*agent[ \t]*\]\]", re.MULTILINE)

_WAYS: Final[tuple[Literal["name", "command", "file"], ...]] = ("name", "command", "file")
_ALWAYS: Final = frozenset({"name", "kind"})
_DESCRIBING: Final = frozenset(
    {"display", "vendor", "role", "family", "rank", "verified", "sources", "comment", "extends"}
)


class Fault(NamedTuple):
    """An entry that cannot be used: the line that it begins in, counted from 1, and why."""

    line: int
    reason: str


@cache
def load() -> Catalogue:
    """The catalogue that comes with the program."""
    text = own_text()
    document = _prepared(text)
    if document is None:
        return Catalogue(parse(text, "catalogue.toml"))
    shared = document.get("sources", {})
    return Catalogue(_agent(table, shared) for table in document["agent"])


def own_text() -> str:
    """The text of the catalogue that comes with the program."""
    return (resources.files("tracker.attribution") / "catalogue.toml").read_text(encoding="utf-8")


def prepared(text: str) -> bytes:
    """A catalogue file as JSON, beside which it is said what text that was; every hook reads it, TOML takes longer."""
    import tomllib

    return orjson.dumps({"of": _digest(text), "catalogue": tomllib.loads(text)}, option=orjson.OPT_APPEND_NEWLINE)


def _prepared(text: str) -> dict[str, Any] | None:
    """The tables of our own catalogue as they were prepared; None where that is not there or of another text."""
    try:
        content = orjson.loads((resources.files("tracker.attribution") / PREPARED).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    document = content["catalogue"] if content.get("of") == _digest(text) else None
    return document if isinstance(document, dict) else None


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def load_with(path: Path) -> Catalogue:
    """The same with the user's entries; one of the same name takes the place of ours. Bad ones are left out.

    Read once by each process.
    """
    own, _ = read(path)
    if not own:
        return load()
    entries = dict(load().by_name)
    for agent in own:
        known = entries.get(agent.name)
        entries[agent.name] = known.extended(agent) if known and agent.extends else agent
    return Catalogue(entries.values())


def read(path: Path) -> tuple[list[Agent], list[Fault]]:
    """The user's entries, and what is wrong with the others. A file that is not there has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [], []
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault(1, f"it cannot be read: {error}")]
    return check(text)


def check(text: str) -> tuple[list[Agent], list[Fault]]:
    """The entries of a catalogue that can be used, and what is wrong with the others."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except Exception as error:  # noqa: BLE001 - what is nested too deep or has too many digits is no TOML to us either
        found = re.search(r"line (\d+)", str(error))
        return [], [Fault(int(found[1]) if found else text.count("\n") + 1, f"it is not TOML: {error}")]
    faults = [
        Fault(1, f"unknown table '{name}': an entry begins with [[agent]]") for name in document if name not in _TOP
    ]
    tables = document.get("agent", [])
    if not isinstance(tables, list):
        return [], [*faults, Fault(1, "an entry begins with [[agent]]")]
    lines = [text.count("\n", 0, match.end()) + 1 for match in _TABLE.finditer(text)]
    shared = document.get("sources", {})
    agents: list[Agent] = []
    for number, table in enumerate(tables):
        try:
            agent = _agent(table, shared if isinstance(shared, dict) else {})
            _prove(agent)
            agents.append(agent)
        except Exception as error:  # noqa: BLE001 - the user's file: an expression may fail to compile in many ways
            name = table.get("name", "") if isinstance(table, dict) else ""
            reason = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)[:200]
            faults.append(Fault(lines[number] if number < len(lines) else 1, f"agent '{name}': {reason}"))
    return agents, faults


_TOP: Final = frozenset({"agent", "sources"})


def parse(text: str, source: str) -> list[Agent]:
    """The agents of a catalogue file. Raises ConfigError naming the first wrong entry."""
    agents, faults = check(text)
    if faults:
        raise ConfigError(f"{source}, line {faults[0].line}: {faults[0].reason}.")
    return agents


def _agent(table: dict[str, Any], shared: Mapping[str, str]) -> Agent:
    unknown = set(table) - _ALWAYS - _DESCRIBING - _FIELDS.keys()
    if unknown:
        raise ValueError(f"unknown field '{min(unknown)}'")
    if table["kind"] not in {"agent", "bot"} and (table["kind"], table["name"]) != (HUMAN, HUMAN):
        raise ValueError("kind must be 'agent' or 'bot'")
    if not isinstance(table["name"], str) or not _NAME.match(table["name"]):
        raise ValueError("a name is lower-case letters, digits, dots, + and -")
    known = {*shared, *table.get("sources", {})}
    fields = {field: read(table[key], known) for key, (field, read) in _FIELDS.items() if key in table}
    rank = table.get("rank", 500)
    if type(rank) is not int:
        raise ValueError("rank must be a whole number")
    return Agent(
        name=table["name"],
        display=_text(table.get("display", table["name"])),
        kind=table["kind"],
        role=_text(table.get("role", "")),
        family=_text(table.get("family", table["name"])),
        rank=rank,
        extends=table.get("extends", False) is True,
        **fields,
    )


# -- one rule ----------------------------------------------------------------------------------------------------


class _Row:
    """One rule's table: what is taken from it by name, and nothing must be left over."""

    def __init__(self, table: object, sources: Iterable[str]) -> None:
        if not isinstance(table, dict):
            raise TypeError("a rule is a table such as { name = 'X', confidence = 'high' }")
        self._table = dict(table)
        self._sources = set(sources)

    def text(self, name: str) -> str:
        """A text that must be there."""
        if name not in self._table:
            raise ValueError(f"a rule has no '{name}'")
        return _text(self._table.pop(name))

    def optional(self, name: str) -> str | None:
        """A text that may be there."""
        return self.text(name) if name in self._table else None

    def flag(self, name: str) -> bool:
        """A switch, off unless it is there."""
        return self._table.pop(name, False) is True

    def value(self, name: str) -> Any:
        """Anything that may be there."""
        return self._table.pop(name, None)

    def done(self, default: Confidence) -> Confidence:
        """The confidence; the source must be one that the entry names. Raises ValueError for what is left over."""
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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _prove(agent: Agent) -> None:
    """Compile every expression of an entry. Raises what ``re`` raises for a wrong one."""
    texts: list[str | None] = [*agent.models]
    texts += [rule.pattern for rules in (agent.authors, agent.names, agent.lines, agent.branches) for rule in rules]
    texts += [rule.value for rule in agent.trailers]
    texts += [rule.name for rule in agent.addresses]
    for text in texts:
        if text:
            re.compile(text, re.IGNORECASE)


def _variable_name(name: str) -> str:
    """A name that the shell stub may look up: it stands in the hook as it is here."""
    if not _VARIABLE.match(name):
        raise ValueError(f"'{name}' is no name of a variable")
    if _SECRET.search(name):
        raise ValueError(f"'{name}' is the name of a secret, which no hook may look at")
    return name


def _variable(row: _Row, *, plain: bool = False) -> VariableRule:
    name, equals, contains = _variable_name(row.text("name")), row.optional("equals"), row.optional("contains")
    if any("\n" in text for text in (equals, contains) if text):
        raise ValueError("a value has one line")
    return VariableRule(name, equals, contains, "low" if plain else row.done("high"))


def _combination(row: _Row, sources: set[str]) -> Combination:
    variables = row.value("all")
    if not isinstance(variables, list) or len(variables) < 2:
        raise ValueError("a combination has several variables in 'all'")
    rules = tuple(_variable(_Row(one, sources), plain=True) for one in variables)
    return Combination(rules, row.done("medium"))


def _process(row: _Row) -> ProcessRule:
    told = [(how, pattern) for how in _WAYS if (pattern := row.optional(how))]
    if len(told) != 1 or "\n" in told[0][1] or "'" in told[0][1]:
        raise ValueError("a process has a 'name', a 'command' or a 'file', on one line and without quotes")
    return ProcessRule(told[0][1], told[0][0], row.done("medium"))


def _address(row: _Row) -> AddressRule:
    name, doubtful = row.optional("name"), row.value("doubtful")
    if doubtful is not None and (not isinstance(doubtful, list) or len(doubtful) != 2):
        raise ValueError("'doubtful' is two dates, such as [2026-04-22, 2026-05-06]")
    span = (_midnight(doubtful[0]), _midnight(doubtful[1]) + 86_399) if doubtful else None
    return AddressRule(row.text("email"), name, row.done("high"), span)


def _midnight(day: object) -> int:
    if isinstance(day, str):  # as JSON has it
        day = date.fromisoformat(day)
    if not isinstance(day, date):
        raise TypeError("'doubtful' is two dates, such as [2026-04-22, 2026-05-06]")
    return int(datetime.combine(day, time(), UTC).timestamp())


def _line(row: _Row) -> LineRule:
    contains, subject = row.text("contains"), row.flag("subject")
    if contains != contains.lower() or not contains.strip():
        raise ValueError("'contains' is text in lower case")
    return LineRule(contains, row.text("pattern"), row.done("high"), subject)


def _trailer(row: _Row) -> TrailerRule:
    key = row.text("key")
    if key != key.lower():
        raise ValueError("a trailer's 'key' is in lower case")
    return TrailerRule(key, row.text("value"), row.done("high"))


def _branch(row: _Row) -> BranchRule:
    prefix, pattern = row.optional("prefix"), row.optional("pattern")
    if not (prefix or pattern):
        raise ValueError("a branch has a 'prefix' or a 'pattern'")
    return BranchRule(prefix, pattern or None, row.done("low"))


def _rows(one: Callable[[_Row], T]) -> Callable[[Any, set[str]], tuple[T, ...]]:
    def read_all(rows: Any, sources: set[str]) -> tuple[T, ...]:
        if not isinstance(rows, list):
            raise TypeError("rules stand in a list")
        return tuple(one(_Row(row, sources)) for row in rows)

    return read_all


def _combinations(rows: Any, sources: set[str]) -> tuple[Combination, ...]:
    return tuple(_combination(_Row(row, sources), sources) for row in rows)


def _texts(rows: Any, _: set[str]) -> tuple[str, ...]:
    if not isinstance(rows, list):
        raise TypeError("it must be a list of texts")
    return tuple(_text(row) for row in rows)


def _names_of_variables(rows: Any, sources: set[str]) -> tuple[str, ...]:
    return tuple(_variable_name(name) for name in _texts(rows, sources))


def _committer(value: Any, _: set[str]) -> bool:
    if value != "human":
        raise ValueError("committer_only can only be 'human'")
    return True


_FIELDS: Final[Mapping[str, tuple[str, Callable[[Any, set[str]], Any]]]] = {
    "aliases": ("aliases", _texts),
    "wraps": ("wraps", _texts),
    "variables": ("variables", _rows(_variable)),
    "combinations": ("combinations", _combinations),
    "sessions": ("sessions", _names_of_variables),
    "versions": ("version_variables", _names_of_variables),
    "processes": ("processes", _rows(_process)),
    "addresses": ("addresses", _rows(_address)),
    "authors": ("authors", _rows(lambda row: PatternRule(row.text("pattern"), row.done("high")))),
    "names": ("names", _rows(lambda row: PatternRule(row.text("pattern"), row.done("medium")))),
    "trailers": ("trailers", _rows(_trailer)),
    "lines": ("lines", _rows(_line)),
    "branches": ("branches", _rows(_branch)),
    "models": ("models", _texts),
    "model_vendors": ("model_vendors", _texts),
    "instructions": ("instructions", _texts),
    "committer_only": ("committer_only_human", _committer),
}
"""The fields of an entry: what each is called in ``Agent``, and what reads it."""
