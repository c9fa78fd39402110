"""Evidence of what an agent's host tells of a commit that one of its tools made. Pure.

A host is the program in which an agent works; it calls us before and after each tool (docs/hosts.md). Its words come
from outside: what is kept of them has the form of a name, a session id, a version or a model, and nothing else.
"""

from collections.abc import Sequence
from typing import Final

from tracker.attribution.capture_policy import is_id, is_secret, is_version
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import agent_evidence
from tracker.attribution.model_names import model_name
from tracker.lazy_regex import LazyRegex
from tracker.model import Evidence

OUTPUT: Final = "output"
"""The name of the evidence of a commit whose name git printed in the output of the tool, and the word that says so."""
_TOOL: Final = "tool"
"""The name of the evidence of a commit that came while a tool ran."""
_MODEL: Final = LazyRegex(r"[A-Za-z0-9][\w.:/@+()\[\]-]{0,79}\Z")
"""The form of a model's id: one word, not longer than ids are."""
_ADDRESS: Final = LazyRegex(r"@[\w-]+\.[A-Za-z]")
"""A part of an e-mail address; providers write dates behind an @."""


def evidence_of_host(words: Sequence[str], catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence of a host's words (``HOST_EVENT``): agent, session, model, version; empty ones are unknown.

    Words of another form are left out. Nothing is returned for an agent that the catalogue does not have.
    """
    name, session, model, version, source = (*words, "", "", "", "", "")[:5]
    agent = catalogue.by_name.get(name)
    if agent is None:
        return []
    name = OUTPUT if source == OUTPUT else _TOOL
    named = agent_evidence(
        "host", name, "", agent, "high", order=agent.rank, model=told_model(model), version=told_version(version)
    )
    if not told_session(session):
        return [named]
    variable = agent.sessions[0] if agent.sessions else "session"
    return [named, Evidence("session", variable, session, agent.name, "agent", None, "low")]


def told_session(text: str) -> str:
    """Return a session id, empty for what has not the form of one."""
    return text if is_id(text) and "@" not in text else ""


def told_version(text: str) -> str | None:
    """Return a version, None for what has not the form of one."""
    return text if is_version(text) else None


def told_model(text: str) -> str | None:
    """Return a model's name, None for what has not the form of one."""
    is_plain = _MODEL.match(text) is not None and _ADDRESS.search(text) is None and not is_secret(text)
    return model_name(text) if is_plain else None
