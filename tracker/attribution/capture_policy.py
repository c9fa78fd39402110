"""Allow-list of what a hook may store about the environment and processes of a commit.

Pure. ``tracker.hooks.template`` generates the hook script (``hooks/event``) from the same rules; tests compare the two.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, NamedTuple

from tracker.attribution.catalogue import Catalogue
from tracker.lazy_regex import LazyRegex

OWN_AGENT: Final = "AGENT_TRACKER_AGENT"
OWN_MODEL: Final = "AGENT_TRACKER_MODEL"
OWN_SESSION: Final = "AGENT_TRACKER_SESSION"
AGENT_NAME_VARIABLE: Final = "AI_AGENT"
"""A variable whose value is an agent's name, in the catalogue or not (agents.md 3)."""
KNOWN_AGENT_VARIABLE: Final = "AGENT"
"""A variable whose value counts only when the catalogue has it, because unrelated scripts use this name too."""

YES: Final = ("1", "true", "yes")
NO: Final = frozenset({"", "0", "false", "no"})
"""Values, in lower case, of a variable that counts as unset."""

NEUTRAL_SESSIONS: Final = ("AGENT_SESSION_ID", "AGENT_THREAD_ID")
"""Variables with a session id that several agents set."""

LONGEST_OWN: Final = 200
"""Characters stored of a value that the user states."""
LONGEST_ID: Final = 128
"""Characters of the longest name, version or session id that is stored."""
VERSION: Final = "[0-9]*.[0-9]*"
"""A version, as a shell pattern."""
SHORTEST_ID: Final = 8
"""Characters of the shortest session id. It has a digit as well; any other text may be a word that a person chose."""
SECRETS: Final = ("sk-*", "gh[opsur]_*", "github_pat_*", "glpat-*", "xox?-*", "AKIA*", "ASIA*", "eyJ*", "AIza*", "hf_*")
"""Beginnings of access tokens, as shell patterns. A value that matches is not stored, whatever its variable."""

ID_CHARACTERS: Final = "A-Za-z0-9_.@-"
"""Characters of names and session ids, as a bracket expression. None of them separates parts of an address or path."""
NOBODY: Final = frozenset({"none", "human", "user", "null", "undefined", "off"})
"""Values, in lower case, by which ``AI_AGENT`` or ``AGENT`` states that there is no agent."""

_ID: Final = LazyRegex(rf"[{ID_CHARACTERS}]{{1,{LONGEST_ID}}}\Z", re.ASCII)

INTERPRETERS: Final = ("node", "bun", "deno", "MainThread", "python", "python3", "python3.*", "ruby")
"""Process names of programs in scripting languages; the command line has the program's own name."""

COMMAND_LINE_READ: Final = (*INTERPRETERS, "[0-9]*", "codex-*", "Cursor*")
"""Names of processes whose command line is read: interpreters, and programs that are named after their version. The
command line of any other process holds what a person typed, and does not identify the program."""
_SCRIPTS: Final = (("*/bin", ""), ("*/bin", "-*"), ("*/.bin", ""), ("*/.bin", "-*"))
"""The places of a program's script in the command line of its interpreter; npm puts links into .bin."""
LONGEST_COMMAND: Final = 4096
"""Bytes read of a command line."""


