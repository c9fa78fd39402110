"""Values for the placeholders of the hook templates: the capture policy and the guard's evidence as shell text.

Pure. ``tracker.attribution.capture_policy`` holds the same rules in Python; tests compare the two.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from tracker.attribution import Catalogue, capture_rules
from tracker.attribution.capture_policy import (
    AGENT_NAME_VARIABLE,
    COMMAND_LINE_READ,
    ID_CHARACTERS,
    INTERPRETERS,
    KNOWN_AGENT_VARIABLE,
    LONGEST_COMMAND,
    LONGEST_ID,
    LONGEST_OWN,
    OWN_AGENT,
    OWN_MODEL,
    SECRETS,
    SHORTEST_ID,
    VERSION,
    CaptureRules,
)
from tracker.attribution.catalogue_types import Combination, VariableRule
from tracker.hooks.guard_rules import REFUSED

_LONGEST_NAME: Final = 15
"""Bytes of a process's name that Linux keeps (``TASK_COMM_LEN`` less the NUL, proc_pid_comm(5))."""

_NO: Final = "'' | 0 | [Ff][Aa][Ll][Ss][Ee] | [Nn][Oo]"
"""Values that count as not set, as alternatives of a shell pattern."""

SECRET_FORMS: Final = " | ".join(SECRETS)
"""Beginnings of secrets, as alternatives of a shell pattern."""

_PLAIN: Final = re.compile(r"(\[[^\]]+\]|[*?]|[A-Za-z0-9_./@-]+)")
"""Parts of a shell pattern that need no quotes: wildcards and plain characters."""


