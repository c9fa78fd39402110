"""Find evidence in the trailers of a commit message, such as ``Co-authored-by`` and ``Assisted-by``.

Pure. Trailers are untrusted: every expression has bounded repetitions, so that none takes long.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.attribution.catalogue import LONGEST_NAME, Catalogue
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.evidence_values import agent_evidence, matched_evidence, model_in_display_name, stored_value
from tracker.attribution.identity_value import Named, names_nobody, read_value
from tracker.attribution.model_names import (
    CONTEXT_MARK,
    is_also_a_program,
    is_model,
    is_surely_model,
    model_name,
    vendor_of,
)
from tracker.lazy_regex import LazyRegex
from tracker.model import UNKNOWN_AGENT, Evidence

_PEOPLES_KEYS: Final = frozenset({"co-authored-by", "co-developed-by", "co-author", "authored-by"})
"""Trailers whose value is a person as often as an agent: a name alone says little there."""
_AGENTS_KEYS: Final = frozenset(
    {
        "assisted-by", "generated-by", "ai-assistant", "ai-assisted", "ai-assisted-by", "ai-generated",
        "ai-generated-by", "ai-co-authored-by", "ai-agent", "ai-tool", "ai-tools", "assisted-with", "generated-with",
        "coding-agent", "committed-by-agent", "entire-agent", "claude-generated-by", "agent-signature",
    }
)  # fmt: skip
"""Trailers whose value names an agent or a model, or says that there was none."""
_IDENTITY_KEYS: Final = _PEOPLES_KEYS | _AGENTS_KEYS
_PROGRAM_KEYS: Final = frozenset({"coding-agent", "committed-by-agent", "entire-agent", "ai-assistant"})
"""Trailers that programs write: the name of an agent alone is certain there."""
_MODEL_KEYS: Final = frozenset({"model", "ai-model", "assistant-model"})
_MOST_REMEMBERED: Final = 4096
"""Beginnings of lines that are remembered without repetitions; the messages of a history have few that are no key."""
_READ_KEYS: Final = _IDENTITY_KEYS | _MODEL_KEYS

_KEYS: Final = LazyRegex(r"^[ \t]*([a-z][a-z0-9_ -]{0,40}?)[ \t]*:", re.MULTILINE)
"""The keys of all lines that may be trailers, of indented ones too."""
_TRAILER: Final = LazyRegex(r"[ \t]{0,3}([A-Za-z][A-Za-z0-9_ -]{0,40}?)[ \t]*:[ \t]*(\S.*)")
_REPEATED: Final = LazyRegex(r"(.)\1{2,}")
"""A letter too many in a misspelt key, such as Asssisted-by."""
_ADDRESS: Final = LazyRegex(
    r"([^<>]*)<[ \t]*([^<>@\s][^<>@]{0,100}@[^<>]{1,200})>"
    r"(?:[\W_]*|[ \t]*\(.{0,200}\)[ \t.]*|[\W_]*\S{1,60}(?:[ \t]\S{1,60})?|[ \t]*[#|;,].{0,200}|"
    r".{0,100}<[^<>]*@[^<>]*>.{0,20})\Z"
)
"""A name and an address, and behind it a note, a word or two, or another address; a sentence is talk about it."""
_HAS_ADDRESS: Final = LazyRegex(r"<[^<>@]{1,100}@[^<>]{1,200}>")
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


class Trailer(NamedTuple):
    """A trailer that some rule reads: its key in lower case, its value, and the number of its line, from 1."""

    key: str
    value: str
    order: int


def may_have_trailer(message: str, catalogue: Catalogue) -> bool:
    """Return True if a line of a message in lower case begins with the key of a trailer that a rule reads."""
    return any(_known_key(key, catalogue) for key in _KEYS.findall(message))


def parse_trailer(line: str, order: int, catalogue: Catalogue) -> Trailer | None:
    """Return the trailer of a line; None when the line is no trailer or no rule reads its key.

    A key with a letter repeated by mistake is corrected.
    """
    match = _TRAILER.match(line) if ":" in line else None
    key = _known_key(match[1].lower(), catalogue) if match else None
    return Trailer(key, " ".join(match[2].split())[:LONGEST_NAME], order) if match and key else None


def _known_key(text: str, catalogue: Catalogue) -> str | None:
    """Return the key of a trailer that a rule reads, as it is or without a letter too many; None for any other."""
    if text in _READ_KEYS or text in catalogue.trailers:
        return text
    key = _without_repetitions(text)
    return key if key != text and (key in _READ_KEYS or key in catalogue.trailers) else None


@lru_cache(maxsize=_MOST_REMEMBERED)
def _without_repetitions(text: str) -> str:
    """Return a text with each letter at most twice in a row."""
    return _REPEATED.sub(r"\1\1", text)


def evidence_from_trailer(trailer: Trailer, time: int, catalogue: Catalogue, message: str = "") -> Iterator[Evidence]:
    """Yield the evidence of one trailer of a message. ``time``: the author's, in seconds since the epoch.

    The catalogue's rules for the key go first. The value is read as an identity when no agent's rule matched.
    """
    key, value, order = trailer
    if key in _IDENTITY_KEYS and names_nobody(value):
        return
    has_match = False
    for agent, rule in catalogue.trailers.get(key, ()):
        match = re.match(rule.value, value, re.IGNORECASE)
        if match:
            has_match = has_match or agent.name != UNKNOWN_AGENT
            found = matched_evidence(key, f"{key}: {value}", agent, match, rule.confidence, order)
            yield found._replace(signal="assist", confidence="medium") if agent.kind == "bot" else found
    if key in _MODEL_KEYS:
        yield from _stated_model(trailer, catalogue)
    if key in _IDENTITY_KEYS and not has_match:
        identity = _from_identity(trailer, time, catalogue, message)
        if identity is not None:
            yield identity


def _stated_model(trailer: Trailer, catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the model that a trailer for models states, without an agent's name before it."""
    named = read_value(trailer.value, catalogue)
    if named and named.model and trailer.order > 1:
        value = stored_value(trailer.value)
        yield Evidence("model", trailer.key, value, None, "agent", named.model, "low", order=trailer.order)


