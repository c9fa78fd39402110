"""Read a session of Copilot CLI: JSON lines of events, subagents in the same file.

``session.usage_record`` is one call; versions before it wrote only sums when they ended, which say nothing of a commit
(github/copilot-cli#1394). ``inputTokens`` contains the cache's (github/copilot-sdk#1160).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.attribution.session_log_files import StoreLocation, listing, newest_files, text_in
from tracker.costs.commit_ids import commit_ids
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
    less,
    milliseconds,
    object_in,
    objects_in,
)
from tracker.costs.session_files import Record, SessionFiles

_NEEDLES: Final = (b'"session.usage_record"', b'"tool.execution_complete"', b'"user.message"', b'"session.shutdown"')
_MOST_CREDITS: Final = 10**15
"""Billionths of a credit that one call can cost."""
_MOST_SESSIONS: Final = 50
"""Sessions, those changed last, in which a subagent's id is looked for."""


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of the session that an id belongs to, in order.

    Raises FileNotFoundError when there is no such session, and whatever a store of another form makes it raise.
    """
    last: int | None = None
    total: Total | None = None
    session_files = SessionFiles()
    root = _root_session(place, session, session_files)
    for record in session_files.beside().records(_file(place, root), _NEEDLES):
        data = record.get("data") if record else None
        time = milliseconds(record.get("timestamp")) if record else None
        if record is None or not isinstance(data, dict) or time is None:
            yield Lack(last)
            continue
        if record.get("type") == "session.shutdown":  # of all runs so far
            total = _total(data)
        else:
            yield from _events(time, record, data)
        last = time
    if total is not None:
        yield total


def root_session(place: StoreLocation, session: str) -> str:
    """Return the session that an id belongs to: subagents have ids of their own, but no files.

    Raises FileNotFoundError when no session knows the id.
    """
    return _root_session(place, session, SessionFiles())


def _root_session(place: StoreLocation, session: str, session_files: SessionFiles) -> str:
    if _file(place, session).is_file():
        return session
    needles = (f'"{session}"'.encode(),)
    for path in newest_files((folder / "events.jsonl" for folder in listing(_root(place))), _MOST_SESSIONS):
        if any(_source(record) == session for record in session_files.beside().records(path, needles)):
            return path.parent.name
    raise FileNotFoundError("there is no such session")


def _root(place: StoreLocation) -> Path:
    return place.folder("COPILOT_HOME", ".copilot") / "session-state"


def _file(place: StoreLocation, session: str) -> Path:
    beside = _root(place) / f"{session}.jsonl"
    return beside if beside.is_file() else _root(place) / session / "events.jsonl"


def _source(record: Record | None) -> str:
    return text_in(record, "data", "usage", "accounting", "sourceSessionId")


def _events(time: int, record: Record, data: Record) -> Iterator[Event]:
    is_subagent = bool(record.get("agentId"))
    kind = record.get("type")
    if kind == "session.usage_record":
        yield _call(time, record, data.get("usage"), is_subagent=is_subagent)
    elif kind == "tool.execution_complete":
        ids = commit_ids(text_in(data, "result", "content"))
        yield Cut(time, ids) if ids else Step(time)
    elif kind == "user.message":
        yield Step(time) if is_subagent else Prompt(time)


def _call(time: int, record: Record, usage: object, *, is_subagent: bool) -> Event:
    key = text_in(usage, "accounting", "usageId") or text_in(usage, "apiCallId") or text_in(record, "id")
    if not isinstance(usage, dict) or not key:
        return Lack(time)
    whole, cached = count(usage.get("inputTokens")), count(usage.get("cacheReadTokens"))
    written = count(usage.get("cacheWriteTokens"))
    return Call(
        key,
        time,
        text_in(usage, "model"),
        less(whole, cached, written),
        cached,
        written,
        count(usage.get("outputTokens")),
        count(usage.get("reasoningTokens")),
        is_subagent,
        credits=_credits(usage),
    )


def _credits(usage: Record) -> int | None:
    """Return a call's AI credits, which only GitHub's own models have; a zero claims nothing (copilot-sdk, schema)."""
    if usage.get("aiCreditsStatus") != "complete":
        return None
    return count(object_in(usage, "copilotUsage").get("totalNanoAiu"), _MOST_CREDITS) or None


def _total(data: Record) -> Total:
    metrics = object_in(data, "modelMetrics") or object_in(data, "accountingSnapshot", "modelMetrics")
    models = [object_in(one, "usage") for one in objects_in(metrics)]
    return Total(
        sum(count(one.get(field), MOST_IN_ALL) or 0 for one in models for field in ("inputTokens", "outputTokens"))
    )
