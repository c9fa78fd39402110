"""Clean the names of models, find their vendors, and map all spellings of a model to one id.

Pure. An agent's name and its model are independent facts: neither is derived from the other.
"""

import re
from collections.abc import Sequence
from typing import Final

from tracker.lazy_regex import LazyRegex
from tracker.text import printable

LONGEST_MODEL: Final = 200
"""Characters kept of a model's name."""

_LONGEST_STATED: Final = 80
_MOST_WORDS: Final = 7
"""The longest text, and the most words in it, that are read as a model's name."""

_CONTEXT: Final = LazyRegex(
    r" ?(?:\(\d+(?:\.\d+)?[MK](?: token)?(?: context)?(?: window)?\)|\[\d+[mk]\]|"
    r",? ?\d+(?:\.\d+)?[MK](?: token)? context(?: window)?) ?\Z",
    re.IGNORECASE,
)
CONTEXT_MARK: Final = LazyRegex(r"\[\d+(?:\.\d+)?[mk]\]", re.IGNORECASE)
"""The size of a context window, as some agents write it behind the model, wherever that stands."""
_CONTEXT_FIRST: Final = LazyRegex(r"\s*\d+(?:\.\d+)?[MK] (?=[a-z])", re.IGNORECASE)
_NO_MODEL: Final = LazyRegex(
    r"(?:auto|unknown(?:-model)?|model|model[_-](?:name|version)|ai assistant|crush|claude|codex|cursor|gemini|copilot|"
    r"opencode|agent|assistant|default|<[^>]*>|copilot/auto|<?synthetic>?|[a-z]+-unknown)\Z",
    re.IGNORECASE,
)
"""Texts in the place of a model that name none: templates, an agent's own name, ``auto`` and its like."""

_VENDORS: Final = tuple(
    (vendor, LazyRegex(pattern, re.IGNORECASE))
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
        ("Windsurf", r"\bswe-\d"),
    )
)
_FAMILY: Final = LazyRegex(
    r"(?:[\w-]+[/.]|(?:anthropic|openai|google|aws|bedrock|z\.ai)[:/ ]){0,4}"
    r"(?:(?:claude[ -]?)?(?:opus|sonnet|haiku|fable|mythos)\b|"
    r"(?:claude|gpt|gemini|gemma|kimi|glm|qwen|deepseek|grok|minimax|mistral|devstral|codestral|mimo|composer|swe)"
    r"[\w.-]{0,20}?[ -]?(?:pro|flash|lite|mini|coder|large|small|max|k|v|r|m)?[ -]?[1-9]|o[134](?![\w.]))[\w.@:/-]*",
    re.IGNORECASE,
)
"""The first words of a model's name: after providers a vendor's family with its version, or a class of Anthropic's."""
_QUALIFIER: Final = LazyRegex(
    r"(?:[\w.@:/-]*\d[\w.@:/-]*|[(\[].*|pro|flash|lite|mini|nano|max|plus|air|ultra|high|xhigh|medium|low|fast|turbo|sol|"
    r"preview|exp|experimental|latest|beta|thinking|think|deep|reasoning|effort|codex|coder|code|instruct|chat|spark|free|opus|"
    r"sonnet|haiku|fable|mythos|large|small|vision|image|context|[kvrm])[,)\]]*\Z",
    re.IGNORECASE,
)
"""A word behind the first ones; another word makes it the name of something else, such as ``Opus codec``."""
_NOBODYS: Final = LazyRegex(
    r"(?:[\w.-]+[/.]){0,4}(?:(?:claude[ -])?(?:opus|sonnet|haiku|mythos)[ -]\d(?!\d)|claude[ -]fable[ -]\d(?!\d)|"
    r"claude[ -]\d(?:[.-]\d)?[ -][a-z]|"
    r"gpt-?\d|gemini[ -]\d(?:\.\d)?[ -][a-z]|gemini[ -]\d\.\d|"
    r"(?:kimi[ -]k|glm[ -]|qwen[ -]?|deepseek[ -][vr]|grok[ -]|composer[ -]|"
    r"minimax[ -]m|swe-|mistral[ -]|gemma[ -]|mimo[ -]v?)\d(?:\.\d|[ -][a-z]|\Z)|(?:qwen|deepseek|kimi)[ -][a-z]+-\d|"
    r"(?:mistral|devstral|codestral)[ -][a-z])",
    re.IGNORECASE,
)
"""The beginning of a name that is surely a model's: people are called claude1985 and Kimi too."""
_PROVIDER: Final = LazyRegex(
    r"(?:(?:eu|us|apac|global)\.)?(?:anthropic|openai|google|gemini|vertex_ai|bedrock|azure|openrouter|deepseek|"
    r"mistral(?:ai)?|x-?ai|qwen|moonshot(?:ai)?|groq|fireworks|accounts/[\w-]+/models|aws|z\.?ai|minimax)"
    r"(?:[/.:]+|(?<=anthropic) |(?<=openai) |(?<=aws) |(?<=z\.ai) )",
    re.IGNORECASE,
)
_DATE: Final = LazyRegex(r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d)(?=-|\Z)")
_REVISION: Final = LazyRegex(r"(?:-v\d+:\d+|:latest|@latest|-latest)\Z")
_VERSION_DASH: Final = LazyRegex(r"(?<![a-z0-9.])(\d{1,2})-(\d{1,2})(?![0-9b])")
_VERSION_FIRST: Final = LazyRegex(r"claude-(\d[\d.]*)-(opus|sonnet|haiku|fable)\b")
_POINT: Final = LazyRegex(r"(?<=\d)p(?=\d)")


