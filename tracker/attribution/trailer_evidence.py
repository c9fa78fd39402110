"""Find evidence in the trailers of a commit message, such as ``Co-authored-by`` and ``Assisted-by``.

Pure. Trailers are untrusted: every expression has bounded repetitions, so that none takes long.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tracker.attribution.catalogue import LONGEST_NAME, Catalogue
from tracker.attribution.evidence_values import agent_evidence, matched_evidence, model_in_display_name, stored_value
from tracker.attribution.model_names import model_name
from tracker.lazy_regex import LazyRegex
from tracker.model import UNKNOWN_AGENT, Evidence

_IDENTITY_KEYS: Final = frozenset(
    {
        "co-authored-by", "co-developed-by", "assisted-by", "generated-by", "authored-by", "ai-assistant",
        "ai-assisted-by", "ai-generated-by", "coding-agent", "committed-by-agent", "entire-agent",
        "claude-generated-by",
    }
)  # fmt: skip
"""Trailers whose value is a person, an agent or a model."""
_AGENT_KEYS: Final = frozenset({"coding-agent", "committed-by-agent", "entire-agent", "ai-assistant"})
"""Trailers whose value may be the name of a program."""
_AGENT_AND_MODEL_KEYS: Final = frozenset(
    {"assisted-by", "generated-by", "co-developed-by", "ai-assistant", "co-authored-by"}
)
_MODEL_INSTEAD_KEYS: Final = frozenset({"assisted-by", "generated-by", "co-developed-by"})
"""Trailers whose value may be a model alone."""
_MODEL_KEYS: Final = frozenset({"model", "ai-model", "assistant-model"})

_TRAILER: Final = LazyRegex(r"[ \t]{0,3}([A-Za-z][A-Za-z0-9_ -]{0,40}?)[ \t]*:[ \t]*(\S.*)")
_REPEATED: Final = LazyRegex(r"(.)\1{2,}")
"""A letter too many in a misspelt key, such as Asssisted-by."""
_ADDRESS: Final = LazyRegex(r"([^<>]*)<[ \t]*([^<>@\s][^<>]{0,200})>[ \t]*(?:\([^()]*\)[ \t]*)?\Z")
_BARE_ADDRESS: Final = LazyRegex(r"(\S.{0,200}?)[ \t]+([^\s<>@]{1,64}@[^\s<>@]{1,190})[ \t]*\Z")
_AGENT_AND_MODEL: Final = LazyRegex(
    r"([A-Za-z][\w.+ -]{0,60}?):[ \t]*\[?([^\s\[\]<#][^\[\]<#]{0,120}?)\]?"
    r"((?:[ \t]+\[[^\]]{0,60}\]){0,9}|)[ \t]*(?:#.*)?\Z"
)
"""``AGENT:MODEL [TOOL] …`` (Linux, Documentation/process/coding-assistants.rst)."""
_TOOLS: Final = LazyRegex(
    r"(?:[ \t]+(?:coccinelle|sparse|smatch|clang-tidy|cppcheck|coverity|checkpatch(?:\.pl)?|syzkaller)\b)+[ \t]*\Z"
)
_BRACKETED: Final = LazyRegex(r"\[([^\]]{1,60})\]")
_VIA: Final = LazyRegex(r"(?:(.{0,120}?)[ \t]*\(?)?\bvia[ \t]+([A-Za-z][\w+-]{1,40})\)?", re.IGNORECASE)
_MODEL_ONLY: Final = LazyRegex(
    r"((?:anthropic:?[ \t]*)?(?:aws )?(?:claude[ -])?(?:opus|sonnet|haiku|fable)[ \w.-]{0,60}|"
    r"claude[ -][\d.]+[ \w.-]{0,60}|"
    r"gpt[- ][\w. -]{0,60}|o[134](?:-[a-z]+)?|gemini[ -][\w. -]{0,60}|kimi[- ]k[\w. -]{0,60}|glm[- ][\w. -]{0,60}|"
    r"(?:qwen|deepseek|grok|minimax|mistral|devstral)[\w. -]{0,60})"
    r"(?:[ \t]*\([^)]{0,80}\))?(?:[ \t]*<[^>]{0,200}>)?[ \t]*\Z",
    re.IGNORECASE,
)
"""A model in the place of an agent."""


class Trailer(NamedTuple):
    """A trailer that some rule reads: its key in lower case, its value, and the number of its line, from 1."""

    key: str
    value: str
    order: int


def parse_trailer(line: str, order: int, catalogue: Catalogue) -> Trailer | None:
    """Return the trailer of a line; None when the line is no trailer or no rule reads its key.

    A key with a letter repeated by mistake is corrected.
    """
    match = _TRAILER.match(line) if ":" in line else None
    if match is None:
        return None
    for key in (match[1].lower(), _REPEATED.sub(r"\1\1", match[1].lower())):
        if key in _IDENTITY_KEYS or key in _MODEL_KEYS or key in catalogue.trailers:
            return Trailer(key, match[2].strip()[:LONGEST_NAME], order)
    return None


def evidence_from_trailer(trailer: Trailer, time: int, catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the evidence of one trailer. ``time``: the author's, in seconds since the epoch.

    The catalogue's rules for the key go first. The value is read as an identity when no agent's rule matched.
    """
    key, value, order = trailer
    has_match = False
    for agent, rule in catalogue.trailers.get(key, ()):
        match = re.match(rule.value, value, re.IGNORECASE)
        if match:
            has_match = has_match or agent.name != UNKNOWN_AGENT
            found = matched_evidence(key, f"{key}: {value}", agent, match, rule.confidence, order)
            yield found._replace(signal="assist", confidence="medium") if agent.kind == "bot" else found
    if key in _MODEL_KEYS:
        model = model_name(value)
        if model:
            yield Evidence("model", key, stored_value(value), None, "agent", model, "low", order=order)
    if key in _IDENTITY_KEYS and not has_match:
        identity = _from_identity(trailer, time, catalogue)
        if identity is not None:
            yield identity


