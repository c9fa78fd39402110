"""What the moment of a commit says of who made it: variables, the nearest agent's process, the branch, a terminal.

Pure. What a hook may keep of all that is decided here and nowhere else (``kept``); the shell stub is generated from the
same rules (``hookfiles``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, NamedTuple

from tracker.attribution.models import model_name
from tracker.attribution.rules import Agent, Catalogue, VariableRule
from tracker.model import HUMAN, UNKNOWN_AGENT, Confidence, Evidence, Kind

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

ID_CHARACTERS: Final = "A-Za-z0-9_.:@/-"
"""What names and session ids are made of, as a bracket expression."""

_WORD: Final = re.compile(rf"[{ID_CHARACTERS}]{{1,{LONGEST_ID}}}\Z", re.ASCII)
_NAME_TAIL: Final = re.compile(r"[_@-]v?(\d+(?:[.-]\d+)+)")

_SAID: Final = frozenset({"correction", "withdrawal", "user", "config", "record"})
"""Signals that are somebody's word, or another tool's: no catalogue makes anything else of them."""

_DEFAULT_BRANCHES: Final = frozenset({"main", "master"})
"""What says nothing of anybody, also to a catalogue that knows better."""

INTERPRETERS: Final = ("node", "bun", "deno", "MainThread", "python", "python3", "python3.*", "ruby")
"""What a program in a scripting language is shown as; its command line names it."""

NEVER_AGENTS: Final = ("sh", "bash", "dash", "zsh", "fish", "git", "ssh*", "tmux*", "login", "su", "sudo", "systemd*")
"""Processes whose command line is not looked at: a word in it says what was typed, not who runs."""


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
    if any(fnmatchcase(name, pattern) for pattern in NEVER_AGENTS):
        return None
    for rule in rules:
        if rule.how == "command" and fnmatchcase(command, rule.pattern):
            return rule.pattern
    if any(fnmatchcase(name, pattern) for pattern in INTERPRETERS):
        for pattern in named:
            if fnmatchcase(command, f"*/bin/{pattern}") or fnmatchcase(command, f"*/bin/{pattern}-*"):
                return pattern
    return None


# -- evidence ----------------------------------------------------------------------------------------------------


def evidence_from_moment(
    environment: Mapping[str, str],
    catalogue: Catalogue,
    *,
    terminal: bool,
    process: str | None = None,
    branch: str | None = None,
) -> list[Evidence]:
    """What the surroundings of a commit say.

    ``process``: the pattern of the rule that the nearest agent's process matched. An agent's variable reaches every
    descendant for ever, so one that is seen together with a person's terminal is believed less. Without any agent a
    terminal speaks for a person.
    """
    held = dict(kept(environment, catalogue))
    marks = _marks(held, catalogue, terminal=terminal)
    nearest = _from_process(process, held, marks, catalogue) if process else None
    families = {_family(one, catalogue) for one in marks if one.confidence == "high" and one.agent}
    if nearest is None or nearest.confidence != "high":
        marks = [_doubted(one) for one in marks] if len(families) > 1 else marks
    found = [*_from_own_variables(held, catalogue), *marks, *([nearest] if nearest else [])]
    if terminal:
        found = [_doubted(one) for one in found]
    if branch and branch not in _DEFAULT_BRANCHES:
        found.append(_from_branch(branch, catalogue))
    found += _sessions(held, found, catalogue)
    found += _leftovers(held, found)
    if terminal:
        person = None if names_an_agent(found) else HUMAN
        found.append(Evidence("terminal", "stderr", "", person, "human", None, "high" if person else "low"))
    return found


def evidence_read_again(old: Iterable[Evidence], catalogue: Catalogue) -> list[Evidence]:
    """What a commit's own evidence of its moment says by another catalogue. What people and tools said stays.

    Evidence that the commit itself holds is not in the result: that is read from it anew.
    """
    held: dict[str, str] = {}
    models: dict[tuple[str, str], str] = {}
    said: list[Evidence] = []
    process: str | None = None
    branch: str | None = None
    terminal = False
    for one in old:
        if one.inherited:
            continue
        if one.signal in _SAID:
            said.append(one)
        elif one.signal == "process":
            process = one.name
        elif one.signal == "branch":
            branch = one.value
        elif one.signal == "terminal":
            terminal = True
        elif one.signal in {"environment", "session"} and "+" not in one.name:
            held[one.name] = one.value
            if one.model:
                models[one.name, one.value] = one.model
    found = evidence_from_moment(held, catalogue, terminal=terminal, process=process, branch=branch)
    return [
        *said,
        *(one._replace(model=models.get((one.name, one.value))) if one.signal == "session" else one for one in found),
    ]


def names_an_agent(evidence: Iterable[Evidence]) -> bool:
    """Whether the surroundings of an event said who worked there; a bare terminal or branch does not."""
    return any(one.agent for one in evidence if one.signal in {"user", "environment", "process"})


def evidence_from_config(agent: str | None, model: str | None) -> list[Evidence]:
    """What the repository's own configuration says of who works in it."""
    if agent is None and model is None:
        return []
    kind: Kind = "human" if agent == HUMAN else "agent"
    return [Evidence("config", "agent-tracker.agent", agent or "", agent, kind, model, "medium")]