class CaptureRules(NamedTuple):
    """The variables that a hook may read, by what it may store of them. It reads no others.

    ``flags``: only that they are set. ``literals``: one of the listed values. ``parts``: one of the listed parts of a
    value. ``names``, ``versions`` and ``ids``: the whole value if it has the form of one. ``texts``: the whole value,
    which the user states on purpose.
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
        """The names of all variables that may be read."""
        whole = {*self.names, *self.versions, *self.ids, *self.texts}
        return frozenset({*self.flags, *self.literals, *self.parts, *whole})


@cache
def capture_rules(catalogue: Catalogue) -> CaptureRules:
    """Return what the rules of a catalogue need to know of the environment."""
    ids, names, versions = {OWN_SESSION, *NEUTRAL_SESSIONS}, {AGENT_NAME_VARIABLE}, set[str]()
    literals: dict[str, set[str]] = {KNOWN_AGENT_VARIABLE: {*YES, *catalogue.aliases}}
    parts: dict[str, set[str]] = {}
    flags: set[str] = set()
    for agent in catalogue:
        ids.update(agent.sessions)
        versions.update(agent.version_variables)
        names.update(agent.model_variables)
        rules = [*agent.variables, *(rule for combination in agent.combinations for rule in combination.variables)]
        for rule in rules:
            if rule.equals is not None:
                literals.setdefault(rule.name, set()).add(rule.equals)
            elif rule.contains is not None:
                parts.setdefault(rule.name, set()).add(rule.contains)
            else:
                flags.add(rule.name)
    whole = ids | names | versions
    return CaptureRules(
        flags=tuple(sorted(flags - whole)),
        literals={name: tuple(sorted(values)) for name, values in sorted(literals.items()) if name not in whole},
        parts={name: tuple(sorted(values)) for name, values in sorted(parts.items()) if name not in whole},
        names=tuple(sorted(names)),
        versions=tuple(sorted(versions - ids)),
        ids=tuple(sorted(ids)),
        texts=(OWN_AGENT, OWN_MODEL),
    )


def captured_variables(environment: Mapping[str, str], catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return the names and values that may be stored of an environment, sorted by name. Idempotent."""
    rules = capture_rules(catalogue)
    found = {name: _kept_value(name, environment[name], rules) for name in rules.variables if name in environment}
    return tuple(sorted((name, value) for name, value in found.items() if value is not None))


def has_marks(environment: Mapping[str, str], catalogue: Catalogue) -> bool:
    """Return True if a variable is set that agents set for the commands they run, whatever its value."""
    rules = capture_rules(catalogue)
    return any(environment.get(name) for name in (*rules.flags, *rules.names, *rules.ids))


def _kept_value(name: str, value: str, rules: CaptureRules) -> str | None:
    """Return what may be stored of a variable's first line; None when that is nothing."""
    line = value.split("\n", 1)[0]
    if line.lower() in NO:
        return None
    secret = is_secret(line)
    if name in rules.texts:
        return None if secret else line[:LONGEST_OWN]
    forms = ((rules.names, is_word), (rules.versions, is_version), (rules.ids, is_id))
    for names, has_form in forms:
        if name in names:
            return line if has_form(line) else "1"
    for literal in rules.literals.get(name, ()):
        if line == literal:
            return line
    for part in rules.parts.get(name, ()):
        if part in line:
            return part
    return "1" if name in rules.flags else None


def is_id(text: str) -> bool:
    """Return True if a text may be stored as a session id."""
    return len(text) >= SHORTEST_ID and fnmatchcase(text, "*[0-9]*") and is_word(text)


def is_version(text: str) -> bool:
    """Return True if a text may be stored as a program's version."""
    return fnmatchcase(text, VERSION) and is_word(text)


def is_word(text: str) -> bool:
    """Return True if a text is one plain word, and does not look like a secret."""
    return _ID.match(text) is not None and not is_secret(text)


def is_secret(text: str) -> bool:
    """Return True if a text begins as access tokens do."""
    return any(fnmatchcase(text, pattern) for pattern in SECRETS)


# -- processes ---------------------------------------------------------------------------------------------------


def process_rule(name: str, command: str, catalogue: Catalogue) -> str | None:
    """Return the pattern of the process rule that a process matches; None when none does.

    ``name``: the system's name of the process, at most 15 bytes on Linux (proc(5), comm). ``command``: its command line
    without the null bytes between arguments.
    """
    rules = [rule for agent in catalogue for rule in agent.processes]
    named = [rule.pattern for rule in rules if rule.match_by == "name"]
    for pattern in named:
        if name == pattern[:15]:
            return pattern
    if not any(fnmatchcase(name, pattern) for pattern in COMMAND_LINE_READ):
        return None
    for rule in rules:
        if rule.match_by == "command" and fnmatchcase(command, rule.pattern):
            return rule.pattern
    if any(fnmatchcase(name, pattern) for pattern in INTERPRETERS):
        for pattern in named:
            if any(fnmatchcase(command, f"{place}/{pattern}{end}") for place, end in _SCRIPTS):
                return pattern
    return None
