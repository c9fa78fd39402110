"""What may be kept of the moment of a commit: which variables, and how much of their values; which processes.

Pure. Decided here and nowhere else: the shell stub is generated from the same rules (``hookshell``).
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, NamedTuple

from tracker.attribution.catalogue import Catalogue

OWN_AGENT: Final = "AGENT_TRACKER_AGENT"
OWN_MODEL: Final = "AGENT_TRACKER_MODEL"
OWN_SESSION: Final = "AGENT_TRACKER_SESSION"
OPEN_NAME: Final = "AI_AGENT"
"""A variable whose value names the agent, known or not (agents.md 3)."""
LISTED_NAME: Final = "AGENT"
"""The same where the value is known; a bare word, which unrelated scripts use as well."""

YES: Final = ("1", "true", "yes")
NO: Final = frozenset({"", "0", "false", "no"})
"""Values, in lower case, of a variable that counts as unset."""

NEUTRAL_SESSIONS: Final = ("AGENT_SESSION_ID", "AGENT_THREAD_ID")

LONGEST_OWN: Final = 200
LONGEST_ID: Final = 128
VERSION: Final = "[0-9]*.[0-9]*"
"""What a version looks like, as a shell pattern."""
SHORTEST_ID: Final = 8
"""Characters of an id; it has a digit as well. A word that somebody chose is none, and may be anything."""
SECRETS: Final = ("sk-*", "gh[opsur]_*", "github_pat_*", "glpat-*", "xox?-*", "AKIA*", "ASIA*", "eyJ*", "AIza*", "hf_*")
"""How tokens begin, as shell patterns: a value that looks like one is not kept, whatever variable it stands in."""

ID_CHARACTERS: Final = "A-Za-z0-9_.@-"
"""What names and session ids are made of, as a bracket expression. No part of an address or a path."""
NOBODY: Final = frozenset({"none", "human", "user", "null", "undefined", "off"})
"""Values, in lower case, of a variable that should name an agent, and says that there is none."""

_WORD: Final = re.compile(rf"[{ID_CHARACTERS}]{{1,{LONGEST_ID}}}\Z", re.ASCII)

INTERPRETERS: Final = ("node", "bun", "deno", "MainThread", "python", "python3", "python3.*", "ruby")
"""What a program in a scripting language is shown as; its command line names it."""

LOOKED_AT: Final = (*INTERPRETERS, "[0-9]*", "codex-*", "Cursor*")
"""Processes whose command line is looked at: what interpreters run, and programs that are called by their version. Of
any other it says what somebody typed, not who runs."""
LONGEST_COMMAND: Final = 4096
"""Bytes of a command line that are looked at."""


class Keeping(NamedTuple):
    """What may be kept of the variables, by name. Everything else in an environment stays unread.

    ``flags``: that they are set. ``literals``: these values and no others, ``parts``: these parts of values. ``names``:
    values that are a name. ``versions`` and ``ids``: values that are one. ``texts``: what the user says on purpose.
    """

    flags: tuple[str, ...]
    literals: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]
    versions: tuple[str, ...]
    ids: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def variables(self) -> frozenset[str]:
        """All that are looked at."""
        whole = {*self.names, *self.versions, *self.ids, *self.texts}
        return frozenset({*self.flags, *self.literals, *self.parts, *whole})


@cache
def keeping(catalogue: Catalogue) -> Keeping:
    """What a catalogue needs to see of an environment."""
    ids, names, versions = {OWN_SESSION, *NEUTRAL_SESSIONS}, {OPEN_NAME}, set[str]()
    literals: dict[str, set[str]] = {LISTED_NAME: {*YES, *catalogue.aliases}}
    parts: dict[str, set[str]] = {}
    flags: set[str] = set()
    for agent in catalogue:
        ids.update(agent.sessions)
        versions.update(agent.version_variables)
        rules = [*agent.variables, *(rule for combination in agent.combinations for rule in combination.variables)]
        for rule in rules:
            if rule.equals is not None:
                literals.setdefault(rule.name, set()).add(rule.equals)
            elif rule.contains is not None:
                parts.setdefault(rule.name, set()).add(rule.contains)
            else:
                flags.add(rule.name)
    whole = ids | names | versions
    return Keeping(
        flags=tuple(sorted(flags - whole)),
        literals={name: tuple(sorted(values)) for name, values in sorted(literals.items()) if name not in whole},
        parts={name: tuple(sorted(values)) for name, values in sorted(parts.items()) if name not in whole},
        names=tuple(sorted(names)),
        versions=tuple(sorted(versions - ids)),
        ids=tuple(sorted(ids)),
        texts=(OWN_AGENT, OWN_MODEL),
    )


def kept(environment: Mapping[str, str], catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """What may be kept of an environment, sorted. Applied to its own result it changes nothing."""
    rules = keeping(catalogue)
    found = {name: _kept_value(name, environment[name], rules) for name in rules.variables if name in environment}
    return tuple(sorted((name, value) for name, value in found.items() if value is not None))


def _kept_value(name: str, value: str, rules: Keeping) -> str | None:
    line = value.split("\n", 1)[0]
    if line.lower() in NO:
        return None
    secret = any(fnmatchcase(line, pattern) for pattern in SECRETS)
    if name in rules.texts:
        return None if secret else line[:LONGEST_OWN]
    forms = (
        (rules.names, True),
        (rules.versions, fnmatchcase(line, VERSION)),
        (rules.ids, len(line) >= SHORTEST_ID and fnmatchcase(line, "*[0-9]*")),
    )
    for names, has_form in forms:
        if name in names:
            return line if has_form and _WORD.match(line) and not secret else "1"
    for literal in rules.literals.get(name, ()):
        if line == literal:
            return line
    for part in rules.parts.get(name, ()):
        if part in line:
            return part
    return "1" if name in rules.flags else None


# -- processes ---------------------------------------------------------------------------------------------------


def process_rule(name: str, command: str, catalogue: Catalogue) -> str | None:
    """The rule that a process matches, by its pattern, or None.

    ``name`` is what the system calls it (at most 15 bytes on Linux), ``command`` its command line without what
    separates the words.
    """
    rules = [rule for agent in catalogue for rule in agent.processes]
    named = [rule.pattern for rule in rules if rule.how == "name"]
    for pattern in named:
        if name == pattern[:15]:
            return pattern
    if not any(fnmatchcase(name, pattern) for pattern in LOOKED_AT):
        return None
    for rule in rules:
        if rule.how == "command" and fnmatchcase(command, rule.pattern):
            return rule.pattern
    if any(fnmatchcase(name, pattern) for pattern in INTERPRETERS):
        for pattern in named:
            if fnmatchcase(command, f"*/bin/{pattern}") or fnmatchcase(command, f"*/bin/{pattern}-*"):
                return pattern
    return None
