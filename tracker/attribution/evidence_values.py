"""Build evidence that names an agent of the catalogue, in the form in which records keep it. Pure."""

import re
from typing import Final

from tracker.attribution.capture_policy import LONGEST_OWN
from tracker.attribution.catalogue import LONGEST_NAME
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.model_names import model_name
from tracker.model import UNKNOWN_AGENT, Confidence, Evidence
from tracker.text import printable

REPORT: Final = "shared"
"""The name of the record that another person's machine shared of a commit."""


def is_report(evidence: Evidence) -> bool:
    """Return True for what another person's machine said of a commit: it counts for no work of this user."""
    return evidence.signal == "record" and evidence.name == REPORT


def stored_value(text: str) -> str:
    """Return a text as evidence keeps it: one line of at most 200 printable characters."""
    return printable(text[:LONGEST_OWN], "").strip()


def agent_evidence(
    signal: str, name: str, value: str, agent: Agent, confidence: Confidence, *,
    model: str | None = None, order: int = 0, version: str | None = None,
) -> Evidence:  # fmt: skip
    """Return evidence of a signal that names an agent; the arguments are the fields of ``Evidence``."""
    return Evidence(
        signal, name, stored_value(value), agent.name, agent.kind, model, confidence,
        order=order, version=version, vendors=agent.model_vendors,
    )  # fmt: skip


def matched_evidence(
    name: str, text: str, agent: Agent, match: re.Match[str], confidence: Confidence, order: int
) -> Evidence:
    """Return the evidence of a rule's match in a commit message, with the model and version that its groups hold.

    A rule of low confidence matches prose. A rule of ``unknown-agent`` matches a model alone.
    """
    groups = match.groupdict()
    signal = "prose" if confidence == "low" else "trailer"
    signal = "model" if agent.name == UNKNOWN_AGENT else signal
    model = model_name(groups.get("model") or "")
    return agent_evidence(
        signal, name, text, agent, confidence, model=model, order=order, version=groups.get("version")
    )


def model_in_display_name(agent: Agent, name: str) -> str | None:
    """Return the model in an agent's display name, such as ``Claude Opus 4.6 (1M context)``; None without one."""
    for pattern in agent.models:
        for text in (name, model_name(name) or ""):
            match = re.search(pattern, text[:LONGEST_NAME], re.IGNORECASE)
            if match:
                return model_name(match["model"])
    return None