@cache
def values(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the placeholders that depend on the catalogue or the capture policy, with the text for each."""
    return {
        **_capture(capture_rules(catalogue)),
        **_processes(catalogue),
        **_evidence(catalogue, capture_rules(catalogue)),
    }


def _capture(rules: CaptureRules) -> dict[str, str]:
    """Return the placeholders for what an event may keep of the environment."""
    listed = {*rules.literals, *rules.parts}
    return {
        "@FLAGS@": _set_names(name for name in rules.flags if name not in listed),
        "@NAMES@": _set_names(rules.names),
        "@VERSIONS@": _set_names(rules.versions),
        "@VERSION_FORM@": VERSION,
        "@IDS@": _set_names(rules.ids),
        "@TEXTS@": _set_names(rules.texts),
        "@ID_CHARACTERS@": ID_CHARACTERS,
        "@SECRETS@": SECRET_FORMS,
        "@LONGEST_ID@": str(LONGEST_ID),
        "@SHORTEST_ID@": str(SHORTEST_ID),
        "@LONGEST_OWN@": str(LONGEST_OWN),
        "@LITERALS@": "\n".join(_listed_values(name, rules) for name in sorted(listed)),
    }


def _processes(catalogue: Catalogue) -> dict[str, str]:
    """Return the placeholders for finding the nearest agent among the ancestors of the hook's process."""
    rules = [rule for agent in catalogue for rule in agent.processes]
    names = [*dict.fromkeys(rule.pattern for rule in rules if rule.match_by == "name")]
    return {
        "@WITH_COMMAND_LINE@": " | ".join(COMMAND_LINE_READ),
        "@LONGEST_COMMAND@": str(LONGEST_COMMAND),
        "@INTERPRETERS@": " | ".join(INTERPRETERS),
        "@PROCESS_NAMES@": " | ".join(shlex.quote(name) for name in names if len(name) <= _LONGEST_NAME) or "''",
        "@LONG_NAMES@": _clauses(2, {name[:_LONGEST_NAME]: name for name in names if len(name) > _LONGEST_NAME}),
        "@PROCESS_COMMANDS@": _clauses(
            3, {_quoted(rule.pattern): rule.pattern for rule in rules if rule.match_by == "command"}
        ),
        "@PROCESS_SCRIPTS@": " ".join(map(shlex.quote, names)),
        "@PROCESS_FILES@": "\n".join(
            f"\t[ ! -e {shlex.quote(rule.pattern)} ] || process={shlex.quote(rule.pattern)}"
            for rule in rules
            if rule.match_by == "file"
        ),
    }


def _evidence(catalogue: Catalogue, rules: CaptureRules) -> dict[str, str]:
    """Return the placeholders for the evidence on which the guard's hook asks the program.

    Only what can name an agent, since most commits are a person's: variables that name one whatever their value, then
    values of variables, then combinations of variables, which are no evidence in a terminal.
    """
    naming = [rule for agent in catalogue for rule in agent.variables if rule.confidence != "low"]
    plain = {AGENT_NAME_VARIABLE, OWN_AGENT, OWN_MODEL, *(rule.name for rule in naming if _pattern(rule) == "?*")}
    patterns: dict[str, dict[str, None]] = {
        KNOWN_AGENT_VARIABLE: dict.fromkeys(map(shlex.quote, rules.literals[KNOWN_AGENT_VARIABLE]))
    }
    for rule in naming:
        if rule.name not in plain:
            patterns.setdefault(rule.name, {})[_pattern(rule)] = None
    combinations = [combination for agent in catalogue for combination in agent.combinations]
    return {
        "@AGENT_VARIABLES@": _set_names(sorted(plain)),
        "@AGENT_VALUES@": "\n".join(
            f"\tcase ${{{name}-}} in {' | '.join(found)}) evidence=1 ;; esac"
            for name, found in sorted(patterns.items())
        ),
        "@AGENT_COMBINATIONS@": "\n".join(map(_combination, combinations)),
        "@REFUSED@": str(REFUSED),
    }


def _pattern(rule: VariableRule) -> str:
    """Return the values of a variable that satisfy a rule, as a shell pattern."""
    if rule.equals is not None:
        return shlex.quote(rule.equals)
    return "?*" if rule.contains is None else f"*{shlex.quote(rule.contains)}*"


def _combination(combination: Combination) -> str:
    """Return a line that sets ``evidence`` if all variables of a combination have their values."""
    words = ":".join(f"${{{rule.name}-}}" for rule in combination.variables)
    return f"\t\tcase {words} in {':'.join(map(_pattern, combination.variables))}) evidence=1 ;; esac"


def _set_names(names: Iterable[str]) -> str:
    """Return shell text that expands to the names of those variables that are set, each followed by a blank.

    A loop over all names would cost each commit 0.06 ms.
    """
    return "".join(f"${{{name}:+{name} }}" for name in names)


def _listed_values(name: str, rules: CaptureRules) -> str:
    """Return a line that prints a variable's value if it is, or contains, one of those listed."""
    clauses: list[str] = []
    literals, parts = rules.literals.get(name, ()), rules.parts.get(name, ())
    if literals:
        alternatives = " | ".join(map(shlex.quote, literals))
        clauses.append(f"{alternatives}) printf 'env.%s=%s\\n' {name} \"${name}\" ;;")
    clauses += [f"*{shlex.quote(part)}*) printf '%s\\n' {shlex.quote(f'env.{name}={part}')} ;;" for part in parts]
    if name in rules.flags:
        clauses += [f"{_NO}) ;;", f"*) echo env.{name}=1 ;;"]
    return f"\tcase ${{{name}-}} in {' '.join(clauses)} esac"


def _clauses(depth: int, processes: Mapping[str, str]) -> str:
    """Return one clause of a ``case`` for each pattern, which sets ``process``, in the catalogue's order."""
    indent = "\t" * depth
    return "\n".join(f"{indent}{pattern}) process={shlex.quote(process)} ;;" for pattern, process in processes.items())


def _quoted(pattern: str) -> str:
    """Return a shell pattern as ``case`` takes it: everything except its wildcards is quoted."""
    parts = _PLAIN.split(pattern)
    return "".join(part if place % 2 else shlex.quote(part) for place, part in enumerate(parts) if part)
