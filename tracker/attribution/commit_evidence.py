"""Find evidence in the commit itself: its author, the trailers and lines of its message, its committer.

Pure. Messages are untrusted: the time this takes is bounded whatever they hold.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.catalogue_types import Agent
from tracker.attribution.evidence_values import agent_evidence, matched_evidence, model_in_display_name
from tracker.attribution.footer_evidence import evidence_from_footer, may_have_footer
from tracker.attribution.message_lines import WrittenLines, normalised
from tracker.attribution.model_names import fits
from tracker.attribution.trailer_evidence import evidence_from_trailer, may_have_trailer, parse_trailer
from tracker.lazy_regex import LazyRegex
from tracker.model import UNKNOWN_AGENT, Commit, Evidence

_MOST_EVIDENCE: Final = 200
"""Pieces of evidence kept of one message; repeated ones count once."""
_REPLAYED: Final = 60
"""Seconds between the author's and the committer's time, after which the committer only replayed earlier work."""
_NO_AI: Final = LazyRegex(r"^[ \t]{0,9}ai-assisted:[ \t]*(?:no|none|false)\b", re.IGNORECASE | re.MULTILINE)


def evidence_from_commit(commit: Commit, catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence of the author, then of the message in the order of its lines, then of the committer."""
    time = commit.author.time
    found: list[Evidence] = []
    author = catalogue.identify(commit.author.name, commit.author.email, "author")
    if author is not None:
        value = f"{commit.author.name} <{commit.author.email}>"
        model = model_in_display_name(author.agent, commit.author.name)
        found.append(agent_evidence("author", "author", value, author.agent, author.confidence(time), model=model))
    found += _without_repetitions(_from_message(commit.message, time, catalogue))
    committer = catalogue.identify(commit.committer.name, commit.committer.email, "author")
    if committer is not None and (author is None or author.agent is not committer.agent):
        found.append(_from_committer(commit, committer.agent))
    return _with_models(found)


def _without_repetitions(evidence: Iterator[Evidence]) -> list[Evidence]:
    """Return the first of all evidence that says the same: a squash repeats the trailers of the commits it joins."""
    found: dict[tuple[str, str | None, str | None], Evidence] = {}
    for one in evidence:
        if len(found) >= _MOST_EVIDENCE:
            break
        found.setdefault((one.signal, one.agent, one.model), one)
    return list(found.values())


def _from_committer(commit: Commit, agent: Agent) -> Evidence:
    """Return the evidence of an agent as committer; it names no agent when the committer only replayed earlier work.

    Examples are a bot's merge queue, Aider with the user's own changes, and a rebase.
    """
    value = f"{commit.committer.name} <{commit.committer.email}>"
    evidence = agent_evidence("committer", "committer", value, agent, "low")
    replayed = commit.committer.time - commit.author.time > _REPLAYED
    if agent.kind == "agent" and not agent.committer_only_human and not replayed:
        return evidence
    return evidence._replace(agent=None, vendors=())


def _with_models(found: Sequence[Evidence]) -> list[Evidence]:
    """Add to an agent that states no model the first model stated beside it that the agent can run.

    An agent that runs the models of certain vendors takes no other vendor's (agents.md 2.3 d).
    """
    models = [one.model for one in found if one.signal == "co-author" and one.model]
    models += [one.model for one in found if one.signal == "model" and one.agent is None and one.model]
    have_model = {one.agent for one in found if one.model}

    def completed(one: Evidence) -> Evidence:
        if one.signal not in {"trailer", "author"} or one.agent in have_model or one.kind != "agent":
            return one
        return one._replace(model=next((model for model in models if fits(model, one.vendors)), one.model))

    return [completed(one) for one in found]


def _from_message(message: str, time: int, catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the evidence of each line in turn: of the rules for lines first, else of a footer, then of the trailer."""
    text = normalised(message)
    lowered = text.lower()
    rules = [(agent, rule) for agent, rule in catalogue.lines if rule.contains in lowered]
    has_footer = may_have_footer(lowered)
    if not (rules or has_footer or may_have_trailer(lowered, catalogue)):
        return  # as of most people's messages, of which no line has to be looked at
    denies_ai = "ai-assisted" in lowered and bool(_NO_AI.search(text))
    lines = WrittenLines(text)
    for order, line in lines:
        is_known = False
        for agent, rule in rules:
            if rule.subject and order > 1:
                continue
            match = re.search(rule.pattern, line, re.IGNORECASE)
            if match and (rule.confidence == "low" or lines.may_mark(order)):
                is_known = is_known or rule.confidence != "low"
                yield matched_evidence("line", line, agent, match, rule.confidence, order)
        footer = evidence_from_footer(line, order, catalogue) if has_footer and not is_known else None
        if footer is not None and lines.may_mark(order):
            yield footer
        trailer = parse_trailer(line, order, catalogue)
        if trailer is None or not lines.may_mark(order):
            continue
        for one in evidence_from_trailer(trailer, time, catalogue, text):
            if not (denies_ai and one.agent == UNKNOWN_AGENT):
                yield one
