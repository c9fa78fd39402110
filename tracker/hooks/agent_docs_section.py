"""The section of AGENTS.md or CLAUDE.md that tells a coding agent where it stands and how to grade its own work.

Owns its wording, and how it is added to a text, replaced there and taken out again. Pure, and on bytes: what stands
around the section is the user's, in whatever encoding and with whatever line ends, and comes back as it was.
"""

import re
from typing import Final, Literal, NamedTuple, get_args

Added = Literal["file", "0", "1", "2"]
"""What came with the section: the file itself, or that many line ends before it. The mark remembers it."""

_ALL: Final[tuple[Added, ...]] = get_args(Added)

_BODY: Final = """\
## Where you stand (agent-tracker)

Before you start, read `.agent/status.json`. If it is missing, skip this section.

- `halted` is true: stop, change nothing, and tell the user.
- `trust_tier` and `trust_expectation`: how far you are trusted, and what that asks of you.
- `user_notes` and `lessons`: what the user and earlier work want you to know. Heed them.
- `ungraded`: commits that wait for the user's grade. Remind the user of them.

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

# The marks stand alone in their lines, so that a text may speak of them.
_BEGINS: Final = re.compile(
    rb"^<!-- agent-tracker:begin\b(?P<said>[^\r\n]*)-->[ \t]*(?P<line_end>\r?\n|\Z)", re.MULTILINE
)
_ENDS: Final = re.compile(rb"^" + re.escape(END.encode()) + rb"(?P<rest>[ \t]*(?:\r?\n|\Z))", re.MULTILINE)
_ADDED: Final = re.compile(rb"\badded=(" + "|".join(_ALL).encode() + rb")\b")


class _Place(NamedTuple):
    """Where a text holds the section. ``shut`` is where its last mark ends, ``end`` where that one's line does."""

    start: int
    shut: int
    end: int
    line_end: bytes
    added: Added


def section(added: Added = "file") -> str:
    """The section with its marks, whole lines of plain Markdown."""
    return f"{_BEGIN.format(added)}\n{_BODY}{END}\n"


def holds(text: bytes) -> bool:
    """Whether a text holds the section. Raises ValueError, with what is wrong, where its marks are not one pair."""
    return _find(text) is not None


def add(text: bytes | None) -> bytes:
    """A text with the section at its end, or replaced where it stands; None is a file that there is not.

    Raises ValueError, with what is wrong, where the marks are not one pair, and for what is no text in ASCII's kin.
    """
    if text is None:
        return section().encode()
    place = _find(text)
    if place is not None:
        fresh = _encoded(place.added, place.line_end).removesuffix(place.line_end)
        return text[: place.start] + fresh + text[place.shut :]
    if b"\0" in text:
        raise ValueError("it holds NUL bytes, as UTF-16 does and UTF-8 does not")
    line_end = b"\r\n" if text.partition(b"\n")[0].endswith(b"\r") and b"\n" in text else b"\n"
    added = _needed(text, line_end)
    return text + int(added) * line_end + _encoded(added, line_end)


def remove(text: bytes) -> bytes | None:
    """A text without the section; None where the file came with it and holds nothing else.

    Where nothing was written behind the section, what is before it is as it was, byte for byte. Raises ValueError as
    ``holds`` does.
    """
    place = _find(text)
    if place is None:
        return text
    before, after = text[: place.start], text[place.end :]
    if place.added == "file":
        return before + after if (before + after).strip() else None
    if not after:  # else the line ends keep apart what now follows
        for _ in range(int(place.added)):
            before = before.removesuffix(place.line_end)
    return before + after


def _find(text: bytes) -> _Place | None:
    begins, ends = [*_BEGINS.finditer(text)], [*_ENDS.finditer(text)]
    if not begins and not ends:
        return None
    if not ends:
        raise ValueError(f"the section of agent-tracker in it has lost its last line, '{END}'")
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise ValueError("the marks of agent-tracker's section in it are not one pair")
    begin, end = begins[0], ends[0]
    said = _ADDED.search(begin["said"])
    added: Added = next((one for one in _ALL if said and said[1] == one.encode()), "0")
    return _Place(begin.start(), end.start("rest"), end.end(), begin["line_end"], added)


def _needed(text: bytes, line_end: bytes) -> Added:
    """How many line ends make the section begin after an empty line."""
    if not text or text.endswith(2 * line_end):
        return "0"
    return "1" if text.endswith(b"\n") else "2"


def _encoded(added: Added, line_end: bytes) -> bytes:
    return section(added).encode().replace(b"\n", line_end)
