"""What a commit itself says of who made it: its author, the trailers and lines of its message, its committer.

Pure. Messages are untrusted, and read in time that is bounded whatever is in them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.attribution.catalogue import LONGEST_NAME, Agent, Catalogue, Identity
from tracker.attribution.lazy_regex import Expression
from tracker.attribution.model_names import fits, model_name
from tracker.attribution.runtime_evidence import shown
from tracker.model import UNKNOWN_AGENT, Commit, Confidence, Evidence

_SCANNED: Final = 1 << 16
"""Characters looked at from each end of a message: marks stand at its ends."""
_LONGEST_LINE: Final = 600
_MOST_LINES: Final = 2500
"""Lines looked at from each end."""
_MOST_EVIDENCE: Final = 200
"""Different things that a message can say of its makers: what it repeats counts once."""
_REPLAYED: Final = 60
"""Seconds between authoring and committing after which a commit was put in place rather than made."""

_IDENTITY_KEYS: Final = frozenset(
    {
        "co-authored-by", "co-developed-by", "assisted-by", "generated-by", "authored-by", "ai-assistant",
        "ai-assisted-by", "ai-generated-by", "coding-agent", "committed-by-agent", "entire-agent",
        "claude-generated-by",
    }
)  # fmt: skip
_HARNESS_KEYS: Final = frozenset({"coding-agent", "committed-by-agent", "entire-agent", "ai-assistant"})
"""Trailers whose value is the name of a program, where it is one."""
_MODEL_KEYS: Final = frozenset({"model", "ai-model", "assistant-model"})

_TRAILER: Final = Expression(r"[ \t]{0,3}([A-Za-z][A-Za-z0-9_ -]{0,40}?)[ \t]*:[ \t]*(\S.*)")
_REPEATED: Final = Expression(r"(.)\1{2,}")
"""A misspelt key, such as Asssisted-by."""
_ADDRESS: Final = Expression(r"([^<>]*)<[ \t]*([^<>@\s][^<>]{0,200})>[ \t]*(?:\([^()]*\)[ \t]*)?\Z")
_BARE_ADDRESS: Final = Expression(r"(\S.{0,200}?)[ \t]+([^\s<>@]{1,64}@[^\s<>@]{1,190})[ \t]*\Z")
_AGENT_AND_MODEL: Final = Expression(
    r"([A-Za-z][\w.+ -]{0,60}?):[ \t]*\[?([^\s\[\]<#][^\[\]<#]{0,120}?)\]?"
    r"((?:[ \t]+\[[^\]]{0,60}\]){0,9}|)[ \t]*(?:#.*)?\Z"
)
"""``AGENT:MODEL [TOOL] …`` (Linux, Documentation/process/coding-assistants.rst)."""
_TOOLS: Final = Expression(
    r"(?:[ \t]+(?:coccinelle|sparse|smatch|clang-tidy|cppcheck|coverity|checkpatch(?:\.pl)?|syzkaller)\b)+[ \t]*\Z"
)
_BRACKETED: Final = Expression(r"\[([^\]]{1,60})\]")
_VIA: Final = Expression(r"(?:(.{0,120}?)[ \t]*\(?)?\bvia[ \t]+([A-Za-z][\w+-]{1,40})\)?", re.IGNORECASE)
_MODEL_ONLY: Final = Expression(
    r"((?:anthropic:?[ \t]*)?(?:aws )?(?:claude[ -])?(?:opus|sonnet|haiku|fable)[ \w.-]{0,60}|"
    r"claude[ -][\d.]+[ \w.-]{0,60}|"
    r"gpt[- ][\w. -]{0,60}|o[134](?:-[a-z]+)?|gemini[ -][\w. -]{0,60}|kimi[- ]k[\w. -]{0,60}|glm[- ][\w. -]{0,60}|"
    r"(?:qwen|deepseek|grok|minimax|mistral|devstral)[\w. -]{0,60})"
    r"(?:[ \t]*\([^)]{0,80}\))?(?:[ \t]*<[^>]{0,200}>)?[ \t]*\Z",
    re.IGNORECASE,
)
"""A model that is named where an agent is expected."""

_LITERAL_NEWLINE: Final = Expression(
    r"\\n(?=(?:\\n){0,9}(?:co-authored-by|assisted-by|generated-by|signed-off-by):)", re.IGNORECASE
)
_SQUASH: Final = "Squashed commit of the following:"
_LINE_END: Final = "\n"
_FENCE: Final = Expression(r"[ \t]{0,3}(?:```|~~~)")
_MARKED: Final = Expression(r"^(?:>| {4}|\t| {0,3}(?:```|~~~)|Squashed commit)", re.MULTILINE)
"""Whether any line of a message is quoted, set in or fenced: most have none."""
_QUOTED: Final = ("    ", "\t")
_NO_AI: Final = Expression(r"^[ \t]{0,9}ai-assisted:[ \t]*(?:no|none|false)\b", re.IGNORECASE | re.MULTILINE)


def evidence_from_commit(commit: Commit, catalogue: Catalogue) -> list[Evidence]:
    """What the commit says."""
    time = commit.author.time
    found: list[Evidence] = []
    author = catalogue.identity(commit.author.name, commit.author.email, "author")
    if author is not None:
        value = f"{commit.author.name} <{commit.author.email}>"
        model = _model_in_name(author.agent, commit.author.name)
        found.append(_evidence("author", "author", value, author.agent, model, author.confidence(time), 0))
    found += _each_once(_from_message(commit.message, time, catalogue))
    committer = catalogue.identity(commit.committer.name, commit.committer.email, "author")
    if committer is not None and (author is None or author.agent is not committer.agent):
        found.append(_from_committer(commit, committer.agent))
    return _with_models(found)


def _each_once(evidence: Iterator[Evidence]) -> list[Evidence]:
    """What a message says, the first time that it says it: a squash repeats the trailers of its parts."""
    found: dict[tuple[str, str | None, str | None], Evidence] = {}
    for one in evidence:
        if len(found) >= _MOST_EVIDENCE:
            break
        found.setdefault((one.signal, one.agent, one.model), one)
    return list(found.values())


def _from_committer(commit: Commit, agent: Agent) -> Evidence:
    """An agent that committed what nobody else claims; it names nobody where it put somebody's earlier work in place.

    That is a bot's merge queue, Aider with the user's own changes, and a rebase of what was authored before.
    """
    value = f"{commit.committer.name} <{commit.committer.email}>"
    evidence = _evidence("committer", "committer", value, agent, None, "low", 0)
    replayed = commit.committer.time - commit.author.time > _REPLAYED
    if agent.kind == "agent" and not agent.committer_only_human and not replayed:
        return evidence
    return evidence._replace(agent=None, vendors=())


def _evidence(
    signal: str, name: str, value: str, agent: Agent, model: str | None, confidence: Confidence, order: int,
    version: str | None = None,
) -> Evidence:  # fmt: skip
    return Evidence(
        signal, name, shown(value), agent.name, agent.kind, model, confidence,
        order=order, version=version, vendors=agent.model_vendors,
    )  # fmt: skip


def _with_models(found: Sequence[Evidence]) -> list[Evidence]:
    """A program that names itself without its model runs the model whose identity it wrote beside it.

    Only one that its vendor makes, where it runs no others (agents.md 2.3 d).
    """
    models = [one.model for one in found if one.signal == "co-author" and one.model]
    models += [one.model for one in found if one.signal == "model" and one.agent is None and one.model]

    told = {one.agent for one in found if one.model}

    def completed(one: Evidence) -> Evidence:
        if one.signal not in {"trailer", "author"} or one.agent in told or one.kind != "agent":
            return one
        fitting = [model for model in models if fits(model, one.vendors)]
        return one._replace(model=fitting[0]) if fitting else one

    return [completed(one) for one in found]


# -- messages ----------------------------------------------------------------------------------------------------


def _from_message(message: str, time: int, catalogue: Catalogue) -> Iterator[Evidence]:
    text = _normalised(message)
    lowered = text.lower()
    wanted = [(agent, rule) for agent, rule in catalogue.lines if rule.contains in lowered]
    declined = "ai-assisted" in lowered and bool(_NO_AI.search(text))
    for number, line in enumerate(_lines(text)):
        order = number + 1
        for agent, rule in wanted:
            if rule.subject and number:
                continue
            match = re.search(rule.pattern, line, re.IGNORECASE)
            if match:
                yield _matched("line", line, agent, match, rule.confidence, order)
        trailer = _TRAILER.match(line) if ":" in line else None
        key = _key(trailer[1], catalogue) if trailer else None
        if trailer and key:
            for one in _from_trailer(key, trailer[2].strip()[:LONGEST_NAME], order, time, catalogue):
                if not (declined and one.agent == UNKNOWN_AGENT):
                    yield one


def _key(text: str, catalogue: Catalogue) -> str | None:
    """The trailer's key in lower case, also where it is misspelt; None where no rule asks for it."""
    for key in (text.lower(), _REPEATED.sub(r"\1\1", text.lower())):
        if key in _IDENTITY_KEYS or key in _MODEL_KEYS or key in catalogue.trailers:
            return key
    return None


