"""Read a session of Qwen Code: JSON lines; each call is a line of telemetry in the session's own file.

The telemetry has the calls of subagents and of the background too. The answers' own usage and the files of subagents
repeat them, and are read for commits only. There is no number for writing the cache.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.attribution.session_log_files import StoreLocation, listing, text_in
from tracker.costs.commit_ids import commit_ids
from tracker.costs.events import (
    MOST_IN_ALL,
    Call,
    Cut,
    Event,
    Lack,
    Prompt,
    SessionUnreadable,
    Step,
    Total,
    count,
    less,
    milliseconds,
    object_in,
    objects_in,
)
from tracker.costs.session_files import Record, SessionFiles, files_below

_NEEDLES: Final = (b'"qwen-code.api_response"', b'"tool_result"', b'"user"')
_CALL: Final = "qwen-code.api_response"


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of a session, those of each file in order.

    Raises FileNotFoundError when there is no such session, and whatever a store of another form makes it raise.
    """
    home = place.home / ".qwen"
    projects = [*listing(home / "projects")]
    mains = [path for project in projects if (path := project / "chats" / f"{session}.jsonl").is_file()]
    if not mains:
        raise FileNotFoundError("there is no such session")
    session_files = SessionFiles()
    folders = [folder for project in projects if (folder := project / "subagents" / session).is_dir()]
    for path in [*mains, *(path for folder in folders for path in files_below(folder, ".jsonl"))]:
        yield from _events(session_files, path, is_main=path in mains)
    yield from _total(session_files.beside(), home / "usage_record.jsonl", session)


def _events(session_files: SessionFiles, path: Path, *, is_main: bool) -> Iterator[Event]:
    last: int | None = None
    for record in session_files.records(path, _NEEDLES):
        time = milliseconds(record.get("timestamp")) if record else None
        if record is None or time is None:
            yield Lack(last)
            continue
        is_subagent = bool(record.get("isSidechain")) or not is_main
        event = object_in(record, "systemPayload", "uiEvent")
        if record.get("type") == "system" and event.get("event.name") == _CALL:
            yield _call(time, record, event)
        elif record.get("type") == "tool_result":
            ids = commit_ids(_result(record))
            yield Cut(time, ids) if ids else Step(time)
        elif record.get("type") == "user":
            yield Step(time) if is_subagent else Prompt(time)
        last = time


def _result(record: Record) -> list[object]:
    """Return what a tool's result shows: its display, or in files of subagents the response itself."""
    parts = objects_in(object_in(record, "message").get("parts"))
    responses = [text_in(part, "functionResponse", "response", "output") for part in parts]
    return [object_in(record, "toolCallResult").get("resultDisplay"), *responses]


def _call(time: int, record: Record, event: Record) -> Event:
    key = text_in(event, "response_id") or text_in(record, "uuid")
    if not key:
        return Lack(time)
    cached = count(event.get("cached_content_token_count"))
    return Call(
        key,
        time,
        text_in(event, "model"),
        less(count(event.get("input_token_count")), cached),
        cached,
        None,
        _output(event),
        count(event.get("thoughts_token_count")),
        bool(event.get("subagent_name")),
    )


def _output(event: Record) -> int | None:
    """Return the output with its thoughts: Gemini counts them beside the output, OpenAI within; the total tells."""
    sent, answered, thought, total = (
        count(event.get(field))
        for field in ("input_token_count", "output_token_count", "thoughts_token_count", "total_token_count")
    )
    if sent is None or answered is None or not thought:
        return answered if thought == 0 else None
    if total == sent + answered:
        return answered
    return answered + thought if total == sent + answered + thought else None


def _total(session_files: SessionFiles, path: Path, session: str) -> Iterator[Event]:
    """Yield the last sum of a session, which contains those before. All sessions are in one file."""
    total: Total | None = None
    try:
        for record in session_files.records(path, (f'"{session}"'.encode(),)):
            if record is not None and record.get("sessionId") == session:
                sums = [count(one.get("totalTokens"), MOST_IN_ALL) for one in objects_in(record.get("models"))]
                total = Total(sum(one or 0 for one in sums))
    except (OSError, SessionUnreadable):  # the sums are for checking only, and older versions have none
        return
    if total is not None:
        yield total
