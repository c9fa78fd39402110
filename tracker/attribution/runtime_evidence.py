"""Find evidence in the circumstances of a commit: variables, the nearest agent's process, the branch, a terminal.

Pure. ``capture_policy`` decides what a hook may store of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.capture_policy import captured_variables
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.catalogue_types import Agent, BranchRule
from tracker.attribution.evidence_values import agent_evidence, stored_value
from tracker.attribution.user_evidence import evidence_from_own_variables
from tracker.attribution.variable_evidence import evidence_from_variables, family_of
from tracker.model import HUMAN, Evidence

_DEFAULT_BRANCHES: Final = frozenset({"main", "master"})
"""Branches that identify no agent, even if a catalogue has a rule for them."""
NAMELESS: Final = frozenset({"opencode", "gemini-cli"})
"""Agents that name their session to no shell: worktree and time lead to it."""
ALONE: Final = "no agent among the processes above"
"""The value of the evidence of a terminal where all processes were looked at."""


def evidence_from_circumstances(
    environment: Mapping[str, str],
    catalogue: Catalogue,
    *,
    terminal: bool,
    process: str | None = None,
    branch: str | None = None,
    alone: bool = False,
) -> list[Evidence]:
    """Return the evidence of the circumstances of a commit.

    ``process``: the pattern of the rule that the nearest agent's process matched. ``terminal``: the hook's output was a
    terminal. ``alone``: it was, and all processes above were looked at and none is an agent's.

    All descendants inherit an agent's variables, and a person may have opened a terminal from the agent. So in a
    terminal they count as without one only for the agent whose process is the nearest; an agent that would show by its
    process, and does not, is not at work. Without knowledge of processes its variables count for less. A terminal
    without any agent is evidence of a person.
    """
    variables = dict(captured_variables(environment, catalogue))
    named = evidence_from_variables(variables, catalogue, terminal=terminal)
    nearest = _from_process(process, variables, named, catalogue) if process else None
    families = {family_of(one, catalogue) for one in named if one.confidence == "high" and one.agent}
    if len(families) > 1 and (nearest is None or nearest.confidence != "high"):
        named = [_at_most_medium(one) for one in named]
    found = [*evidence_from_own_variables(variables, catalogue), *named, *([nearest] if nearest else [])]
    if terminal:
        found = [
            one._replace(agent=None, confidence="low") if alone and _shows(one, catalogue) else one for one in found
        ]
        found = _in_terminal(found, nearest, catalogue)
    if branch and branch not in _DEFAULT_BRANCHES:
        found.append(evidence_of_branch(branch, catalogue))
    found += _sessions(variables, found, catalogue)
    found += _unused(variables, found)
    if terminal:
        person = None if has_agent_at_work(found) else HUMAN
        value = ALONE if alone else ""
        found.append(Evidence("terminal", "stderr", value, person, "human", None, "high" if person else "low"))
    return found


def _shows(one: Evidence, catalogue: Catalogue) -> bool:
    """Return True for the variable of an agent whose process would show if it ran this."""
    agent = catalogue.by_name.get(one.agent or "")
    return (
        one.signal == "environment" and agent is not None and any(rule.match_by != "file" for rule in agent.processes)
    )


def has_agent_at_work(evidence: Iterable[Evidence]) -> bool:
    """Return True if the user, a variable, a process or a host names an agent; a terminal or branch does not count."""
    return any(one.agent for one in evidence if one.signal in {"user", "environment", "process", "host"})


def _at_most_medium(one: Evidence) -> Evidence:
    is_sure = one.signal in {"environment", "process"} and one.confidence == "high"
    return one._replace(confidence="medium") if is_sure else one


def _in_terminal(found: Iterable[Evidence], nearest: Evidence | None, catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence with less confidence, as a person may be at the terminal.

    Not that of the agent whose process is the nearest, if a variable of it is set too: it opened the terminal.
    """
    pieces = [*found]
    at_work = family_of(nearest, catalogue) if nearest and nearest.agent else None
    is_marked = any(
        one.signal == "environment" and one.agent and family_of(one, catalogue) == at_work for one in pieces
    )
    if at_work and is_marked:
        return [one if family_of(one, catalogue) == at_work else _at_most_medium(one) for one in pieces]
    pieces = [_at_most_medium(one) for one in pieces]
    if nearest and nearest.confidence != "high" and _matched_command_line(nearest, catalogue):
        # The command line holds a path: a person may have started that program.
        return [one._replace(agent=None, confidence="low") if one.signal == "process" else one for one in pieces]
    return pieces


def _matched_command_line(evidence: Evidence, catalogue: Catalogue) -> bool:
    found = catalogue.agent_by_process(evidence.name)
    return found is not None and found[1].match_by != "name"


def _from_process(
    pattern: str, variables: Mapping[str, str], named: Sequence[Evidence], catalogue: Catalogue
) -> Evidence | None:
    """Return the evidence of the nearest agent's process, given the evidence of variables (``named``).

    The process decides between several agents that variables name. It also wins over a variable that may be inherited
    when its own agent sets none. A process whose name is a common word needs other evidence of its agent.
    """
    found = catalogue.agent_by_process(pattern)
    if found is None:
        return None
    agent, rule = found
    agents = {one.agent for one in named}
    evidence = agent_evidence("process", pattern, "", agent, "medium", order=agent.rank)
    unnamed = evidence._replace(agent=None, confidence="low")
    hints = {rule.name for rule in agent.variables} | set(agent.sessions)
    if rule.confidence == "low" and agent.name not in agents and hints.isdisjoint(variables):
        return unnamed
    relatives = {one.name for one in catalogue if one.family == agent.family}
    if agents and agents <= relatives:
        return evidence if agent.name in agents else unnamed
    if agent.name in agents or (agents and not agent.sets_variables):
        return evidence._replace(confidence="high")
    return unnamed if agents else evidence


def agent_of_branch(name: str, catalogue: Catalogue) -> tuple[Agent, BranchRule] | None:
    """Return the agent that a branch's name stands for, with the rule; None for a default branch."""
    return None if name in _DEFAULT_BRANCHES else catalogue.agent_by_branch(name)


def evidence_of_branch(name: str, catalogue: Catalogue, source: str = "HEAD") -> Evidence:
    """Return the evidence of the branch that a commit was made on; it names nobody if no agent's rule matches.

    ``source``: how the branch is known.
    """
    value = stored_value(name)
    found = agent_of_branch(name, catalogue)
    if found is None:
        return Evidence("branch", source, value, None, "human", None, "low")
    agent, rule = found
    return Evidence("branch", source, value, agent.name, agent.kind, None, rule.confidence, order=agent.rank)


def _sessions(variables: Mapping[str, str], found: Sequence[Evidence], catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the sessions of the agents that were found, by which ``agent_session_logs`` looks up the model.

    The captured value 1 hides an id.
    """
    agents = dict.fromkeys(one.agent for one in found if one.agent and one.signal in {"environment", "process"})
    for name in agents:
        agent = catalogue.by_name.get(name)
        for variable in agent.sessions if agent else ():
            if variables.get(variable, "1") != "1":
                yield Evidence("session", variable, variables[variable], name, "agent", None, "low")


def _unused(variables: Mapping[str, str], found: Iterable[Evidence]) -> Iterator[Evidence]:
    """Yield the captured variables that name no agent, so that a later catalogue can still evaluate them."""
    used = {one.name for one in found}
    for name, value in variables.items():
        if name not in used:
            yield Evidence("environment", name, stored_value(value), None, "agent", None, "low")
