"""Select the lines of a commit message that can name its maker: no quotations, no examples, no talk about such lines.

Pure. Messages are untrusted: the time this takes is bounded whatever they hold.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.lazy_regex import LazyRegex

_SCANNED: Final = 1 << 16
"""Characters read from each end of a message; trailers and generated lines are at its ends."""
_LONGEST_LINE: Final = 600
"""Characters read of a line."""
_MOST_LINES: Final = 2500
"""Lines read from each end."""
_MOST_FOLDED: Final = 5
"""Lines over which one trailer is folded at most."""

_LITERAL_NEWLINE: Final = LazyRegex(
    r"\\n(?=(?:\\n){0,9}(?:co-authored-by|assisted-by|generated-by|signed-off-by):)", re.IGNORECASE
)
_SQUASH: Final = "Squashed commit of the following:"
_LINE_END: Final = "\n"
_FENCE: Final = LazyRegex(r"[ \t]{0,3}(?:```|~~~)")
_HAS_QUOTATION: Final = LazyRegex(r"^(?:>|[ \t]| {0,3}(?:```|~~~)|Squashed commit)", re.MULTILINE)
"""A first test of the whole message: most messages have no quoted, indented or fenced line."""
_INDENTS: Final = ("    ", "\t")
_SPACES: Final = frozenset({" ", "\t"})
_TRAILER: Final = LazyRegex(r"[ \t]{0,3}[A-Za-z][A-Za-z0-9_-]{0,40}[ \t]*:")
"""A line as git reads a trailer (git-interpret-trailers(1)): a key without spaces, and a colon."""
_FOLDED_TRAILER: Final = LazyRegex(r"[ \t]{0,3}[A-Za-z]+(?:-[A-Za-z]+)+[ \t]*:")
"""A trailer with a hyphen in its key: any other line with a colon may be a sentence before a list."""
_OPEN_FOOTER: Final = LazyRegex(
    r"(?:[\W_]{0,9}(?:generated|created|made|built|written)[ \t]+(?:with|by|using)\b[^\]\n]{0,40}\[[^\]\n]{0,80}|"
    r"_(?:generated|created|made|built|written|opened)\b[^\n]{0,200}[^_\n])\Z",
    re.IGNORECASE,
)
"""A footer that ends within a link's text, or one in emphasis that does not end in it: tools wrap long footers."""
_ROBOT: Final = "\U0001f916"
_CLOSES: Final = ("](", "_")
"""The end of a link's text, and of emphasis: a line that has the one, or ends with the other, ends an open footer."""
_ITEM: Final = LazyRegex(r"[ \t]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_QUOTING: Final = LazyRegex(r"[ \t]{0,3}(?:[`\"'|\u201c\u201d\u2018\u2019\u00ab\u00bb]|[-*+][ \t])")
"""The beginning of a line that shows another line or lists it: marks of quotation, of code, a list or a table."""
_SENTENCE: Final = LazyRegex(r"[^\W_]\S*[ \t]+\S+[ \t]+\S")
"""At least three words, without an indent: that of a folded trailer is none."""
_ENDS: Final = (".", "!", "?")
_NO_SENTENCE: Final = LazyRegex(
    r"(?:https?://|via[ \t]|(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?|refs?|see|part of|related to|skip)\b)",
    re.IGNORECASE,
)
"""Short lines that tools and people write among trailers."""


def normalised(message: str) -> str:
    """Return both ends of a message, with the line ends and escapes repaired that tools break.

    The rules are those of the attribution study (agents.md 2.2, step 0).
    """
    if len(message) > 2 * _SCANNED:
        message = f"{message[:_SCANNED]}\n{message[-_SCANNED:].partition(_LINE_END)[2]}"
    text = message.replace("\r\n", "\n")
    if "&lt;" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">")
    return _LITERAL_NEWLINE.sub("\n", text) if "\\n" in text else text


class WrittenLines:
    """The lines of a normalised message that its author wrote: none that is quoted, indented or fenced, or empty.

    Indented lines of a squash count, without their indent: ``git merge --squash`` indents the messages that it joins
    (builtin/merge.c). So do those of a message whose subject is indented too, as tools that join messages write it.
    """

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        if len(lines) > 2 * _MOST_LINES:
            lines = [*lines[:_MOST_LINES], *lines[-_MOST_LINES:]]
        lines = [line[:_LONGEST_LINE].rstrip() for line in lines]
        self._lines = _own_lines(lines) if _HAS_QUOTATION.search(text) else lines
        self._paragraph = range(0)
        self._talk: set[int] = set()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number, from 1; a trailer or footer that is folded over several as one."""
        lines, number = self._lines, 0
        while number < len(lines):
            line, order = lines[number], number + 1
            number += 1
            if not line:
                continue
            if number < len(lines) and lines[number][:1] in _SPACES and _FOLDED_TRAILER.match(line):
                parts, number = _folded(lines, number)
                line = " ".join([line, *parts])[:_LONGEST_LINE]
            elif number < len(lines) and (line[0] == "_" or "[" in line) and _OPEN_FOOTER.match(line):
                parts, number = _rest_of_footer(lines, number)
                line = " ".join([line, *parts])[:_LONGEST_LINE]
            yield order, line

    def may_mark(self, order: int) -> bool:
        """Return True if the line of a number can be a trailer or a footer, and is no part of talk about such lines."""
        number = order - 1
        if number not in self._paragraph:
            self._paragraph = _paragraph_of(self._lines, number)
            self._talk = _lines_of_talk(self._lines, self._paragraph)
        return number not in self._talk and not _QUOTING.match(self._lines[number])


def _own_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines with empty ones in the place of those that are quoted, fenced or indented."""
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    fenced = {number for start, end in zip(fences[::2], fences[1::2], strict=False) for number in range(start, end)}
    is_squash = any(line.startswith(_SQUASH) for line in lines)
    subject = next((line for line in lines if line), "")
    indent = "" if is_squash else subject[: len(subject) - len(subject.lstrip())]
    own: list[str] = []
    first = ""
    """The last line without an indent, which indented ones may continue."""
    for number, line in enumerate(lines):
        kept = line.strip() if is_squash else line.removeprefix(indent)
        if kept[:1] not in _SPACES:
            first, is_quoted = kept, kept[:1] == ">"
        else:
            is_quoted = kept.startswith(_INDENTS) and not (
                _FOLDED_TRAILER.match(first) and not _TRAILER.match(kept.lstrip())
            )
        own.append("" if is_quoted or number in fenced else kept)
    return own


def _folded(lines: Sequence[str], number: int) -> tuple[list[str], int]:
    """Return the lines from a number on that continue the trailer before it, and the number of the line after them."""
    parts: list[str] = []
    while number < len(lines) and len(parts) < _MOST_FOLDED:
        line = lines[number]
        if line[:1] not in _SPACES or _TRAILER.match(line.lstrip()):
            break
        parts.append(line.strip())
        number += 1
    return parts, number


def _rest_of_footer(lines: Sequence[str], number: int) -> tuple[list[str], int]:
    """Return the lines from a number on that end the footer before it, and the number after them; none if none does."""
    link, emphasis = _CLOSES
    for end in range(number, min(number + _MOST_FOLDED, len(lines))):
        if not lines[end] or _ROBOT in lines[end] or _FOLDED_TRAILER.match(lines[end]):
            break
        if link in lines[end] or lines[end].endswith(emphasis):
            return [*lines[number : end + 1]], end + 1
    return [], number


def _paragraph_of(lines: Sequence[str], number: int) -> range:
    """Return the numbers of the lines of the paragraph that a line belongs to. A list's item begins a paragraph."""
    start = number
    while start > 0 and lines[start - 1] and not _ITEM.match(lines[start]):
        start -= 1
    end = number + 1
    while end < len(lines) and lines[end] and not _ITEM.match(lines[end]):
        end += 1
    return range(start, end)


def _lines_of_talk(lines: Sequence[str], paragraph: range) -> set[int]:
    """Return the numbers of those lines of a paragraph that only talk about trailers or footers.

    Such a line stands in a sentence that goes on behind it, in lower case; or a sentence that ends with a colon leads
    to it, in its paragraph or in the one before, unless it is the end of the message. The subject leads to nothing.
    """
    sentences = [number for number in paragraph if _is_sentence(lines[number])]
    if not sentences:
        is_talk = _leads_on(lines, paragraph.start) and any(_is_sentence(line) for line in lines[paragraph.stop :])
        return {*paragraph} if is_talk else set()
    talk: set[int] = set()
    for before, after in itertools.pairwise([None, *sentences, None]):
        start = paragraph.start if before is None else before + 1
        is_led_to = before is not None and before > 0 and lines[before].endswith(":")
        has_ended = before is not None and lines[before].endswith(_ENDS)
        goes_on = after is not None and not has_ended and lines[after][0].islower()
        if is_led_to or goes_on:
            talk.update(range(start, paragraph.stop if after is None else after))
    return talk


def _leads_on(lines: Sequence[str], start: int) -> bool:
    """Return True if the last line before a number that is not empty is a sentence with a colon at its end."""
    before = next((lines[number] for number in range(start - 1, 0, -1) if lines[number]), "")
    return before.endswith(":") and _is_sentence(before)


def _is_sentence(line: str) -> bool:
    """Return True for a line of prose: three words or more that are no trailer, and no line that tools write."""
    return bool(line and _SENTENCE.match(line)) and not _TRAILER.match(line) and not _NO_SENTENCE.match(line)
