"""Lines of the tables that a reader sees: a name, what was measured, and its ratios; at most 100 columns."""

from collections.abc import Iterator, Mapping
from typing import Final

_NAME: Final = 34
_CELL: Final = 8
_RATIO: Final = 7

Spread = Mapping[str, float]
"""Least, median and most, as JSON has them."""


def heading(title: str, unit: str, *floors: str, more: str = "") -> Iterator[str]:
    """Yield an empty line and the two lines above rows: units and floors, and the names of the columns.

    ``more``: the name of the column after the ratios.
    """
    yield ""
    widths = (3 * _CELL, *(3 * _RATIO for _ in floors))
    groups = (unit, *(f"/ {floor}" for floor in floors))
    names = "".join(f"{name:>{_CELL}}" for name in ("least", "median", "most"))
    of_ratios = "".join(f"{name:>{_RATIO}}" for name in ("least", "median", "most"))
    yield f"{title:<{_NAME}}" + "".join(f"{group:>{width}}" for group, width in zip(groups, widths, strict=True))
    yield f"{'':<{_NAME}}{names}{of_ratios * len(floors)}{more:>{_CELL}}".rstrip()


def row(name: str, measured: Spread, *ratios: Spread, more: str = "", goal: str = "") -> str:
    """Return a row: what was measured, its ratios, the cell after them, and the goal of the first ratio."""
    cells = "".join(f"{number:>{_CELL}.{_digits(number)}f}" for number in measured.values())
    cells += "".join(f"{number:>{_RATIO}.{_digits(number, 2)}f}" for one in ratios for number in one.values())
    return f"{name:<{_NAME}}{cells}" + (f"{more:>{_CELL}}" if more else "") + (f"  goal {goal}" if goal else "")


def numbered(name: str, number: str) -> str:
    """Return the name of a row that is about so many of something."""
    return f"{name:<{_NAME - 7}}{number:>7}"


def in_words(ratio: Spread) -> str:
    """Return a ratio for a sentence: its median, the least and the most."""
    return f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})"


def scaled(spread: Spread, factor: float) -> dict[str, float]:
    """Return a spread in another unit."""
    return {key: factor * number for key, number in spread.items()}


def _digits(number: float, most: int = 3) -> int:
    """Return so many digits after the point that a number fits its column, and shows no more than it says."""
    return min(most, 3 if number < 10 else 2 if number < 100 else 1)
