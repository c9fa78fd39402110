"""Select the lines of a commit message that its author wrote, without quotations and examples.

Pure. Messages are untrusted: the time this takes is bounded whatever they hold.
"""

import re
from collections.abc import Iterator
from typing import Final

from tracker.lazy_regex import LazyRegex

_SCANNED: Final = 1 << 16
"""Characters read from each end of a message; trailers and generated lines are at its ends."""
_LONGEST_LINE: Final = 600
"""Characters read of a line."""
_MOST_LINES: Final = 2500
"""Lines read from each end."""

_LITERAL_NEWLINE: Final = LazyRegex(
    r"\\n(?=(?:\\n){0,9}(?:co-authored-by|assisted-by|generated-by|signed-off-by):)", re.IGNORECASE
)
_SQUASH: Final = "Squashed commit of the following:"
_LINE_END: Final = "\n"
_FENCE: Final = LazyRegex(r"[ \t]{0,3}(?:```|~~~)")
_HAS_QUOTATION: Final = LazyRegex(r"^(?:>| {4}|\t| {0,3}(?:```|~~~)|Squashed commit)", re.MULTILINE)
"""A first test of the whole message: most messages have no quoted, indented or fenced line."""
_INDENTS: Final = ("    ", "\t")


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


def written_lines(text: str) -> Iterator[str]:
    """Yield the lines of a normalised message, with an empty line for each quoted, indented or fenced one.

    Indented lines of a squash count, without their indent: ``git merge --squash`` indents the messages that it joins
    (builtin/merge.c).
    """
    lines = text.split("\n")
    if len(lines) > 2 * _MOST_LINES:
        lines = [*lines[:_MOST_LINES], *lines[-_MOST_LINES:]]
    if not _HAS_QUOTATION.search(text):
        yield from (line[:_LONGEST_LINE] for line in lines)
        return
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    fenced = {number for start, end in zip(fences[::2], fences[1::2], strict=False) for number in range(start, end)}
    squash = any(line.startswith(_SQUASH) for line in lines)
    for number, line in enumerate(lines):
        if number in fenced or line.startswith(">"):
            yield ""
        elif squash:
            yield line[:_LONGEST_LINE].strip()
        else:
            yield "" if line.startswith(_INDENTS) else line[:_LONGEST_LINE]
