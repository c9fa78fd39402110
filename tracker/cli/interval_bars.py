"""Bars in characters: a share with its interval on a scale from 0 to 100 %, and plain bars that compare shares."""

from collections.abc import Sequence
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


def shares_shown(counts: Sequence[int]) -> list[str]:
    """Return the shares of counts in their sum as whole percentages that add up to 100.

    The percentages are rounded by largest remainders. One that is not nothing never reads as 0 %, and one that is not
    all never as 100 %, so signs of less and more take their place there.
    """
    whole = sum(counts)
    if not whole:
        return ["0%"] * len(counts)
    percents = [100 * count // whole for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda one: (-(100 * counts[one] % whole), -counts[one]))
    for place in by_remainder[: 100 - sum(percents)]:
        percents[place] += 1
    return [_percentage(percent, count, whole) for percent, count in zip(percents, counts, strict=True)]


def _percentage(percent: int, count: int, whole: int) -> str:
    if count and not percent:
        return "<1%"
    return ">99%" if percent == 100 and count < whole else f"{percent}%"