def _normalised(message: str) -> str:
    """Both ends of a message with the line ends and escapes that tools break undone (agents.md 2.2, step 0)."""
    if len(message) > 2 * _SCANNED:
        message = f"{message[:_SCANNED]}\n{message[-_SCANNED:].partition(_LINE_END)[2]}"
    text = message.replace("\r\n", "\n")
    if "&lt;" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">")
    return _LITERAL_NEWLINE.sub("\n", text) if "\\n" in text else text


def _lines(text: str) -> Iterator[str]:
    """The lines that are the committer's own: not quoted ones, nor examples in fences or set in.

    ``merge --squash`` sets in what it joins, and says so (builtin/merge.c).
    """
    lines = text.split("\n")
    if len(lines) > 2 * _MOST_LINES:
        lines = [*lines[:_MOST_LINES], *lines[-_MOST_LINES:]]
    if not _MARKED.search(text):
        yield from (line[:_LONGEST_LINE] for line in lines)
        return
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    fenced = {number for start, end in zip(fences[::2], fences[1::2], strict=False) for number in range(start, end)}
    squash = any(line.startswith(_SQUASH) for line in lines)
    for number, line in enumerate(lines):
        if number in fenced or line.startswith(">"):
            yield ""
        elif squash:
            yield line[:_LONGEST_LINE].strip()
        else:
            yield "" if line.startswith(_QUOTED) else line[:_LONGEST_LINE]


