"""Find evidence in the circumstances of a commit: variables, the nearest agent's process, the branch, a terminal.

Pure. ``capture_policy`` decides what a hook may store of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.capture_policy import captured_variables
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import agent_evidence, stored_value
from tracker.attribution.user_evidence import evidence_from_own_variables
from tracker.attribution.variable_evidence import evidence_from_variables, family_of
from tracker.model import HUMAN, Evidence

_DEFAULT_BRANCHES: Final = frozenset({"main", "master"})
"""Branches that identify no agent, even if a catalogue has a rule for them."""


def evidence_from_circumstances(
    environment: Mapping[str, str],
    catalogue: Catalogue,
    *,
    terminal: bool,
    process: str | None = None,
    branch: str | None = None,
) -> list[Evidence]:
    """Return the evidence of the circumstances of a commit.

    ``process``: the pattern of the rule that the nearest agent's process matched. ``terminal``: the hook's output was a
    terminal. All descendants inherit an agent's variables, so they count for less in a terminal, which a person may
    have opened from the agent. A terminal without any agent is evidence of a person.
    """
    variables = dict(captured_variables(environment, catalogue))
    named = evidence_from_variables(variables, catalogue, terminal=terminal)
    nearest = _from_process(process, variables, named, catalogue) if process else None
    families = {family_of(one, catalogue) for one in named if one.confidence == "high" and one.agent}
    if len(families) > 1 and (nearest is None or nearest.confidence != "high"):
        named = [_at_most_medium(one) for one in named]
    found = [*evidence_from_own_variables(variables, catalogue), *named, *([nearest] if nearest else [])]
    if terminal:
        found = _in_terminal(found, nearest, catalogue)
    if branch and branch not in _DEFAULT_BRANCHES:
        found.append(_from_branch(branch, catalogue))
    found += _sessions(variables, found, catalogue)
    found += _unused(variables, found)
    if terminal:
        person = None if has_agent_at_work(found) else HUMAN
        found.append(Evidence("terminal", "stderr", "", person, "human", None, "high" if person else "low"))
    return found


def has_agent_at_work(evidence: Iterable[Evidence]) -> bool:
    """Return True if the user, a variable or a process names an agent; a terminal or a branch alone does not count."""
    return any(one.agent for one in evidence if one.signal in {"user", "environment", "process"})


def _at_most_medium(one: Evidence) -> Evidence:
    is_sure = one.signal in {"environment", "process"} and one.confidence == "high"
    return one._replace(confidence="medium") if is_sure else one


def _in_terminal(found: Iterable[Evidence], nearest: Evidence | None, catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence with less confidence, as a person may be at the terminal."""
    found = [_at_most_medium(one) for one in found]
    if nearest and nearest.confidence != "high" and _matched_command_line(nearest, catalogue):
        # The command line holds a path: a person may have started that program.
        return [one._replace(agent=None, confidence="low") if one.signal == "process" else one for one in found]
    return found


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


def _from_branch(name: str, catalogue: Catalogue) -> Evidence:
    found = catalogue.agent_by_branch(name)
    if found is None:
        return Evidence("branch", "HEAD", stored_value(name), None, "human", None, "low")
    agent, rule = found
    return Evidence(
        "branch", "HEAD", stored_value(name), agent.name, agent.kind, None, rule.confidence, order=agent.rank
    )


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
