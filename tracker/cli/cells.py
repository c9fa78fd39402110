"""Text measured in cells: the columns that a terminal gives to its characters, two for most of Chinese and for emoji.

Pure. All text that is shown beside other text is measured, cut, filled up and wrapped here.
"""

import re
from collections.abc import Iterator
from typing import Final

from tracker.text import printable

_JOINERS: Final = re.compile(r"(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])|[\ufe00-\ufe0f]")
"""Joiners between letters or emoji, and choices of a glyph. Terminals disagree on the width of what has these, and the
text reads the same without."""

_PLAINER: Final = {"…": "...", "≥": ">="}
"""Our own signs, for an encoding that does not have them."""


def shown(text: str, encoding: str | None) -> str:
    """Return a text of any origin as it is shown: one printable line with only characters that the encoding has."""
    if text.isascii() and text.isprintable():
        return text
    plain = printable(_JOINERS.sub("", text))
    try:
        plain.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "".join(_encodable(character, encoding or "ascii") for character in plain)
    return plain


def _encodable(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAINER.get(character, "?")
    return character


def width(text: str) -> int:
    """Return how many cells a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, most: int, ellipsis: str = "…") -> str:
    """Return the text if it fits ``most`` cells, else its beginning with an ellipsis.

    No character, number or object name is cut in two, unless the text begins with it.
    """
    if width(text) <= most:
        return text
    kept = _beginning(text, most - len(ellipsis))
    for whole in _WHOLE.finditer(text):
        if 0 < whole.start() < len(kept) < whole.end():
            kept = text[: whole.start()]
    return kept.rstrip() + ellipsis if kept else ellipsis[: max(most, 0)]


def cut_inside(text: str, most: int, ellipsis: str = "…") -> str:
    """Return the text if it fits ``most`` cells, else its beginning and its end with an ellipsis between.

    The end begins at a part of a name if one does there. A text that is not ASCII is cut at its end.
    """
    room = most - len(ellipsis)
    if width(text) <= most or not text.isascii() or room < _FEWEST_INSIDE:
        return cut(text, most, ellipsis)
    end = text[-(room * 2 // 3) :]
    begin = _PART.search(end)
    end = _from_whole(text, len(text) - len(end[begin.end() :] if begin and begin.end() < len(end) else end))
    return _up_to_whole(text, room - len(end)).rstrip(" -/") + ellipsis + end


def _from_whole(text: str, start: int) -> str:
    """Return the end of a text from a place on, later where a number or object name would be cut in two."""
    inside = next((whole for whole in _WHOLE.finditer(text) if whole.start() < start < whole.end()), None)
    return text[start:] if inside is None else text[inside.end() :]


def _up_to_whole(text: str, end: int) -> str:
    """Return the beginning of a text, shorter where a number or object name in it would be cut in two."""
    inside = next((whole for whole in _WHOLE.finditer(text) if 0 < whole.start() < end < whole.end()), None)
    return text[:end] if inside is None else text[: inside.start()]


_FEWEST_INSIDE: Final = 9
"""Cells below which two ends of a text say less than its beginning."""
_PART: Final = re.compile(r"[ /-]")
"""The characters between the parts of a name."""
_WHOLE: Final = re.compile(r"\b[0-9a-f]{7,64}\b|[0-9][0-9.,:/-]*%?")
"""Object names, numbers and dates, which say something else when they are cut."""


def _beginning(text: str, most: int) -> str:
    """Return the characters that fit ``most`` cells, with the accents of the last one."""
    if text.isascii():
        return text[: max(most, 0)]
    from rich.cells import set_cell_size

    fitting = set_cell_size(text, max(most, 0))
    while not text.startswith(fitting):  # half of a wide character became a space
        fitting = fitting[:-1]
    end = len(fitting)
    while 0 < end < len(text) and width(text[: end + 1]) == width(fitting):
        end += 1
    return text[:end]


def folded(text: str, most: int) -> Iterator[str]:
    """Yield a text in pieces of at most ``most`` cells, at least 2, broken wherever one is full."""
    left = text
    while width(left) > most:
        piece = _beginning(left, most)
        yield piece
        left = left[len(piece) :]
    yield left


def filled(text: str, size: int, *, right: bool = False) -> str:
    """Return the text with spaces up to ``size`` cells: after it, or before it if ``right``."""
    spaces = " " * (size - width(text))
    return spaces + text if right else text + spaces


def wrapped(text: str, most: int, first: str = "", others: str = "") -> Iterator[str]:
    """Yield a text as lines of at most ``most`` cells. A path, a command or a name stays whole, however long it is.

    Lines are broken at spaces, and beside characters of two cells, since Chinese and Japanese have no spaces.
    ``first`` and ``others``: what the first line and those after it begin with.
    """
    line, size, is_empty = first, width(first), True
    for gap, part in _parts(text):
        if is_empty or size + len(gap) + width(part) <= most:
            before = "" if is_empty else gap
        else:
            yield line.rstrip()
            line, size, before = others, width(others), ""
        line += before + part
        size += len(before) + width(part)
        is_empty = False
    yield line.rstrip()


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that stay on one line, each with the space before it."""
    gap = ""
    for word in text.split(" "):
        start = 0
        for place in range(1, len(word)) if width(word) > len(word) else ():
            if width(word[place]) and 2 in {width(word[place - 1]), width(word[place])}:
                yield gap, word[start:place]
                gap, start = "", place
        yield gap, word[start:]
        gap = " "
