"""Find evidence in the footers that agents put below a message, such as ``🤖 Generated with [AGENT](LINK)``.

Pure. The name in a footer is read by the grammar of trailers, for every agent of the catalogue at once.
"""

import re
from typing import Final

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.evidence_values import agent_evidence, stored_value
from tracker.attribution.identity_value import Named, read_value
from tracker.attribution.model_names import is_also_a_program, is_model, is_surely_model, model_name
from tracker.lazy_regex import LazyRegex
from tracker.model import UNKNOWN_AGENT, Evidence

_MADE: Final = ("generated", "authored", "created", "made", "built", "written", "implemented", "developed")
_MADE_WITH: Final = rf"(?:(?:co-?)?authored|{'|'.join(_MADE)})[ \t]+(?:with|by|using|via)\b"

_ANYWHERE: Final = LazyRegex(_MADE_WITH)
_FOOTER: Final = LazyRegex(
    "(?:[\\W_]*|([^\n]{1,500}?)\U0001f916[ \t]*)"
    rf"{_MADE_WITH}[ \t:]+(\S.{{1,300}})\Z",
    re.IGNORECASE,
)
_TALK: Final = LazyRegex(
    r"[\"'`\u201c\u2018]|:[ \t]*\Z|"
    r"\b(?:remov\w*|strip\w*|drop\w*|delet\w*|no longer|not|never|without|avoid\w*|forbid\w*|footer\w*|"
    r"don.?t|ignor\w*|filter\w*|add|writ\w*)\b",
    re.IGNORECASE,
)
"""Words and marks of a subject that talks about a footer."""
_ROBOT: Final = "\U0001f916"
_DOT: Final = "\u2022"
_FACTS: Final = LazyRegex(r"[ \t]*[\u2022\u00b7][ \t]*")
"""The dots before facts in a footer, such as ``_Generated with `mux` • Model: `gpt-5.2` • Thinking: `high`_``."""
_MODEL_FACT: Final = LazyRegex(r"[\W_]*model[ \t]*:[ \t`*]*([^\s`*][^`*]{0,100})", re.IGNORECASE)
_MARKS: Final = " \t*_<>`"
"""Marks of emphasis, of code and of links around a name."""
_LINK: Final = LazyRegex(r"\[([^\]\n]{1,80})\]\([^)\n]{0,300}\)")
"""A link in Markdown; group 1: its text."""


def may_have_footer(message: str) -> bool:
    """Return True if a message in lower case has the words of a footer: most have none."""
    return any(word in message for word in _MADE) and _ANYWHERE.search(message) is not None


def evidence_from_footer(line: str, order: int, catalogue: Catalogue) -> Evidence | None:
    """Return the evidence of a line that says with what the commit was made; None for any other line.

    A robot before it or a link in it is what programs write; without either a name of one word may be a person's or
    another program's, and so may a model's.
    """
    match = _FOOTER.match(_without_end(line))
    if match is None or (match[1] and not _is_joined_to_subject(match[1], order)):
        return None
    written, *facts = _FACTS.sub(_DOT, match[2]).split(_DOT)
    if not any(map(_MODEL_FACT.match, facts)):
        written, facts = match[2], []
    value = _LINK.sub(r"\1", written).strip(_MARKS)
    is_marked = _ROBOT in line or value != written.strip(_MARKS)
    named = read_value(value, catalogue)
    if facts and (named is not None or is_marked or line[:1] == "_" or "`" in written):
        named = _with_stated_model(named, facts)
    is_programs = is_marked or bool(facts)
    if named is None or not (is_programs or _is_nobody_else(named)):
        return None
    if named.agent is None:
        return Evidence("model", "line", stored_value(line), UNKNOWN_AGENT, "agent", named.model, "medium", order=order)
    return agent_evidence(
        "trailer", "line", line, named.agent, "high" if is_programs else "medium",
        model=named.model, order=order, version=named.version,
    )  # fmt: skip


def _without_end(line: str) -> str:
    """Return a line without full stops, spaces and the number of a pull request at its end."""
    text = line.rstrip(" \t.")
    start = text.rfind("(#") if text.endswith(")") else -1
    return text[:start].rstrip(" \t.") if start > 0 and text[start + 2 : -1].isdecimal() else text


def _with_stated_model(named: Named | None, facts: list[str]) -> Named | None:
    """Return what a footer names, with the model among its facts. Of a name that nobody knows the model is left."""
    for fact in facts:
        match = _MODEL_FACT.match(fact)
        for model in (match[1].strip(), match[1].partition(":")[2].strip()) if match else ():  # after a gateway's name
            if is_model(model):
                return (named or Named(None))._replace(model=model_name(model))
    return named


def _is_nobody_else(named: Named) -> bool:
    """Return True for an agent of several words or with its model, and for what is surely a model."""
    if named.agent is None:
        return is_surely_model(named.model or "") and not is_also_a_program(named.model or "")
    return named.words > 1 or named.model is not None


def _is_joined_to_subject(before: str, order: int) -> bool:
    """Return True for a subject that a whole message became, the footer with it, and that does not talk about one."""
    return order == 1 and not _TALK.search(before)
