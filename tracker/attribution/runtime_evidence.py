"""What the moment of a commit says of who made it: variables, the nearest agent's process, the branch, a terminal.

Pure. What a hook may keep of all that is decided in ``moment``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.capture_policy import (
    LISTED_NAME,
    LONGEST_OWN,
    NOBODY,
    OPEN_NAME,
    OWN_AGENT,
    OWN_MODEL,
    YES,
    kept,
)
from tracker.attribution.catalogue import Agent, Catalogue, VariableRule
from tracker.attribution.model_names import model_name
from tracker.model import HUMAN, UNKNOWN_AGENT, Confidence, Evidence, Kind

_NAME_TAIL: Final = re.compile(r"[_@-]v?(\d+(?:[.-]\d+)+)")
_SAID: Final = frozenset({"correction", "withdrawal", "user", "config", "record"})
"""Signals that are somebody's word, or another tool's: no catalogue makes anything else of them."""

_DEFAULT_BRANCHES: Final = frozenset({"main", "master"})
"""What says nothing of anybody, also to a catalogue that knows better."""


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
        if nearest and nearest.confidence != "high" and _is_command(nearest, catalogue):
            # A path in the command line of a program that a person may have started.
            found = [one._replace(agent=None, confidence="low") if one.signal == "process" else one for one in found]
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
    read = {one.name for one in found}
    # What this catalogue does not know stays as it is, for one that does.
    unread = [
        Evidence("environment", name, held[name], None, "agent", None, "low") for name in held if name not in read
    ]
    if process and process not in read:
        unread.append(Evidence("process", process, "", None, "agent", None, "low"))
    return [
        *said,
        *unread,
        *(one._replace(model=models.get((one.name, one.value))) if one.signal == "session" else one for one in found),
    ]


def _is_command(evidence: Evidence, catalogue: Catalogue) -> bool:
    found = catalogue.process(evidence.name)
    return found is not None and found[1].how != "name"


def names_an_agent(evidence: Iterable[Evidence]) -> bool:
    """Whether the surroundings of an event said who worked there; a bare terminal or branch does not."""
    return any(one.agent for one in evidence if one.signal in {"user", "environment", "process"})


def evidence_from_config(agent: str | None, model: str | None, catalogue: Catalogue) -> list[Evidence]:
    """What the repository's own configuration says of who works in it."""
    if agent is None and model is None:
        return []
    kind: Kind = "agent"
    name: str | None = None
    if agent:
        name, kind = named_by_user(agent, catalogue)
    told = model_name(model) if model and kind == "agent" else None
    return [Evidence("config", "agent-tracker.agent", agent or "", name, kind, told, "medium")]


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
        value = "" if value.lower() in NOBODY else value
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
