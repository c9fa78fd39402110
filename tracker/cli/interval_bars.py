"""Bars that show a share and its interval on one scale from 0 to 100 %, in characters."""

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


def _place(value: float, width: int) -> int:
    return min(width - 1, max(0, int(value * width)))
