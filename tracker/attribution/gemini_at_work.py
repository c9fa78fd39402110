"""The session of Gemini CLI that was at work at a time, from its files (google-gemini/gemini-cli, chat recording).

A message of the model is written when it comes, and once more with its tools, each with the time of its end, when they
have ended.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker.attribution.model_names import model_name
from tracker.attribution.session_at_work import LONGEST_MESSAGE, MOST_SESSIONS, AtWork, IsInside
from tracker.attribution.session_log_files import (
    StoreLocation,
    first_object,
    listing,
    newest_files,
    objects,
    seconds,
    text_in,
)
from tracker.files import read_regular

_LONGEST_PATH: Final = 1 << 16
"""Bytes of a path that are read."""
_ROOT_FILE: Final = ".project_root"
"""The file that names the folder in which a project's sessions work."""


class _Message(NamedTuple):
    """A message of the model. ``began``, ``ended``: in seconds; None as the end of one that is at work still."""

    began: float
    ended: float | None
    model: str


def gemini_tmp(place: StoreLocation) -> Path:
    """Return the folder that holds a folder for each project."""
    home = place.folder("GEMINI_CLI_HOME") if place.environment.get("GEMINI_CLI_HOME") else place.home
    return home / ".gemini" / "tmp"


def gemini_at_work(place: StoreLocation, is_inside: IsInside, time: int) -> Iterator[AtWork]:
    """Yield the sessions that were at work at a time, in seconds since the epoch, those changed last first.

    Files that cannot be read or have another form are left out. Raises OSError for a folder that cannot be read.
    """
    root = gemini_tmp(place)
    if not root.is_dir():
        return
    folders = [folder for folder in listing(root) if _is_of_project(folder, is_inside)]
    files = newest_files((path for folder in folders for path in folder.glob("chats/session-*.jsonl")), MOST_SESSIONS)
    for path in files:
        if path.stat().st_mtime < time - LONGEST_MESSAGE:  # nothing is written while the tools of a message work
            break
        with suppress(OSError, ValueError, TypeError):  # a file of another form does not hide the others
            name, session = _model_at(_messages(path), time), text_in(first_object(path), "sessionId")
            if name and session:
                yield AtWork(session, name)


def _is_of_project(folder: Path, is_inside: IsInside) -> bool:
    """Return True if the sessions below a folder work in a place; False too if it does not name one."""
    try:
        place = read_regular(folder / _ROOT_FILE, _LONGEST_PATH).decode("utf-8", "surrogateescape").strip()
        return Path(place).is_absolute() and is_inside(place)
    except (OSError, ValueError):  # there is none, or no path can be so
        return False


def _messages(path: Path) -> list[_Message]:
    """Return the messages of the model in a session's file, the newest first."""
    found: dict[str, tuple[float, Mapping[str, Any]]] = {}
    times: set[float] = set()
    for record in objects(path):
        began = seconds(record.get("timestamp"))
        if began is not None:
            times.add(began)
            if record.get("type") == "gemini":
                found[text_in(record, "id")] = began, record
    order = sorted(times)
    followers = dict(pairwise(order))  # what follows ends a message without tools
    messages = [
        _Message(began, _end_of_tools(record) or followers.get(began), text_in(record, "model"))
        for began, record in found.values()
    ]
    return sorted(messages, key=lambda one: -one.began)


def _end_of_tools(record: Mapping[str, Any]) -> float | None:
    """Return when the last tool of a message ended, None without one."""
    calls = record.get("toolCalls")
    if not isinstance(calls, list):
        return None
    times = [seconds(call.get("timestamp")) for call in calls if isinstance(call, dict)]
    return max((time for time in times if time is not None), default=None)


def _model_at(messages: list[_Message], time: int) -> str | None:
    """Return the model of the message that was at work at a time; None if none was, or two with different models.

    A session works on one message after another, so none counts before the newest that was begun before that second.
    """
    models: set[str] = set()
    for message in messages:
        if message.began >= time + 1 or message.began < time - LONGEST_MESSAGE:
            continue
        is_over = message.ended is not None and message.ended < time
        name = None if is_over else model_name(message.model)
        models |= {name} if name else set()
        if message.began < time:
            break
    return models.pop() if len(models) == 1 else None