def model_name(text: str) -> str | None:
    """Return a model's name on one line, without its context window; None when the text names no model."""
    name = " ".join(printable(text[:LONGEST_MODEL], "").split())
    name = _CONTEXT_FIRST.sub("", _CONTEXT.sub("", name)).strip().lstrip("([").rstrip("]").strip()
    return None if not name or _NO_MODEL.match(name) else name


def is_model(text: str) -> bool:
    """Return True if a text looks like a model that some vendor has: a family with its version, and little more."""
    name = model_name(text) or ""
    begun = _FAMILY.match(name) if len(name) <= _LONGEST_STATED else None
    words = name[begun.end() :].partition("(")[0].split() if begun else []
    return begun is not None and len(words) < _MOST_WORDS and all(map(_QUALIFIER.match, words))


def is_surely_model(text: str) -> bool:
    """Return True if a text is a model's name that no person has: a family, a separator and a plausible version."""
    return is_model(text) and _NOBODYS.match(model_name(text) or "") is not None


def is_provider(text: str) -> bool:
    """Return True if a text is the name of a provider of models, as routers write it before a model's name."""
    return _PROVIDER.match(f"{text}/") is not None


def is_also_a_program(model: str) -> bool:
    """Return True if a model is called as another program that makes files is: Composer."""
    return model.lower().startswith("composer")


def vendor_of(model: str) -> str | None:
    """Return the vendor of a model; None when its name does not show it."""
    return next((vendor for vendor, pattern in _VENDORS if pattern.search(model)), None)


def fits(model: str, vendors: Sequence[str]) -> bool:
    """Return True if an agent that is limited to some vendors' models can run this one; no vendors is no limit."""
    return not vendors or vendor_of(model) in {*vendors, None}


def model_id(model: str) -> str:
    """Return one id for all spellings of a model, as ``vendor/model`` when its name shows the vendor.

    The id is in lower case, has a dot in versions, and leaves out provider, date and context window:
    ``Claude Opus 4.6``, ``claude-opus-4-6-20260101`` and ``us.anthropic.claude-opus-4-6-v1:0`` are
    ``anthropic/claude-opus-4.6``.
    """
    bare = _CONTEXT.sub("", " ".join(model.split())).strip().lower()
    for _ in range(3):  # routers write several providers one after another
        shorter = _PROVIDER.sub("", bare, count=1) if _PROVIDER.match(bare) else bare
        if shorter in {bare, ""}:
            break
        bare = shorter
    last = bare.rpartition("/")[2]
    bare = last if vendor_of(last) else bare  # routers not known by name put theirs before a stroke too
    slug = re.sub(r"[\s_]+", "-", re.sub(r"[()\[\]]", "", bare)).strip("-")
    slug = _DATE.sub("", _REVISION.sub("", slug))
    slug = _VERSION_DASH.sub(r"\1.\2", _POINT.sub(".", slug))
    vendor = vendor_of(slug)
    if vendor == "Anthropic" and not slug.startswith("claude"):
        slug = f"claude-{slug}"
    slug = _VERSION_FIRST.sub(r"claude-\2-\1", slug)
    return f"{vendor.lower()}/{slug}" if vendor else slug


def model_shown(identifier: str) -> str:
    """Return a model's id (``model_id``) as people read it: without the vendor, whom the model's own name shows."""
    return printable(identifier.rpartition("/")[2] or identifier)