def _from_identity(trailer: Trailer, time: int, catalogue: Catalogue) -> Evidence | None:
    """Read the value as an address, an agent with its model, a listed name, or a model; the first that fits."""
    addressed = _ADDRESS.match(trailer.value) or _BARE_ADDRESS.match(trailer.value)
    if addressed:
        found = _from_address(trailer, addressed[1].strip(), addressed[2].strip(), time, catalogue)
        if found is not None:
            return found
    return (
        _from_pair(trailer, catalogue)
        or _from_via(trailer, catalogue)
        or (None if addressed else _from_bare_name(trailer, catalogue))
        or _from_model(trailer)
    )


def _from_address(trailer: Trailer, name: str, email: str, time: int, catalogue: Catalogue) -> Evidence | None:
    """Read a name with an address. A bot as co-author means that a person accepted its suggestion."""
    identity = catalogue.identify(name, email, "trailer")
    if identity is None:
        return None
    agent, text = identity.agent, f"{name} <{email}>"
    if agent.kind == "bot":
        return agent_evidence("assist", trailer.key, text, agent, "medium", order=trailer.order)
    confidence = identity.confidence(time)
    signal = "prose" if confidence == "low" else "co-author"
    model = model_in_display_name(agent, name)
    return agent_evidence(signal, trailer.key, text, agent, confidence, model=model, order=trailer.order)


def _from_pair(trailer: Trailer, catalogue: Catalogue) -> Evidence | None:
    """Read ``AGENT:MODEL [TOOL] …``. An agent among the tools is the program that ran the first one's model."""
    if trailer.key not in _AGENT_AND_MODEL_KEYS:
        return None
    pair = _AGENT_AND_MODEL.match(_TOOLS.sub("", trailer.value))
    agent = catalogue.agent_by_alias(pair[1]) if pair else None
    if pair is None or agent is None or agent.kind == "bot":
        return None
    tools = (catalogue.agent_by_alias(tool) for tool in _BRACKETED.findall(pair[3]))
    harness = next((tool for tool in tools if tool is not None and tool.kind == "agent"), agent)
    model = model_name(pair[2])
    return agent_evidence("trailer", trailer.key, trailer.value, harness, "high", model=model, order=trailer.order)


def _from_via(trailer: Trailer, catalogue: Catalogue) -> Evidence | None:
    """Read ``MODEL via AGENT``."""
    match = _VIA.match(trailer.value)
    agent = catalogue.agent_by_alias(match[2]) if match else None
    if match is None or agent is None or agent.kind == "bot":
        return None
    model = model_name(match[1] or "")
    return agent_evidence("trailer", trailer.key, trailer.value, agent, "high", model=model, order=trailer.order)


def _from_bare_name(trailer: Trailer, catalogue: Catalogue) -> Evidence | None:
    """Read a name without an address: a program's, or one that the catalogue lists in ``names``."""
    key, value, order = trailer
    if key in _AGENT_KEYS:
        agent = catalogue.agent_by_alias(value)
        if agent is not None and agent.kind == "agent":
            return agent_evidence("trailer", key, value, agent, "high", order=order)
    lower = value.lower()
    for agent in catalogue:
        for rule in agent.names:
            if rule.contains in lower and re.fullmatch(rule.pattern, value, re.IGNORECASE):
                signal = "assist" if agent.kind == "bot" else "co-author"
                model = model_in_display_name(agent, value)
                return agent_evidence(signal, key, value, agent, rule.confidence, model=model, order=order)
    return None


def _from_model(trailer: Trailer) -> Evidence | None:
    """Read a model in the place of an agent: the agent is unknown."""
    match = _MODEL_ONLY.match(trailer.value) if trailer.key in _MODEL_INSTEAD_KEYS else None
    model = model_name(match[1]) if match else None
    if model is None:
        return None
    value = stored_value(trailer.value)
    return Evidence("model", trailer.key, value, UNKNOWN_AGENT, "agent", model, "medium", order=trailer.order)
