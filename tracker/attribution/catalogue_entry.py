"""Parse one ``[[agent]]`` table of a catalogue file. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tracker.attribution import catalogue_rules
from tracker.attribution.catalogue_rules import checked_text, checked_variable_name, parse_list
from tracker.attribution.catalogue_types import Agent
from tracker.lazy_regex import LazyRegex
from tracker.model import HUMAN

_NAME: Final = LazyRegex(r"[a-z0-9][a-z0-9.+-]{0,63}\Z")
_PLAIN_FIELDS: Final = frozenset(
    {
        "name",
        "kind",
        "display",
        "vendor",
        "role",
        "family",
        "rank",
        "verified",
        "sources",
        "comment",
        "extends",
        "own_names",
        "common_word",
    }
)
"""Fields that are not rules. ``vendor``, ``verified`` and ``comment`` are for readers of the file alone."""

_FOR_READERS: Final = ("display", "role")
"""Texts that are checked and not kept."""


def parse_entry(table: dict[str, Any], shared_sources: Mapping[str, str]) -> Agent:
    """Return the agent of one table. ``shared_sources``: the file's own ``[sources]``, which every rule may name.

    Raises KeyError for a missing name or kind, ValueError or TypeError for a wrong field.
    """
    unknown = set(table) - _PLAIN_FIELDS - _RULE_FIELDS.keys()
    if unknown:
        raise ValueError(f"unknown field '{min(unknown)}'")
    if table["kind"] not in {"agent", "bot"} and (table["kind"], table["name"]) != (HUMAN, HUMAN):
        raise ValueError("kind must be 'agent' or 'bot'")
    if not isinstance(table["name"], str) or not _NAME.match(table["name"]):
        raise ValueError("a name is lower-case letters, digits, dots, + and -")
    sources = {*shared_sources, *table.get("sources", {})}
    fields = {field: parse(table[key], sources) for key, (field, parse) in _RULE_FIELDS.items() if key in table}
    rank = table.get("rank", 500)
    if type(rank) is not int:
        raise ValueError("rank must be a whole number")
    for key in _FOR_READERS:
        checked_text(table.get(key, ""))
    return Agent(
        name=table["name"],
        kind=table["kind"],
        family=checked_text(table.get("family", table["name"])),
        rank=rank,
        extends=table.get("extends", False) is True,
        own_names=table.get("own_names", False) is True,
        common_word=table.get("common_word", False) is True,
        **fields,
    )


def compile_expressions(agent: Agent) -> None:
    """Compile every expression of an entry, as a check. Raises what ``re.compile`` raises for a wrong one."""
    texts: list[str | None] = [*agent.models]
    texts += [rule.pattern for rules in (agent.authors, agent.names, agent.lines, agent.branches) for rule in rules]
    texts += [rule.value for rule in agent.trailers]
    texts += [rule.name for rule in agent.addresses]
    texts += [rule.beside for rule in agent.names]
    for text in texts:
        if text:
            re.compile(text, re.IGNORECASE)


def _texts(rows: Any, _: set[str]) -> tuple[str, ...]:
    if not isinstance(rows, list):
        raise TypeError("it must be a list of texts")
    return tuple(checked_text(row) for row in rows)


def _variable_names(rows: Any, sources: set[str]) -> tuple[str, ...]:
    return tuple(checked_variable_name(name) for name in _texts(rows, sources))


def _committer_only(value: Any, _: set[str]) -> bool:
    if value != "human":
        raise ValueError("committer_only can only be 'human'")
    return True


_RULE_FIELDS: Final[Mapping[str, tuple[str, Callable[[Any, set[str]], Any]]]] = {
    "aliases": ("aliases", _texts),
    "wraps": ("wraps", _texts),
    "variables": ("variables", parse_list(catalogue_rules.parse_variable)),
    "combinations": ("combinations", parse_list(catalogue_rules.parse_combination)),
    "sessions": ("sessions", _variable_names),
    "versions": ("version_variables", _variable_names),
    "model_variables": ("model_variables", _variable_names),
    "processes": ("processes", parse_list(catalogue_rules.parse_process)),
    "addresses": ("addresses", parse_list(catalogue_rules.parse_address)),
    "authors": ("authors", parse_list(catalogue_rules.parse_author)),
    "names": ("names", parse_list(catalogue_rules.parse_name)),
    "trailers": ("trailers", parse_list(catalogue_rules.parse_trailer)),
    "lines": ("lines", parse_list(catalogue_rules.parse_line)),
    "branches": ("branches", parse_list(catalogue_rules.parse_branch)),
    "models": ("models", _texts),
    "model_vendors": ("model_vendors", _texts),
    "instructions": ("instructions", _texts),
    "committer_only": ("committer_only_human", _committer_only),
}
"""The fields of an entry that recognise an agent: the name of each in ``Agent``, and its parser."""
