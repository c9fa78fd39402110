"""Parse the text of a catalogue, the program's or the user's, with a fault for each entry that cannot be used."""

import re
import tomllib
from typing import Any, Final, NamedTuple

from tracker.attribution.catalogue_entry import compile_expressions, parse_entry
from tracker.attribution.catalogue_types import Agent
from tracker.errors import ConfigError

_ENTRY: Final = re.compile(r"^[ \t]*\[\[[ \t]*agent[ \t]*\]\]", re.MULTILINE)
_TABLES: Final = frozenset({"agent", "sources"})
_ENTRY_FORM: Final = "an entry begins with [[agent]]"
_LONGEST_REASON: Final = 200


class InvalidEntry(NamedTuple):
    """An entry that cannot be used: the line that it begins in, counted from 1, and the reason."""

    line: int
    reason: str


def parse(text: str, source: str) -> list[Agent]:
    """Return the agents of a catalogue file; ``source`` names it. Raises ConfigError for the first wrong entry."""
    agents, faults = check(text)
    if faults:
        raise ConfigError(f"{source}, line {faults[0].line}: {faults[0].reason}.")
    return agents


def check(text: str) -> tuple[list[Agent], list[InvalidEntry]]:
    """Return the entries of a catalogue file that can be used, and the faults of the others."""
    try:
        document = tomllib.loads(text)
    except Exception as error:  # noqa: BLE001 - too deep a nesting or too long a number raises other errors than TOML's
        found = re.search(r"line (\d+)", str(error))
        return [], [InvalidEntry(int(found[1]) if found else text.count("\n") + 1, f"it is not TOML: {error}")]
    faults = [InvalidEntry(1, f"unknown table '{name}': {_ENTRY_FORM}") for name in document if name not in _TABLES]
    tables, sources = document.get("agent", []), document.get("sources", {})
    if not isinstance(tables, list):
        return [], [*faults, InvalidEntry(1, _ENTRY_FORM)]
    lines = [text.count("\n", 0, match.end()) + 1 for match in _ENTRY.finditer(text)]
    agents: list[Agent] = []
    for number, table in enumerate(tables):
        entry = _checked_entry(table, sources if isinstance(sources, dict) else {})
        if isinstance(entry, Agent):
            agents.append(entry)
        else:
            faults.append(InvalidEntry(lines[number] if number < len(lines) else 1, entry))
    return agents, faults


def _checked_entry(table: Any, sources: dict[str, str]) -> Agent | str:
    """Return the agent of one table, or the reason why it cannot be used."""
    try:
        agent = parse_entry(table, sources)
        compile_expressions(agent)
    except Exception as error:  # noqa: BLE001 - the user's file: an expression may fail to compile in many ways
        name = table.get("name", "") if isinstance(table, dict) else ""
        reason = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)[:_LONGEST_REASON]
        return f"agent '{name}': {reason}"
    return agent
