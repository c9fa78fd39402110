"""Bars in characters: a share with its interval on a scale from 0 to 100 %, and plain bars that compare shares."""

from typing import Final, NamedTuple


class Marks(NamedTuple):
    """The characters of a bar: outside the interval, inside, at the share, and at the share of what is not compared."""

    ground: str
    inside: str
    share: str
    unsure: str


UNICODE: Final = Marks("·", "━", "●", "○")
ASCII: Final = Marks(".", "=", "#", "o")


def marks_for(encoding: str | None) -> Marks:
    """Return the characters that an encoding has."""
    try:
        "".join(UNICODE).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def bar(share: float, interval: tuple[float, float], width: int, marks: Marks, *, is_sure: bool = True) -> str:
    """Return a bar of so many characters. ``share`` and ``interval``: from 0 to 1."""
    low, high, middle = (_place(value, width) for value in (*interval, share))
    cells = [marks.inside if low <= place <= high else marks.ground for place in range(width)]
    cells[middle] = marks.share if is_sure else marks.unsure
    return "".join(cells)


def share_bar(share: float, width: int, encoding: str | None) -> str:
    """Return a bar of up to ``width`` cells for a share from 0 to 1, in eighths of a cell where the encoding has them.

    A share above 0 has at least the thinnest bar.
    """
    try:
        _BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#" * (max(1, round(share * width)) if share > 0 else 0)
    eighths = max(1, round(share * width * 8)) if share > 0 else 0
    return _BLOCKS[-1] * (eighths // 8) + _BLOCKS[eighths % 8].strip()


_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
"""From nothing to a whole cell, in eighths."""


def _place(value: float, width: int) -> int:
    return min(width - 1, max(0, int(value * width)))


def share_shown(share: float) -> str:
    """Return a share as a percentage; one that is not nothing never reads as 0 %, and one that is not all as 100 %."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
