"""Read what a host says on standard input, in the words of any of the hosts: with limits, and without blind belief.

Only the fields below are taken. Prompts, tool output and addresses stay in this process: of the output of a tool
nothing is kept but the names of commits that git printed there.
"""

import os
import re
import select
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

MOST_INPUT: Final = 32 << 20
"""Bytes of standard input that are read."""
_PATIENCE: Final = 2.0
"""Seconds to wait for more of it: a host may leave the pipe open."""
_LONGEST_WORD: Final = 4096
_LONGEST_OUTPUT: Final = 1 << 20
"""Characters at the end of a tool's output in which commits are looked for."""

SESSION_KEYS: Final = ("session_id", "sessionId", "session", "conversation_id")
CALL_KEYS: Final = ("tool_use_id", "tool_call_id", "call_id", "callID", "generation_id")
"""The keys of the ids of sessions and of calls, in the words of all hosts; the script of hosts reads the same."""
_EVENT: Final = ("hook_event_name",)
_OUTPUT: Final = ("tool_response", "tool_result", "toolResult", "output", "error")
_TEXTS: Final = ("stdout", "llmContent", "text_result_for_llm", "textResultForLlm", "returnDisplay")

_COMMIT_LINE: Final = re.compile(r"^(?:Output: )?\[[^\]\n]{1,300} ([0-9a-f]{4,64})\] ", re.MULTILINE)
"""The line that git-commit prints of a new commit: ``[BRANCH ID] SUBJECT``. Some hosts put a word before the output."""


class Payload(NamedTuple):
    """The fields of a host's words that are used; those that are missing or of another type are empty.

    ``event``: the host's own name of the event. ``folder``: where the tool ran. ``is_asked_again``: the host says that
    this turn began because a hook asked for it. ``printed``: the short names of commits that git-commit printed.
    """

    session: str = ""
    call: str = ""
    event: str = ""
    folder: str = ""
    model: str = ""
    version: str = ""
    is_asked_again: bool = False
    printed: tuple[str, ...] = ()


def read_payload() -> Payload:
    """Return what standard input says; an empty payload for anything but one JSON object."""
    return parse_payload(_read_input())


def parse_payload(data: bytes) -> Payload:
    """Return the payload in some bytes; an empty one for anything but one JSON object."""
    try:
        found = orjson.loads(data)
    except ValueError:
        return Payload()
    return _payload(found) if isinstance(found, dict) else Payload()


def _payload(found: Mapping[str, Any]) -> Payload:
    model = found.get("model")
    if isinstance(model, dict):
        model = model.get("id") or model.get("modelID")
    return Payload(
        session=_text(found, SESSION_KEYS),
        call=_text(found, CALL_KEYS),
        event=_text(found, _EVENT),
        folder=_text(found, ("cwd",)) or _first_text(found.get("workspace_roots")),
        model=model[:_LONGEST_WORD] if isinstance(model, str) else "",
        version=_text(found, ("version", "cursor_version")),
        is_asked_again=found.get("stop_hook_active") is True,
        printed=tuple(_COMMIT_LINE.findall(_output(found))),
    )


def _text(found: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the first of some fields that is a text."""
    values = (found.get(name) for name in names)
    return next((value[:_LONGEST_WORD] for value in values if isinstance(value, str)), "")


def _first_text(value: object) -> str:
    """Return the first element of a list, if it is a text."""
    first = value[0] if isinstance(value, list) and value else None
    return first[:_LONGEST_WORD] if isinstance(first, str) else ""


def _output(found: Mapping[str, Any]) -> str:
    """Return the end of what a tool printed, empty if there is none."""
    value = next((found[name] for name in _OUTPUT if name in found), "")
    if isinstance(value, dict):
        value = next((value[name] for name in _TEXTS if isinstance(value.get(name), str)), "")
    return value[-_LONGEST_OUTPUT:] if isinstance(value, str) else ""


def _read_input() -> bytes:
    """Return the standard input that arrives before the deadline; nothing of a terminal or a closed one."""
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    descriptor = sys.stdin.fileno()
    pieces: list[bytes] = []
    size, end = 0, time.monotonic() + _PATIENCE
    while size < MOST_INPUT and _is_readable(descriptor, end - time.monotonic()):
        piece = os.read(descriptor, 1 << 20)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _is_readable(descriptor: int, seconds: float) -> bool:
    if sys.platform == "win32":  # select() takes only sockets there; hosts close what they have written
        return True
    return bool(select.select([descriptor], [], [], max(0.0, seconds))[0])