def _matched(where: str, text: str, agent: Agent, match: re.Match[str], confidence: Confidence, order: int) -> Evidence:
    groups = match.groupdict()
    model = model_name(groups.get("model") or "")
    signal = "prose" if confidence == "low" else "trailer"
    signal = "model" if agent.name == UNKNOWN_AGENT else signal
    return _evidence(signal, where, text, agent, model, confidence, order, groups.get("version"))


def _from_trailer(key: str, value: str, order: int, time: int, catalogue: Catalogue) -> Iterator[Evidence]:
    ruled = False
    for agent, rule in catalogue.trailers.get(key, ()):
        match = re.match(rule.value, value, re.IGNORECASE)
        if match:
            ruled = ruled or agent.name != UNKNOWN_AGENT
            told = _matched(key, f"{key}: {value}", agent, match, rule.confidence, order)
            yield told._replace(signal="assist", confidence="medium") if agent.kind == "bot" else told
    if key in _MODEL_KEYS:
        model = model_name(value)
        if model:
            yield Evidence("model", key, shown(value), None, "agent", model, "low", order=order)
    if key in _IDENTITY_KEYS and not ruled:
        found = _from_identity(key, value, order, time, catalogue)
        if found is not None:
            yield found


def _from_identity(key: str, value: str, order: int, time: int, catalogue: Catalogue) -> Evidence | None:
    """What a ``Co-authored-by`` or its like says: an address, an agent with its model, a listed name, or a model."""
    addressed = _ADDRESS.match(value) or _BARE_ADDRESS.match(value)
    if addressed:
        found = _from_address(key, addressed[1].strip(), addressed[2].strip(), order, time, catalogue)
        if found is not None:
            return found
    return (
        _from_pair(key, value, order, catalogue)
        or _from_via(key, value, order, catalogue)
        or (None if addressed else _from_bare_name(key, value, order, catalogue))
        or _from_model(key, value, order)
    )


