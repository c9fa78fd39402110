"""Read commit messages: the subject, and the lines that git-revert and cherry-pick add.

Pure; messages are untrusted and of any size.
"""

import re
from typing import Final

from tracker.lazy_regex import LazyRegex
from tracker.model import OID_PATTERN, Oid

_REVERTED: Final = LazyRegex(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
"""Line that git-revert writes (sequencer.c); with ``--reference`` the object name is shortened."""

_PICKED_FROM: Final = LazyRegex(rf"^\(cherry picked from commit ({OID_PATTERN})\)[ \t]*\r?$", re.MULTILINE)
"""Line that ``cherry-pick -x`` adds at the end of a message (sequencer.c)."""

_SCANNED: Final = 1 << 16
"""Characters at the beginning or end of a message that are searched."""

_MOST_REVERTED: Final = 100
"""Reverted commits read from one message."""


def subject(message: str) -> str:
    """Return the first paragraph on one line, as git's ``%s`` does (pretty.c: only the ends of lines are trimmed)."""
    lines: list[str] = []
    for line in message[:_SCANNED].split("\n"):
        text = line.rstrip(" \t\r")
        if text:
            lines.append(text)
        elif lines:
            break
    return " ".join(lines)


def first_line(message: str) -> str:
    """Return the first line."""
    return message.split("\n", 1)[0]


def reverted_names(message: str) -> list[str]:
    """Return the names of the commits that a message says it reverts, full or shortened, each once."""
    text = message[:_SCANNED]
    found = _REVERTED.findall(text) if "This reverts commit " in text else []
    return list(dict.fromkeys(found))[:_MOST_REVERTED]


def cherry_picked_from(message: str) -> Oid | None:
    """Return the commit that a message says it was cherry-picked from, None if there is none.

    A copy of a copy has several such lines; the last one names its direct original.
    """
    text = message[-_SCANNED:]
    found = _PICKED_FROM.findall(text) if "(cherry picked from commit " in text else []
    return Oid(found[-1]) if found else None
