"""Loading the catalogue of agents and bots from its data file."""

import re
from functools import cache
from importlib import resources
from typing import Any

from tracker.attribution import Agent, Catalogue, EnvironmentRule, SharedAddress
from tracker.errors import ConfigError
from tracker.model import CONFIDENCES

_FIELDS = frozenset(
    {
        "name", "display", "kind", "rank", "env", "session_env", "emails", "shared_emails", "authors", "bare_names",
        "trailers", "name_model", "aliases", "committer_only",
    }
)  # fmt: skip
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@cache
def load() -> Catalogue:
    """The catalogue that comes with the program."""
    text = (resources.files("tracker") / "catalogue.toml").read_text(encoding="utf-8")
    return parse(text, "catalogue.toml")


def parse(text: str, source: str) -> Catalogue:
    """The agents of a catalogue file, in the order of their ranks. Raises ConfigError naming a wrong entry."""
    import tomllib

    try:
        tables = tomllib.loads(text).get("agent", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is not TOML: {error}.") from error
    agents = [_agent(table, source, number) for number, table in enumerate(tables, 1)]
    return tuple(sorted(agents, key=lambda agent: agent.rank))


def _agent(table: dict[str, Any], source: str, number: int) -> Agent:
    name = table.get("name", f"number {number}")
    try:
        unknown = set(table) - _FIELDS
        if unknown:
            raise ValueError(f"unknown field '{min(unknown)}'")
        if table["kind"] not in {"agent", "bot"}:
            raise ValueError("kind must be 'agent' or 'bot'")
        return Agent(
            name=table["name"],
            display=table.get("display", table["name"]),
            kind=table["kind"],
            rank=int(table.get("rank", 999)),
            environment=tuple(_rule(rule) for rule in table.get("env", ())),
            sessions=tuple(_variable(name) for name in table.get("session_env", ())),
            emails=tuple(table.get("emails", ())),
            shared_emails=tuple(
                SharedAddress(rule["email"], _pattern(rule["name"])) for rule in table.get("shared_emails", ())
            ),
            authors=_patterns(table, "authors"),
            bare_names=_patterns(table, "bare_names"),
            trailers=_patterns(table, "trailers"),
            name_models=_patterns(table, "name_model"),
            aliases=tuple(table.get("aliases", ())),
            committer_only_human=table.get("committer_only") == "human",
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise ConfigError(f"{source}: agent {name}: {error}.") from error


def _rule(table: dict[str, str]) -> EnvironmentRule:
    confidence = table.get("confidence", "high")
    for known in CONFIDENCES:
        if known == confidence:
            return EnvironmentRule(_variable(table["var"]), table.get("eq"), known)
    raise ValueError(f"confidence must be one of {', '.join(CONFIDENCES)}")


def _variable(name: str) -> str:
    """A name that the shell stub may look up: it stands in the hook as it is here."""
    if not _VARIABLE.match(name):
        raise ValueError(f"'{name}' is no name of a variable")
    return name


def _patterns(table: dict[str, Any], field: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(text) for text in table.get(field, ()))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