def _family(one: Evidence, catalogue: Catalogue) -> str:
    agent = catalogue.by_name.get(one.agent or "")
    return agent.family if agent else one.agent or ""


def _doubted(one: Evidence) -> Evidence:
    believed = one.signal in {"environment", "process"} and one.confidence == "high"
    return one._replace(confidence="medium") if believed else one


def _from_own_variables(held: Mapping[str, str], catalogue: Catalogue) -> Iterator[Evidence]:
    name = held.get(OWN_AGENT, "").strip()
    model = model_name(held.get(OWN_MODEL, ""))
    if name:
        agent, kind = named_by_user(name, catalogue)
        yield Evidence("user", OWN_AGENT, shown(name), agent, kind, model, "high")
    elif model:
        yield Evidence("user", OWN_MODEL, model, None, "agent", model, "high")


def named_by_user(text: str, catalogue: Catalogue) -> tuple[str, Kind]:
    """The agent that the user means: one of the catalogue by any of its names, or a name of the user's own."""
    found = catalogue.named(text)
    if found is not None:
        return found.name, found.kind
    slug = re.sub(r"[\s_]+", "-", shown(text).lower())[:64]
    return (HUMAN, "human") if slug == HUMAN else (slug, "agent")


def _marks(held: Mapping[str, str], catalogue: Catalogue, *, terminal: bool) -> list[Evidence]:
    """What agents' own variables say, those first that are asked first (agents.md 2.1)."""
    marks = [one for agent in catalogue for one in _from_variables(agent, held)]
    if not terminal:  # each variable of a combination is a person's too, and in a terminal all of them may be
        marks += [one for agent in catalogue for one in _from_combinations(agent, held)]
    wrapped = {name for one in marks for name in catalogue.by_name[one.agent or ""].wraps}
    marks = [one for one in marks if one.agent not in wrapped]
    found = [*_from_naming_variables(held, marks, catalogue), *marks]
    return found or _from_yes(held)


def _from_variables(agent: Agent, held: Mapping[str, str]) -> Iterator[Evidence]:
    for rule in agent.variables:
        if rule.confidence != "low" and _matches(rule, held):
            yield _mark(agent, rule.name, held[rule.name], rule.confidence, agent.rank, held)


def _from_combinations(agent: Agent, held: Mapping[str, str]) -> Iterator[Evidence]:
    for combination in agent.combinations:
        if all(_matches(rule, held) for rule in combination.variables):
            name = "+".join(rule.name for rule in combination.variables)
            yield _mark(agent, name, "", combination.confidence, agent.rank, held)


def _matches(rule: VariableRule, held: Mapping[str, str]) -> bool:
    value = held.get(rule.name)
    if value is None:
        return False
    if rule.equals is not None:
        return value == rule.equals
    return rule.contains is None or rule.contains in value


def _mark(agent: Agent, name: str, value: str, confidence: Confidence, order: int, held: Mapping[str, str]) -> Evidence:
    told = (held.get(variable, "1") for variable in agent.version_variables)
    version = next((value for value in told if value != "1"), None)
    return Evidence(
        "environment", name, shown(value), agent.name, agent.kind, None, confidence,
        order=order, version=version, vendors=agent.model_vendors,
    )  # fmt: skip


