"""Find evidence in the environment variables that agents set for the commands they run. Pure.

``variables`` is always the captured part of an environment, by name (``capture_policy.kept``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tracker.attribution.capture_policy import AGENT_NAME_VARIABLE, KNOWN_AGENT_VARIABLE, NOBODY, YES
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.catalogue_types import Agent, VariableRule
from tracker.attribution.evidence_values import agent_evidence, stored_value
from tracker.attribution.model_names import model_name
from tracker.lazy_regex import LazyRegex
from tracker.model import UNKNOWN_AGENT, Confidence, Evidence

_VERSION_BEHIND_NAME: Final = LazyRegex(r"[_@-]v?(\d+(?:[.-]\d+)+)")
_LAST_NAMED: Final = 999
"""Order of an agent that a variable names and the catalogue does not know."""
_LAST: Final = 1000
"""Order of an agent without a name."""


def evidence_from_variables(variables: Mapping[str, str], catalogue: Catalogue, *, terminal: bool) -> list[Evidence]:
    """Return the evidence of agents' variables: AI_AGENT and AGENT, then each agent's own in order of rank.

    The order is that of the attribution study (agents.md 2.1). An agent that another one wraps is left out.
    ``terminal``: combinations are skipped, because a person's environment may hold all variables of one.
    """
    own = [one for agent in catalogue for one in _from_variables(agent, variables)]
    if not terminal:
        own += [one for agent in catalogue for one in _from_combinations(agent, variables)]
    wrapped = {name for one in own for name in catalogue.by_name[one.agent or ""].wraps}
    own = [one for one in own if one.agent not in wrapped]
    found = [*_from_naming_variables(variables, own, catalogue), *own]
    return found or _from_yes(variables)


def family_of(evidence: Evidence, catalogue: Catalogue) -> str:
    """Return the family of the agent that evidence names; its name when the catalogue does not know it."""
    agent = catalogue.by_name.get(evidence.agent or "")
    return agent.family if agent else evidence.agent or ""


def _from_variables(agent: Agent, variables: Mapping[str, str]) -> Iterator[Evidence]:
    for rule in agent.variables:
        if rule.confidence != "low" and _matches(rule, variables):
            yield _named(agent, rule.name, variables[rule.name], rule.confidence, agent.rank, variables)


def _from_combinations(agent: Agent, variables: Mapping[str, str]) -> Iterator[Evidence]:
    for combination in agent.combinations:
        if all(_matches(rule, variables) for rule in combination.variables):
            name = "+".join(rule.name for rule in combination.variables)
            yield _named(agent, name, "", combination.confidence, agent.rank, variables)


def _matches(rule: VariableRule, variables: Mapping[str, str]) -> bool:
    value = variables.get(rule.name)
    if value is None:
        return False
    if rule.equals is not None:
        return value == rule.equals
    return rule.contains is None or rule.contains in value


def _named(
    agent: Agent, name: str, value: str, confidence: Confidence, order: int, variables: Mapping[str, str]
) -> Evidence:
    """Return evidence with the version and the model in the agent's own variables."""
    version, model = _first_value(agent.version_variables, variables), _first_value(agent.model_variables, variables)
    return agent_evidence(
        "environment", name, value, agent, confidence, order=order, version=version,
        model=model_name(model) if model else None,
    )  # fmt: skip


def _first_value(names: Sequence[str], variables: Mapping[str, str]) -> str | None:
    """Return the value of the first of some variables that is kept; the captured value 1 hides one."""
    return next((value for name in names if (value := variables.get(name, "1")) != "1"), None)


def _from_naming_variables(
    variables: Mapping[str, str], own: Sequence[Evidence], catalogue: Catalogue
) -> Iterator[Evidence]:
    """Yield the evidence of AI_AGENT and AGENT, whose value is the agent's name.

    A more specific member of the same family that a variable of its own names (``own``) ranks higher.
    """
    for order, variable in enumerate((AGENT_NAME_VARIABLE, KNOWN_AGENT_VARIABLE)):
        value = variables.get(variable, "")
        value = "" if value.lower() in NOBODY else value
        agent = catalogue.agent_by_alias(value) if value else None
        if agent is not None:
            relatives = [one for one in own if family_of(one, catalogue) == agent.family and one.order < agent.rank]
            found = _named(agent, variable, value, "high", agent.rank if relatives else order, variables)
            tail = _VERSION_BEHIND_NAME.search(value)
            yield found._replace(version=tail[1].replace("-", ".")) if tail else found
        elif value and variable == AGENT_NAME_VARIABLE:
            confidence: Confidence = "medium" if own else "high"
            yield Evidence(
                "environment",
                variable,
                stored_value(value),
                UNKNOWN_AGENT,
                "agent",
                None,
                confidence,
                order=_LAST_NAMED,
            )


def _from_yes(variables: Mapping[str, str]) -> list[Evidence]:
    """Return the evidence of ``AGENT=1``: an agent that nothing names."""
    value = variables.get(KNOWN_AGENT_VARIABLE, "")
    if value.lower() not in YES:
        return []
    return [Evidence("environment", KNOWN_AGENT_VARIABLE, value, UNKNOWN_AGENT, "agent", None, "medium", order=_LAST)]
