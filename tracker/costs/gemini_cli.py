"""Read a session of Gemini CLI: JSON lines, in older versions one JSON document; subagents in files of their own.

A message is written again, with the same id, when its tools have run, and the whole conversation is when it is resumed
(google-gemini/gemini-cli, chatRecordingService). ``input`` contains the cache's tokens, ``output`` not the thoughts.
There is no number for writing the cache.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tracker.attribution.gemini_at_work import gemini_tmp
from tracker.attribution.session_log_files import StoreLocation, listing, text_in
from tracker.costs.commit_ids import commit_ids
from tracker.costs.events import (
    Call,
    Cut,
    Event,
    Lack,
    Prompt,
    SessionUnreadable,
    Step,
    count,
    less,
    milliseconds,
    object_in,
    objects_in,
)
from tracker.costs.session_files import Record, SessionFiles, files_below, first_record

_NEEDLES: Final = (b'"tokens"', b'"toolCalls"', b'"user"', b'"messages"', b'"gemini"')


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of a session, those of each file in order.

    Raises FileNotFoundError when there is no such session, and whatever a store of another form makes it raise.
    """
    session_files = SessionFiles()
    is_found = False
    for project in listing(gemini_tmp(place)):
        chats = project / "chats"
        # A resumed session may have a second file with the same eight digits; so may another session.
        for path in sorted(chats.glob(f"session-*-{session[:8]}.json*")):
            if path.is_file() and _owner(path, session_files, session) == session:
                is_found = True
                yield from _events(_messages(path, session_files), is_subagent=False)
        for path in files_below(chats / session, ".jsonl") if (chats / session).is_dir() else ():
            yield from _events(_messages(path, session_files), is_subagent=True)
    if not is_found:
        raise FileNotFoundError("there is no such session")


def _owner(path: Path, session_files: SessionFiles, session: str) -> str:
    if path.suffix == ".json":
        return text_in(session_files.document(path), "sessionId")
    return text_in(first_record(path), "sessionId") or session


def _messages(path: Path, session_files: SessionFiles) -> Iterator[Record | None]:
    """Yield the messages of a file; None in place of what could not be read."""
    if path.suffix == ".json":
        document = session_files.document(path)
        yield from _listed(document.get("messages") if isinstance(document, dict) else None)
        return
    for record in session_files.records(path, _NEEDLES):
        yield record
        changed = object_in(record, "$set")
        if "messages" in changed:
            yield from _listed(changed["messages"])


def _listed(messages: Any) -> Iterator[Record | None]:
    if not isinstance(messages, list):
        raise SessionUnreadable("unreadable")
    yield from (message if isinstance(message, dict) else None for message in messages)


def _events(messages: Iterator[Record | None], *, is_subagent: bool) -> Iterator[Event]:
    last: int | None = None
    for message in messages:
        if message is None:
            yield Lack(last)
            continue
        kind = message.get("type")
        time = milliseconds(message.get("timestamp"))
        if kind == "gemini":
            yield from _answer(time, message, is_subagent=is_subagent)
        elif kind == "user" and time is not None:
            yield Step(time) if is_subagent or _is_result(message.get("content")) else Prompt(time)
        last = time or last


def _is_result(content: object) -> bool:
    return any("functionResponse" in part for part in objects_in(content))


def _answer(time: int | None, message: Record, *, is_subagent: bool) -> Iterator[Event]:
    key, usage = text_in(message, "id"), message.get("tokens")
    if time is None or not key:
        yield Lack(time)
        return
    if isinstance(usage, dict):
        yield _call(key, time, text_in(message, "model"), usage, is_subagent=is_subagent)
    elif usage is None:  # the numbers come with the end of the answer
        yield Lack(time, is_pending=True)
    for tool in objects_in(message.get("toolCalls")):
        ended = milliseconds(tool.get("timestamp"))
        if ended is not None:
            ids = commit_ids(tool.get("resultDisplay")) or commit_ids(_responses(tool.get("result")))
            yield Cut(ended, ids) if ids else Step(ended)


def _responses(result: object) -> list[str]:
    return [text_in(part, "functionResponse", "response", "output") for part in objects_in(result)]


def _call(key: str, time: int, model: str, usage: Record, *, is_subagent: bool) -> Call:
    cached, thoughts = count(usage.get("cached")), count(usage.get("thoughts"))
    tool = count(usage.get("tool", 0))
    fresh, answer = less(count(usage.get("input")), cached), count(usage.get("output"))
    return Call(
        key,
        time,
        model,
        None if fresh is None or tool is None else fresh + tool,
        cached,
        None,
        None if answer is None or thoughts is None else answer + thoughts,
        thoughts,
        is_subagent,
    )