def _from_naming_variables(
    held: Mapping[str, str], marks: Sequence[Evidence], catalogue: Catalogue
) -> Iterator[Evidence]:
    """What names the agent by its value. A closer kin that says so by a variable of its own goes first."""
    for order, variable in enumerate((OPEN_NAME, LISTED_NAME)):
        value = held.get(variable, "")
        agent = catalogue.named(value) if value else None
        if agent is not None:
            kin = [one for one in marks if _family(one, catalogue) == agent.family and one.order < agent.rank]
            tail = _NAME_TAIL.search(value)
            mark = _mark(agent, variable, value, "high", agent.rank if kin else order, held)
            yield mark._replace(version=tail[1].replace("-", ".") if tail else mark.version)
        elif value and variable == OPEN_NAME:
            unknown = Evidence("environment", variable, shown(value), UNKNOWN_AGENT, "agent", None, "high", order=999)
            yield unknown._replace(confidence="medium") if marks else unknown


def _from_yes(held: Mapping[str, str]) -> list[Evidence]:
    """``AGENT=1`` says that there is an agent, where nothing says which."""
    value = held.get(LISTED_NAME, "")
    if value.lower() not in YES:
        return []
    return [Evidence("environment", LISTED_NAME, value, UNKNOWN_AGENT, "agent", None, "medium", order=1000)]


def _from_process(
    pattern: str, held: Mapping[str, str], marks: Sequence[Evidence], catalogue: Catalogue
) -> Evidence | None:
    """The nearest agent's process. It decides between several that the environment names.

    It also wins over a mark that may be inherited, where the agent leaves none itself. A process with a name that is a
    common word needs another sign.
    """
    found = catalogue.process(pattern)
    if found is None:
        return None
    agent, rule = found
    named = {one.agent for one in marks}
    hints = {rule.name for rule in agent.variables} | set(agent.sessions)
    evidence = Evidence(
        "process", pattern, "", agent.name, agent.kind, None, "medium", order=agent.rank, vendors=agent.model_vendors
    )
    if rule.confidence == "low" and agent.name not in named and hints.isdisjoint(held):
        return evidence._replace(agent=None, confidence="low")
    relatives = {one.name for one in catalogue if one.family == agent.family}
    if named and named <= relatives:
        return evidence if agent.name in named else evidence._replace(agent=None, confidence="low")
    if agent.name in named or (named and not agent.marks_environment):
        return evidence._replace(confidence="high")
    return evidence if not named else evidence._replace(agent=None, confidence="low")


def _from_branch(name: str, catalogue: Catalogue) -> Evidence:
    found = catalogue.branch(name)
    if found is None:
        return Evidence("branch", "HEAD", shown(name), None, "human", None, "low")
    agent, rule = found
    return Evidence("branch", "HEAD", shown(name), agent.name, agent.kind, None, rule.confidence, order=agent.rank)


def _leftovers(held: Mapping[str, str], found: Iterable[Evidence]) -> Iterator[Evidence]:
    """What was seen and names nobody, kept for a catalogue that knows better."""
    used = {one.name for one in found}
    for name, value in held.items():
        if name not in used:
            yield Evidence("environment", name, shown(value), None, "agent", None, "low")


def _sessions(held: Mapping[str, str], found: Sequence[Evidence], catalogue: Catalogue) -> Iterator[Evidence]:
    """Which session an agent was in: what its store of sessions is asked for (``sessions``), and nothing else."""
    named = dict.fromkeys(one.agent for one in found if one.agent and one.signal in {"environment", "process"})
    for name in named:
        agent = catalogue.by_name.get(name)
        for variable in agent.sessions if agent else ():
            if held.get(variable, "1") != "1":
                yield Evidence("session", variable, held[variable], name, "agent", None, "low")


def shown(text: str) -> str:
    """One line of printable text, cut to what a record keeps."""
    return "".join(character for character in text[:LONGEST_OWN] if character.isprintable()).strip()