def _from_identity(trailer: Trailer, time: int, catalogue: Catalogue, message: str) -> Evidence | None:
    """Read the value as an address, an agent with its model, a listed name, or a model; the first that fits."""
    addressed = _ADDRESS.match(trailer.value) or _BARE_ADDRESS.match(trailer.value)
    if addressed:
        name = addressed[1].strip().strip("\"'").strip()
        found = _from_address(trailer, name, addressed[2].strip(), time, catalogue)
        return found or _from_name_with_a_strangers_address(trailer, name, addressed[2].strip(), catalogue)
    if _HAS_ADDRESS.search(trailer.value):
        return None  # a sentence about a trailer
    named = read_value(trailer.value, catalogue)
    if named and named.model and named.agent:
        return _from_pair(trailer, catalogue) or _evidence_of(trailer, named, catalogue)
    return (
        _from_pair(trailer, catalogue)
        or _from_listed_name(trailer, catalogue, message)
        or (_evidence_of(trailer, named, catalogue) if named and not _may_be_a_person(trailer, named) else None)
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
    model = model_in_display_name(agent, name) or _model_of(read_value(name, catalogue))
    return agent_evidence(signal, trailer.key, text, agent, confidence, model=model, order=trailer.order)


def _model_of(named: Named | None) -> str | None:
    return named.model if named else None


def _from_name_with_a_strangers_address(
    trailer: Trailer, name: str, email: str, catalogue: Catalogue
) -> Evidence | None:
    """Read a name whose address is nobody's known: people sign an agent's work with their own address.

    An agent with its model is named so, and so is a model alone; an agent's name alone may be a person's, unless it is
    that of the address's host too, and the mailbox is called agent.
    """
    named = read_value(name, catalogue)
    if named is not None and named.agent is not None and named.model is None and _is_own_mailbox(name, email):
        return agent_evidence("prose", trailer.key, trailer.value, named.agent, "low", order=trailer.order)
    if named is None or named.model is None or not is_surely_model(named.model):
        return None
    return _evidence_of(trailer, named, catalogue)


def _is_own_mailbox(name: str, email: str) -> bool:
    return email.lower().startswith(f"agent@{name.lower()}.")


def _from_pair(trailer: Trailer, catalogue: Catalogue) -> Evidence | None:
    """Read ``AGENT:MODEL [TOOL] …``. An agent among the tools is the program that ran the first one's model."""
    pair = _AGENT_AND_MODEL.match(_TOOLS.sub("", CONTEXT_MARK.sub("", trailer.value)))
    agent = catalogue.agent_by_alias(pair[1]) if pair else None
    if pair is None or agent is None or agent.kind == "bot":
        return None
    tools = (catalogue.agent_by_alias(tool) for tool in _BRACKETED.findall(pair[3]))
    harness = next((tool for tool in tools if tool is not None and tool.kind == "agent"), agent)
    model = model_name(pair[2])
    return agent_evidence("trailer", trailer.key, trailer.value, harness, "high", model=model, order=trailer.order)


def _from_listed_name(trailer: Trailer, catalogue: Catalogue, message: str) -> Evidence | None:
    """Read a name without an address that the catalogue lists in ``names``, such as that of a bot."""
    key, value, order = trailer
    lower = value.lower()
    for agent in catalogue:
        for rule in agent.names:
            if rule.contains not in lower or not re.fullmatch(rule.pattern, value, re.IGNORECASE):
                continue
            if rule.beside is None or re.search(rule.beside, message, re.IGNORECASE):
                signal = "assist" if agent.kind == "bot" else "co-author"
                model = model_in_display_name(agent, value)
                return agent_evidence(signal, key, value, agent, rule.confidence, model=model, order=order)
    return None


def _may_be_a_person(trailer: Trailer, named: Named) -> bool:
    """Return True for a name that others have too.

    That is a single name in the place of a person (people are called Claude, Devin, Isaac and Jules), and a word that
    other programs are called by, such as a code generator.
    """
    if named.agent is None:
        model = named.model or ""
        return not is_surely_model(model) if trailer.key in _PEOPLES_KEYS else is_also_a_program(model)
    if named.model is not None or named.words > 1:
        return False
    return trailer.key in _PEOPLES_KEYS or (named.agent.common_word and trailer.key not in _PROGRAM_KEYS)


def _evidence_of(trailer: Trailer, named: Named, catalogue: Catalogue) -> Evidence:
    """Return the evidence of what a value names; a model alone is that of an unknown agent, or of the one that runs it.

    It is certain where a program wrote it, or where a trailer for agents has an agent and its model.
    """
    key, value, order = trailer
    agent = named.agent or _only_runner(named.model or "", catalogue)
    if agent is None:
        return Evidence("model", key, stored_value(value), UNKNOWN_AGENT, "agent", named.model, "medium", order=order)
    is_certain = key in _PROGRAM_KEYS or (key in _AGENTS_KEYS and named.model is not None and named.agent is not None)
    return agent_evidence(
        "trailer" if key in _AGENTS_KEYS else "co-author", key, value, agent, "high" if is_certain else "medium",
        model=named.model, order=order, version=named.version,
    )  # fmt: skip


def _only_runner(model: str, catalogue: Catalogue) -> Agent | None:
    """Return the agent that alone runs a vendor's models: the one that the vendor is called after."""
    vendor = vendor_of(model.lower()) if is_model(model) else None
    agent = catalogue.by_name.get(vendor.lower()) if vendor else None
    return agent if agent is not None and agent.kind == "agent" else None
