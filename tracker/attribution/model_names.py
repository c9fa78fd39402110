"""Names of models: as they are written, which of them are none, whose they are, and one form for all spellings.

Pure. Agent and model are two facts: nothing here tells one from the other.
"""

import re
from collections.abc import Sequence
from typing import Final

from tracker.attribution.lazy_regex import Expression

LONGEST_MODEL: Final = 200

_CONTEXT: Final = Expression(
    r"\s*(?:\(\d+(?:\.\d+)?[MK](?: token)? context(?: window)?\)|\[\d+[mk]\])\s*\Z", re.IGNORECASE
)
_CONTEXT_FIRST: Final = Expression(r"\s*\d+(?:\.\d+)?[MK] (?=[a-z])", re.IGNORECASE)
_NO_MODEL: Final = Expression(
    r"(?:auto|unknown(?:-model)?|model|model[_-](?:name|version)|ai assistant|crush|claude|codex|cursor|gemini|copilot|"
    r"opencode|agent|assistant|default|<[^>]*>|copilot/auto|<?synthetic>?|[a-z]+-unknown)\Z",
    re.IGNORECASE,
)
"""What stands in the place of a model and names none: templates, the agent's own name, a choice left to the agent."""

_VENDORS: Final = tuple(
    (vendor, Expression(pattern, re.IGNORECASE))
    for vendor, pattern in (
        ("Anthropic", r"\b(?:claude|opus|sonnet|haiku|fable)\b"),
        ("OpenAI", r"\b(?:gpt|codex|o[134])(?:[-. ]|\b)"),
        ("Google", r"\b(?:gemini|gemma)\b"),
        ("Moonshot", r"\bkimi\b"),
        ("Zhipu", r"\bglm\b"),
        ("Alibaba", r"\bqwen"),
        ("DeepSeek", r"\bdeepseek\b"),
        ("xAI", r"\bgrok\b"),
        ("MiniMax", r"\bminimax\b"),
        ("Mistral", r"\b(?:mistral|devstral|codestral)\b"),
        ("Xiaomi", r"\bmimo\b"),
        ("Cursor", r"\bcomposer\b"),
    )
)
_PROVIDER: Final = Expression(
    r"(?:(?:eu|us|apac|global)\.)?(?:anthropic|openai|google|gemini|vertex_ai|bedrock|azure|openrouter|deepseek|"
    r"mistral(?:ai)?|x-?ai|qwen|moonshot(?:ai)?|groq|fireworks|accounts/[\w-]+/models|aws|z\.?ai|minimax)"
    r"(?:[/.:]+|(?<=anthropic) |(?<=openai) |(?<=aws) |(?<=z\.ai) )",
    re.IGNORECASE,
)
_DATE: Final = Expression(r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d)(?=-|\Z)")
_REVISION: Final = Expression(r"(?:-v\d+:\d+|:latest|@latest|-latest)\Z")
_VERSION_DASH: Final = Expression(r"(?<![a-z0-9.])(\d{1,2})-(\d{1,2})(?![0-9b])")
_VERSION_FIRST: Final = Expression(r"claude-(\d[\d.]*)-(opus|sonnet|haiku|fable)\b")
_POINT: Final = Expression(r"(?<=\d)p(?=\d)")


def model_name(text: str) -> str | None:
    """A model's name as it is kept: one line, without its context window; None for what is no model."""
    name = "".join(character for character in text[:LONGEST_MODEL] if character.isprintable())
    name = _CONTEXT_FIRST.sub("", _CONTEXT.sub("", name)).strip().strip("[]").strip()
    return None if not name or _NO_MODEL.match(name) else name


def vendor_of(model: str) -> str | None:
    """Who makes a model, where its name tells."""
    return next((vendor for vendor, pattern in _VENDORS if pattern.search(model)), None)


def fits(model: str, vendors: Sequence[str]) -> bool:
    """Whether an agent that runs only the models of some vendors, or of any, may have run this one."""
    return not vendors or vendor_of(model) in {*vendors, None}


def model_id(model: str) -> str:
    """One form for every spelling of a model, as ``vendor/model`` where its name tells whose it is.

    Lower case, versions with a dot, without the provider that serves it, its date and its context window:
    ``Claude Opus 4.6``, ``claude-opus-4-6-20260101`` and ``us.anthropic.claude-opus-4-6-v1:0`` are
    ``anthropic/claude-opus-4.6``.
    """
    bare = _CONTEXT.sub("", model).strip().lower()
    for _ in range(3):  # routers put one provider before another
        shorter = _PROVIDER.sub("", bare, count=1) if _PROVIDER.match(bare) else bare
        if shorter in {bare, ""}:
            break
        bare = shorter
    slug = re.sub(r"[\s_]+", "-", re.sub(r"[()\[\]]", "", bare)).strip("-")
    slug = _DATE.sub("", _REVISION.sub("", slug))
    slug = _VERSION_DASH.sub(r"\1.\2", _POINT.sub(".", slug))
    vendor = vendor_of(slug)
    if vendor == "Anthropic" and not slug.startswith("claude"):
        slug = f"claude-{slug}"
    slug = _VERSION_FIRST.sub(r"claude-\2-\1", slug)
    return f"{vendor.lower()}/{slug}" if vendor else slug
