"""Read a session of Claude Code: JSON lines below ``projects``, subagents in files of their own.

An answer is written once for each block of its content, with the same ``message.id`` and usage, and some versions
write a subagent's answers to the session's file as well: the id alone makes a call (ryoppippi/ccusage#985,
steipete/CodexBar#646). A subagent's usage in the result of the Agent tool is that of its last call, and is not read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.attribution.session_log_files import StoreLocation, listing, text_in
from tracker.costs.claude_forks import copies_in
from tracker.costs.commit_ids import commit_ids, is_commit_id
from tracker.costs.events import (
    MOST_IN_ALL,
    Call,
    Cut,
    Event,
    Lack,
    Prompt,
    Step,
    Total,
    count,
    is_low,
    milliseconds,
    nanodollars,
    object_in,
    objects_in,
)
from tracker.costs.session_files import Record, SessionFiles, files_below, head

NEEDLES: Final = (b'"usage"', b'"user"', b'"cost-state"')
_LONG_TEXT: Final = 20
"""Characters that no model writes in two tokens."""


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of a session, those of each file in order.

    Raises FileNotFoundError when there is no such session, and whatever a store of another form makes it raise.
    """
    root = place.folder("CLAUDE_CONFIG_DIR", ".claude") / "projects"
    mains = [path for folder in listing(root) if (path := folder / f"{session}.jsonl").is_file()]
    if not mains:
        raise FileNotFoundError("there is no such session")
    session_files = SessionFiles()
    total: Total | None = None
    is_forked = False
    for path in mains:
        copies = copies_in(path, session_files.beside())
        is_forked = is_forked or copies.is_fork
        yield from copies.events()
        for event in _events(session_files, path, is_main=True):
            if isinstance(event, Total):
                total = event
            elif not copies.contain(event):
                yield event
    for path in mains:
        for subagent in _subagents(path, session):
            yield from _events(session_files, subagent, is_main=False)
    if total is not None and not is_forked:  # a fork's own sum begins with that of its parent
        yield total


def _subagents(main: Path, session: str) -> list[Path]:
    """Return the files of a session's subagents: below its own folder, or before 2.1.2 beside its file."""
    beside = (path for path in listing(main.parent) if path.name.startswith("agent-") and path.suffix == ".jsonl")
    mine = f'"{session}"'.encode()
    return [
        *files_below(main.with_suffix("") / "subagents", ".jsonl"),
        *(path for path in beside if mine in head(path)),
    ]


def _events(session_files: SessionFiles, path: Path, *, is_main: bool) -> Iterator[Event]:
    last: int | None = None
    for record in session_files.records(path, NEEDLES):
        if record is None:
            yield Lack(last)
            continue
        if record.get("type") == "cost-state" and is_main:
            yield _total(record)
        time = milliseconds(record.get("timestamp"))
        if time is not None:
            yield from _at(time, record, is_subagent=bool(record.get("isSidechain")) or not is_main)
            last = time
        elif record.get("type") == "assistant":
            yield Lack(None)


def _at(time: int, record: Record, *, is_subagent: bool) -> Iterator[Event]:
    message = record.get("message")
    if not isinstance(message, dict):
        return
    if record.get("type") == "assistant" and message.get("model") != "<synthetic>":
        yield _call(time, record, message, is_subagent=is_subagent)
    if record.get("type") == "user":
        results = _results(message)
        if results:
            ids = dict.fromkeys(identity for result in results for identity in commit_ids(result))
            # The tool's own note has the first commit of a command only, and is there when the text was cut off.
            noted = text_in(record, "toolUseResult", "gitOperation", "commit", "sha")
            if is_commit_id(noted) and not any(one.startswith(noted) for one in ids):
                ids = {noted: None, **ids}
            yield Cut(time, tuple(ids)) if ids else Step(time)
        else:
            is_person = not (is_subagent or record.get("isMeta") or record.get("isCompactSummary"))
            yield Prompt(time) if is_person else Step(time)


def _results(message: Record) -> list[object]:
    blocks = objects_in(message.get("content"))
    return [block.get("content") for block in blocks if block.get("type") == "tool_result"]


def _call(time: int, record: Record, message: Record, *, is_subagent: bool) -> Event:
    usage = message.get("usage")
    key = text_in(message, "id") or text_in(record, "requestId") or text_in(record, "uuid")
    if not isinstance(usage, dict) or not key:
        return Lack(time)
    output = count(usage.get("output_tokens"))
    return Call(
        key,
        time,
        text_in(message, "model"),
        count(usage.get("input_tokens")),
        count(usage.get("cache_read_input_tokens")),
        count(usage.get("cache_creation_input_tokens")),
        output,
        count(object_in(usage, "output_tokens_details").get("thinking_tokens")),
        is_subagent,
        is_placeholder=is_low(output) and _is_long(message),
    )


def _is_long(message: Record) -> bool:
    """Return True if the content of an answer has more than two tokens (anthropics/claude-code#22686)."""
    return any(
        block.get("type") in {"tool_use", "thinking"} or len(text_in(block, "text")) > _LONG_TEXT
        for block in objects_in(message.get("content"))
    )


def _total(record: Record) -> Event:
    """Return the sum that Claude Code appends when it ends: over all runs of the session, with hidden calls."""
    fields = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens")
    amount = nanodollars(record.get("totalCostUSD"))
    tokens = sum(
        count(one.get(field), MOST_IN_ALL) or 0 for one in objects_in(record.get("modelUsage")) for field in fields
    )
    return Total(tokens, None if amount is None else round(amount / 1000))
