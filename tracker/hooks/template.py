"""What the catalogue lets the native hook look at, as pieces of its shell script (hooks/event).

Pure. ``attribution.moment`` says the same in Python; tests hold the two together.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from tracker.attribution import Catalogue, keeping
from tracker.attribution.capture_policy import (
    ID_CHARACTERS,
    INTERPRETERS,
    LISTED_NAME,
    LONGEST_COMMAND,
    LONGEST_ID,
    LONGEST_OWN,
    LOOKED_AT,
    OPEN_NAME,
    OWN_AGENT,
    OWN_MODEL,
    SECRETS,
    SHORTEST_ID,
    VERSION,
    Keeping,
)
from tracker.attribution.catalogue_types import Combination, ProcessRule, VariableRule
from tracker.hooks.guard_rules import REFUSED

_NO: Final = "'' | 0 | [Ff][Aa][Ll][Ss][Ee] | [Nn][Oo]"
_PLAIN: Final = re.compile(r"(\[[^\]]+\]|[*?]|[A-Za-z0-9_./@-]+)")
"""What stands in a shell pattern as it is; the rest is quoted."""


def pieces(catalogue: Catalogue) -> dict[str, str]:
    """The text for each of the stub's placeholders."""
    rules = keeping(catalogue)
    listed = {*rules.literals, *rules.parts}
    processes = [rule for agent in catalogue for rule in agent.processes]
    named = [rule for rule in processes if rule.how == "name"]
    return {
        "@FLAGS@": _set(name for name in rules.flags if name not in listed),
        "@NAMES@": _set(rules.names),
        "@VERSIONS@": _set(rules.versions),
        "@VERSION_FORM@": VERSION,
        "@IDS@": _set(rules.ids),
        "@TEXTS@": _set(rules.texts),
        "@ID_CHARACTERS@": ID_CHARACTERS,
        "@SECRETS@": " | ".join(SECRETS),
        "@LONGEST_ID@": str(LONGEST_ID),
        "@SHORTEST_ID@": str(SHORTEST_ID),
        "@LONGEST_OWN@": str(LONGEST_OWN),
        "@LITERALS@": "\n".join(_listed(name, rules) for name in sorted(listed)),
        "@LOOKED_AT@": " | ".join(LOOKED_AT),
        "@LONGEST_COMMAND@": str(LONGEST_COMMAND),
        "@INTERPRETERS@": " | ".join(INTERPRETERS),
        "@PROCESS_NAMES@": _clauses(2, named, lambda rule: shlex.quote(rule.pattern[:15])),
        "@PROCESS_COMMANDS@": _clauses(
            3, (rule for rule in processes if rule.how == "command"), lambda rule: _quoted(rule.pattern)
        ),
        "@PROCESS_SCRIPTS@": _clauses(
            5, named, lambda rule: f"*/bin/{_quoted(rule.pattern)} | */bin/{_quoted(rule.pattern)}-*"
        ),
        "@PROCESS_FILES@": "\n".join(
            f"\t[ ! -e {shlex.quote(rule.pattern)} ] || process={shlex.quote(rule.pattern)}"
            for rule in processes
            if rule.how == "file"
        ),
        **_signs(catalogue, rules),
        "@REFUSED@": str(REFUSED),
    }


def _signs(catalogue: Catalogue, rules: Keeping) -> dict[str, str]:
    """What the guard's stub looks for before it asks: what can name an agent, and no more, since most is a person's.

    The variables that name one by themselves, then values, then combinations, which say nothing in a terminal.
    """
    naming = [rule for agent in catalogue for rule in agent.variables if rule.confidence != "low"]
    plain = {OPEN_NAME, OWN_AGENT, OWN_MODEL, *(rule.name for rule in naming if _pattern(rule) == "?*")}
    values: dict[str, dict[str, None]] = {LISTED_NAME: dict.fromkeys(map(shlex.quote, rules.literals[LISTED_NAME]))}
    for rule in naming:
        if rule.name not in plain:
            values.setdefault(rule.name, {})[_pattern(rule)] = None
    combinations = [combination for agent in catalogue for combination in agent.combinations]
    return {
        "@SIGNS@": _set(sorted(plain)),
        "@SIGN_VALUES@": "\n".join(
            f"\tcase ${{{name}-}} in {' | '.join(patterns)}) signs=1 ;; esac"
            for name, patterns in sorted(values.items())
        ),
        "@SIGN_COMBINATIONS@": "\n".join(map(_together, combinations)),
    }


def _pattern(rule: VariableRule) -> str:
    """The values that a rule about a variable asks for, as a shell pattern."""
    if rule.equals is not None:
        return shlex.quote(rule.equals)
    return "?*" if rule.contains is None else f"*{shlex.quote(rule.contains)}*"


def _together(combination: Combination) -> str:
    words = ":".join(f"${{{rule.name}-}}" for rule in combination.variables)
    return f"\t\tcase {words} in {':'.join(map(_pattern, combination.variables))}) signs=1 ;; esac"


def _set(names: Iterable[str]) -> str:
    """Expands to the names of those that are set: a loop over all of them would cost each commit 0.06 ms."""
    return "".join(f"${{{name}:+{name} }}" for name in names)


def _listed(name: str, rules: Keeping) -> str:
    """A line that keeps a variable's value where it is one of a few."""
    clauses: list[str] = []
    literals, parts = rules.literals.get(name, ()), rules.parts.get(name, ())
    if literals:
        values = " | ".join(map(shlex.quote, literals))
        clauses.append(f"{values}) printf 'env.%s=%s\\n' {name} \"${name}\" ;;")
    clauses += [f"*{shlex.quote(part)}*) printf '%s\\n' {shlex.quote(f'env.{name}={part}')} ;;" for part in parts]
    if name in rules.flags:
        clauses += [f"{_NO}) ;;", f"*) echo env.{name}=1 ;;"]
    return f"\tcase ${{{name}-}} in {' '.join(clauses)} esac"


def _clauses(depth: int, rules: Iterable[ProcessRule], pattern: Callable[[ProcessRule], str]) -> str:
    """A clause of a ``case`` for each rule, in the order of the catalogue; each pattern once."""
    told: Mapping[str, ProcessRule] = {rule.pattern: rule for rule in rules}
    indent = "\t" * depth
    return "\n".join(f"{indent}{pattern(rule)}) process={shlex.quote(rule.pattern)} ;;" for rule in told.values())


def _quoted(pattern: str) -> str:
    """A shell pattern as a ``case`` takes it: all but its wildcards is quoted."""
    parts = _PLAIN.split(pattern)
    return "".join(part if place % 2 else shlex.quote(part) for place, part in enumerate(parts) if part)
