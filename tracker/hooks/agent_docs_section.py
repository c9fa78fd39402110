"""The section of AGENTS.md or CLAUDE.md that tells a coding agent to read its status and to grade its own work.

Holds its wording, and adds it to a text, replaces or removes it. Pure, and on bytes: the text around the section is the
user's, in any encoding and with any line ends, and stays the same byte for byte.
"""

import re
from typing import Final, Literal, NamedTuple, get_args

Added = Literal["file", "0", "1", "2"]
"""Bytes added with the section: the whole file, or that many line ends before it. Stored in the first mark."""

_ALL: Final[tuple[Added, ...]] = get_args(Added)

_BODY: Final = """\
## Where you stand (agent-tracker)

Before you start, run `agent-tracker status`: it knows you by your environment. If you cannot run it, read
`.agent/status.json` and find yourself in `agents` by your name, such as `claude-code`, `codex`, `cursor`, `gemini-cli`
or `opencode`: the fields beside `agents` may be of another one (`agent_name`). If neither is there, skip this section.

- `halted` is true, or your name is in `halted_agents`: stop, change nothing, and tell the user.
- `trust_tier` and `trust_expectation`: how far you are trusted, and what that asks of you.
- `user_notes`, `lessons` and `task_lessons`: what the user and earlier work want you to know. Heed them.
- `ungraded`: commits that wait for your grade or the user's (`waits_for`). Give yours, and remind the user.

Before a task, look for earlier work near it: `agent-tracker lessons "what was asked"`.
Grade your own work on each commit once, honestly: bad, neutral, good or excellence. In one of these ways:

- after it: `agent-tracker grade --agent good --task "what was asked" --agent-note "what went well or wrong"`
- before it: the same with `--pending`, for the commit that comes next
- in it: the trailers `Agent-Grade: good`, `Agent-Note: ...` and `Task: ...` at the end of its message

For research without a commit use `agent-tracker activity`, and `agent-tracker retro` to look back on it.
Never grade as the user. Never edit the status file.
"""

_BEGIN: Final = "<!-- agent-tracker:begin added={} (what is changed between these marks will be lost) -->"
END: Final = "<!-- agent-tracker:end -->"
"""The section's last line."""

# A mark is a line of its own, so that the text may mention it.
_BEGINS: Final = re.compile(
    rb"^<!-- agent-tracker:begin\b(?P<attributes>[^\r\n]*)-->[ \t]*(?P<line_end>\r?\n|\Z)", re.MULTILINE
)
_ENDS: Final = re.compile(rb"^" + re.escape(END.encode()) + rb"(?P<rest>[ \t]*(?:\r?\n|\Z))", re.MULTILINE)
_ADDED: Final = re.compile(rb"\badded=(" + "|".join(_ALL).encode() + rb")\b")


class _Place(NamedTuple):
    """Offsets of the section, in bytes. ``shut``: the end of its last mark, ``end``: the end of that line."""

    start: int
    shut: int
    end: int
    line_end: bytes
    added: Added


def section(added: Added = "file") -> str:
    """Return the section with its marks: whole lines of Markdown."""
    return f"{_BEGIN.format(added)}\n{_BODY}{END}\n"


def holds(text: bytes) -> bool:
    """Return True if a text has the section. Raises ValueError, with the reason, when its marks are not one pair."""
    return _locate(text) is not None


def add(text: bytes | None) -> bytes:
    """Return a text with the section at its end, or replaced if it is there; ``text`` None: there is no file.

    Raises ValueError, with the reason, when the marks are not one pair or the encoding is not a superset of ASCII.
    """
    if text is None:
        return section().encode()
    place = _locate(text)
    if place is not None:
        fresh = _encoded(place.added, place.line_end).removesuffix(place.line_end)
        return text[: place.start] + fresh + text[place.shut :]
    if b"\0" in text:
        raise ValueError("it holds NUL bytes, as UTF-16 does and UTF-8 does not")
    line_end = b"\r\n" if text.partition(b"\n")[0].endswith(b"\r") and b"\n" in text else b"\n"
    added = _line_ends_needed(text, line_end)
    return text + int(added) * line_end + _encoded(added, line_end)


def remove(text: bytes) -> bytes | None:
    """Return a text without the section; None if the file was created with it and holds nothing else.

    If nothing was written after the section, the text before it is as it was when the section was added, byte for byte.
    Raises ValueError, with the reason, when its marks are not one pair.
    """
    place = _locate(text)
    if place is None:
        return text
    before, after = text[: place.start], text[place.end :]
    if place.added == "file":
        return before + after if (before + after).strip() else None
    if not after:  # otherwise the line ends separate the text before from that after
        for _ in range(int(place.added)):
            before = before.removesuffix(place.line_end)
    return before + after


def _locate(text: bytes) -> _Place | None:
    """Return where a text has the section, or None. Raises ValueError when its marks are not one pair."""
    begins, ends = [*_BEGINS.finditer(text)], [*_ENDS.finditer(text)]
    if not begins and not ends:
        return None
    if not ends:
        raise ValueError(f"the section of agent-tracker in it has lost its last line, '{END}'")
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise ValueError("the marks of agent-tracker's section in it are not one pair")
    begin, end = begins[0], ends[0]
    found = _ADDED.search(begin["attributes"])
    added: Added = next((one for one in _ALL if found and found[1] == one.encode()), "0")
    return _Place(begin.start(), end.start("rest"), end.end(), begin["line_end"], added)


def _line_ends_needed(text: bytes, line_end: bytes) -> Added:
    """Return how many line ends put an empty line before the section."""
    if not text or text.endswith(2 * line_end):
        return "0"
    return "1" if text.endswith(b"\n") else "2"


def _encoded(added: Added, line_end: bytes) -> bytes:
    return section(added).encode().replace(b"\n", line_end)