def _from_address(key: str, name: str, email: str, order: int, time: int, catalogue: Catalogue) -> Evidence | None:
    """The identity behind a name and an address. A bot as co-author means that somebody took its suggestion."""
    identity: Identity | None = catalogue.identity(name, email, "trailer")
    if identity is None:
        return None
    agent, text = identity.agent, f"{name} <{email}>"
    if agent.kind == "bot":
        return _evidence("assist", key, text, agent, None, "medium", order)
    confidence = identity.confidence(time)
    signal = "prose" if confidence == "low" else "co-author"
    return _evidence(signal, key, text, agent, _model_in_name(agent, name), confidence, order)


def _from_pair(key: str, value: str, order: int, catalogue: Catalogue) -> Evidence | None:
    if key not in {"assisted-by", "generated-by", "co-developed-by", "ai-assistant", "co-authored-by"}:
        return None
    pair = _AGENT_AND_MODEL.match(_TOOLS.sub("", value))
    agent = catalogue.named(pair[1]) if pair else None
    if pair is None or agent is None or agent.kind == "bot":
        return None
    named = (catalogue.named(tool) for tool in _BRACKETED.findall(pair[3]))
    harness = next((tool for tool in named if tool is not None and tool.kind == "agent"), agent)
    return _evidence("trailer", key, value, harness, model_name(pair[2]), "high", order)


def _from_via(key: str, value: str, order: int, catalogue: Catalogue) -> Evidence | None:
    match = _VIA.match(value)
    agent = catalogue.named(match[2]) if match else None
    if match is None or agent is None or agent.kind == "bot":
        return None
    return _evidence("trailer", key, value, agent, model_name(match[1] or ""), "high", order)


def _from_bare_name(key: str, value: str, order: int, catalogue: Catalogue) -> Evidence | None:
    if key in _HARNESS_KEYS:
        agent = catalogue.named(value)
        if agent is not None and agent.kind == "agent":
            return _evidence("trailer", key, value, agent, None, "high", order)
    for agent in catalogue:
        for rule in agent.names:
            if re.fullmatch(rule.pattern, value, re.IGNORECASE):
                signal = "assist" if agent.kind == "bot" else "co-author"
                return _evidence(signal, key, value, agent, _model_in_name(agent, value), rule.confidence, order)
    return None


def _from_model(key: str, value: str, order: int) -> Evidence | None:
    match = _MODEL_ONLY.match(value) if key in {"assisted-by", "generated-by", "co-developed-by"} else None
    model = model_name(match[1]) if match else None
    if model is None:
        return None
    return Evidence("model", key, shown(value), UNKNOWN_AGENT, "agent", model, "medium", order=order)


def _model_in_name(agent: Agent, name: str) -> str | None:
    """The model that a display name tells. Some write the context window behind it."""
    for pattern in agent.models:
        for text in (name, model_name(name) or ""):
            match = re.search(pattern, text[:LONGEST_NAME], re.IGNORECASE)
            if match:
                return model_name(match["model"])
    return None
