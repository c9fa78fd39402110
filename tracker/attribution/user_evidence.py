"""Find evidence in what the user states: AGENT_TRACKER_AGENT and AGENT_TRACKER_MODEL, and git's configuration. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tracker.attribution.capture_policy import OWN_AGENT, OWN_MODEL
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import stored_value
from tracker.attribution.model_names import model_name
from tracker.model import HUMAN, Evidence, Kind

_LONGEST_AGENT: Final = 64
"""Characters of an agent's name (as in a catalogue file)."""


def evidence_from_own_variables(variables: Mapping[str, str], catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the evidence of the captured variables with which the user names the agent or its model."""
    name = variables.get(OWN_AGENT, "").strip()
    model = model_name(variables.get(OWN_MODEL, ""))
    if name:
        agent, kind = resolve_agent_name(name, catalogue)
        yield Evidence("user", OWN_AGENT, stored_value(name), agent, kind, model, "high")
    elif model:
        yield Evidence("user", OWN_MODEL, model, None, "agent", model, "high")


def evidence_from_config(agent: str | None, model: str | None, catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence of the options ``agent-tracker.agent`` and ``agent-tracker.model`` of a repository."""
    if agent is None and model is None:
        return []
    kind: Kind = "agent"
    name: str | None = None
    if agent:
        name, kind = resolve_agent_name(agent, catalogue)
    stated = model_name(model) if model and kind == "agent" else None
    return [Evidence("config", "agent-tracker.agent", agent or "", name, kind, stated, "medium")]


_PEOPLE: Final = frozenset({HUMAN, "person", "unmarked", "person-or-unmarked", "human-or-unmarked"})
"""The words of screens for whoever is no agent; none can be the name of one."""


def resolve_agent_name(text: str, catalogue: Catalogue) -> tuple[str, Kind]:
    """Return the name and kind of the agent that a user's text means.

    The text may be a name or alias of the catalogue, ``human``, or a name of the user's own choice, which is an agent.
    """
    found = catalogue.agent_by_alias(text)
    if found is not None:
        return found.name, found.kind
    slug = re.sub(r"[\s_]+", "-", stored_value(text).lower())[:_LONGEST_AGENT]
    return (HUMAN, "human") if slug in _PEOPLE else (slug, "agent")
