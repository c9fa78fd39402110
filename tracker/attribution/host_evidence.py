"""Evidence of what an agent's host tells of a commit that one of its tools made. Pure.

A host is the program in which an agent works; it calls us before and after each tool (docs/hosts.md). Its words come
from outside: what is kept of them has the form of a name, a session id, a version or a model, and nothing else.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from tracker.attribution.capture_policy import is_id, is_secret, is_version
from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import agent_evidence
from tracker.attribution.model_names import model_name
from tracker.lazy_regex import LazyRegex
from tracker.model import Confidence, Evidence

Source = Literal["output", "hidden", "tool"]
"""Sources of what a host knows of a commit, the surest first.

Git printed its name in the output of the tool. It came while the tool ran, and this host's commits are the only ones
here that no hook of git sees. It came while the tool ran."""
_SOURCES: Final[tuple[Source, ...]] = ("output", "hidden", "tool")
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
    known = source_named(source)
    confidence: Confidence = "medium" if known == "hidden" else "high"
    named = agent_evidence(
        "host", known, "", agent, confidence, order=agent.rank, model=told_model(model) or None,
        version=told_version(version) or None,
    )  # fmt: skip
    if not told_session(session):
        return [named]
    variable = agent.sessions[0] if agent.sessions else "session"
    return [named, Evidence("session", variable, session, agent.name, "agent", None, "low")]


def source_named(text: str) -> Source:
    """Return a source with this name; the least sure one for another name."""
    return next((one for one in _SOURCES if one == text), "tool")


def source_of(evidence: Iterable[Evidence]) -> Source | None:
    """Return how a host knew of the commit that this is the evidence of; None if it is no host's."""
    return next((source_named(one.name) for one in evidence if one.signal == "host"), None)


def told_session(text: str) -> str:
    """Return a session id, empty for what has not the form of one."""
    return text if is_id(text) and "@" not in text else ""


def told_version(text: str) -> str:
    """Return a version, empty for what has not the form of one."""
    return text if is_version(text) else ""


def told_model(text: str) -> str:
    """Return a model's name, empty for what has not the form of one."""
    is_plain = _MODEL.match(text) is not None and _ADDRESS.search(text) is None and not is_secret(text)
    return (model_name(text) or "") if is_plain else ""
