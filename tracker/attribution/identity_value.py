"""Read the value of a trailer that names an agent, its model, or both. Pure.

There is one grammar for all agents and keys: ``AGENT``, ``AGENT (MODEL)``, ``AGENT/MODEL``, ``AGENT:MODEL``,
``AGENT MODEL``, ``AGENT with MODEL``, ``AGENT + MODEL``, ``MODEL (AGENT)``, ``MODEL via AGENT`` and ``MODEL``; with a
version behind the agent, and a context window behind the model.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.attribution.catalogue import LONGEST_NAME, Catalogue
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.model_names import CONTEXT_MARK, is_model, is_provider, model_name
from tracker.lazy_regex import LazyRegex

_NOBODY: Final = LazyRegex(
    r"[\W_]*(?:(?:none|nobody|nothing|never|nope|no|not|n/?a|n\.a|nil|null|manual(?:ly)?|unused|without|didn['\u2019]?t)"
    r"(?!\w).*|(?:n|false|0|human)?[ \t]*(?:\(.{0,60}\))?[\W_]*)\Z",
    re.IGNORECASE,
)
"""Values that say that no agent took part; an empty one too."""
_MOST_REMEMBERED: Final = 2048
"""Values kept in memory; a history repeats few."""
_AROUND: Final = " \t\"'`*_"
"""Marks of quotation and of emphasis around a value."""
_WORD: Final = LazyRegex(r"[^\s/:()\[\]+,|\u2013\u2014]+")
_MOST_WORDS: Final = 4
"""Words of an agent's name."""
_SUFFIX: Final = LazyRegex(r"(?:[ -](?:cli|agent|ai|ide|app))+\Z", re.IGNORECASE)
_VERSION: Final = LazyRegex(r"[ \t]*\(?v?(\d+(?:\.\d+){1,3})\)?(?=[\s,;/]|\Z)")
_ENDS_WITH_VERSION: Final = LazyRegex(r"[ \t]v?\d+(?:\.\d+)*\Z")
_SEPARATOR: Final = LazyRegex(
    r"[ \t]*(?:[/:+,|\u2013\u2014-]|\b(?:with|using|on|running|powered by)\b)?[ \t]*", re.IGNORECASE
)
_BRACKETS: Final = LazyRegex(r"[ \t]*[(\[]([^()\[\]]{1,120})[)\]]")
_ROLE: Final = LazyRegex(r"(?:via|with|using|model:?)[ \t]+", re.IGNORECASE)
"""Words before the model in brackets behind an agent."""
_TRAILING: Final = LazyRegex(r"[ \t]+on behalf of\b.*\Z", re.IGNORECASE)
_VIA: Final = LazyRegex(r"(.{0,120}?)[ \t]*\(?\bvia[ \t]+([A-Za-z][\w+ -]{1,40}?)\)?\Z", re.IGNORECASE)
_END: Final = LazyRegex(r"[ \t]*(?:[.;,!].*)?\Z")


class Named(NamedTuple):
    """The agent, its version and the model that a value names. At least one of agent and model is there.

    ``words``: of the agent's name as it is written; a single one may be a person's, or another program's.
    """

    agent: Agent | None
    model: str | None = None
    version: str | None = None
    words: int = 0


def names_nobody(value: str) -> bool:
    """Return True if a value says that no agent took part, such as ``none`` or ``n/a``."""
    return _NOBODY.match(" ".join(value.split())) is not None


@lru_cache(maxsize=_MOST_REMEMBERED)
def read_value(text: str, catalogue: Catalogue) -> Named | None:
    """Return what a value without an address names; None for text of any other form. Bots are not named so."""
    value = (
        _TRAILING.sub("", CONTEXT_MARK.sub("", text[:LONGEST_NAME].replace("`", "")).strip())
        .strip(_AROUND)
        .rstrip(".,;!")
        .strip(_AROUND)
    )
    if not value:
        return None
    named = _via(value, catalogue) or _model_first(value, catalogue) or _agent_first(value, catalogue)
    return named if named and not (named.agent and named.agent.kind != "agent") else None


def _via(value: str, catalogue: Catalogue) -> Named | None:
    """Read ``MODEL via AGENT``."""
    match = _VIA.match(value)
    agent = _agent(match[2], catalogue) if match else None
    return Named(agent, model_name(match[1])) if match and agent else None


def _model_first(value: str, catalogue: Catalogue) -> Named | None:
    """Read ``MODEL`` and ``MODEL (AGENT)``."""
    bare = _BRACKETS.search(value)
    model = value[: bare.start()] if bare else value.rstrip(".,;")
    if not is_model(model):
        return None
    agent = _agent(bare[1], catalogue) if bare else None
    first, _, rest = model.partition("/")
    if agent is None and is_model(rest) and not is_provider(first):
        agent, model = catalogue.agent_by_alias(first), rest if catalogue.agent_by_alias(first) else model
    return Named(agent, model_name(model))


def _agent_first(value: str, catalogue: Catalogue) -> Named | None:
    """Read an agent's name and what stands behind it; None if that is other text."""
    for end in _ends_of_names(value):
        agent = _agent(value[:end], catalogue)
        if agent is None:
            continue
        version = _VERSION.match(value[end:])
        rest = value[end + version.end() :] if version else value[end:]
        known, words = version[1] if version else None, len(value[:end].split())
        model = _model_behind(rest)
        if model is not None:
            return Named(agent, model or None, known, words)
        if _END.match(rest):
            return Named(agent, None, known, words)
    return _joined(value, catalogue)


def _ends_of_names(value: str) -> list[int]:
    """Return where the first words of a value end, those of the most words first."""
    ends: list[int] = []
    at = 0
    while len(ends) < _MOST_WORDS and (match := _WORD.match(value[at:])):
        at += match.end()
        ends.append(at)
        if value[at : at + 1] not in {" ", "\t"}:
            break
        at += len(value[at:]) - len(value[at:].lstrip())
    return ends[::-1]


def _agent(text: str, catalogue: Catalogue) -> Agent | None:
    """Return the agent with a name or alias, also with a word such as ``CLI`` behind it, but without a version."""
    if is_model(text) or _ENDS_WITH_VERSION.search(text):
        return None
    return catalogue.agent_by_alias(text) or catalogue.agent_by_alias(_SUFFIX.sub("", text))


def _model_behind(rest: str) -> str | None:
    """Return the model behind an agent's name, empty where it is none; None for text that does not belong to a name.

    Of several notes in one pair of brackets the first that is a model counts.
    """
    brackets = _BRACKETS.match(rest)
    if brackets:
        notes = [_ROLE.sub("", note.strip()) for note in brackets[1].split(",")]
        return next((model_name(note) or "" for note in notes if is_model(note)), "")
    text = _SEPARATOR.sub("", rest, count=1)
    bracketed = _BRACKETS.match(text)
    if bracketed and is_model(bracketed[1]):
        return model_name(bracketed[1])
    stated = re.split(r"[,;(<\[]", text, maxsplit=1)[0].strip()
    return model_name(stated) if is_model(stated) else None


def _joined(value: str, catalogue: Catalogue) -> Named | None:
    """Read ``AGENT-MODEL``, such as ``codex-gpt-5.5``."""
    first, dash, rest = value.partition("-")
    agent = _agent(first, catalogue) if dash and is_model(rest) else None
    return Named(agent, model_name(rest)) if agent else None
