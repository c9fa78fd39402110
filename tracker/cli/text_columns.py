"""Aligned columns of text for a page of any width, also where the output is no terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from tracker.text import printable

_GAP: Final = 2
_NARROWEST: Final = 12
"""Least width of the column that is cut."""


def least_width(headings: Sequence[str], rows: Sequence[Sequence[str]], *, wide: str) -> int:
    """Return the least width of a page on which ``columns`` aligns these."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]
    place = headings.index(wide)
    return sum(widths) - widths[place] + min(widths[place], _NARROWEST) + _GAP * (len(widths) - 1)


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], *, wide: str, width: int) -> Iterator[str]:
    """Yield a line of headings and one for each row. The column headed ``wide`` is cut so that lines fit ``width``.

    Where they cannot fit, each row is a paragraph with a line for each cell. Text of repositories is made printable.
    """
    from rich.cells import cell_len, set_cell_size

    cells = [[printable(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    place = headings.index(wide)
    left = width - (sum(widths) - widths[place]) - _GAP * (len(widths) - 1)
    if width < least_width(cells[0], cells[1:], wide=cells[0][place]):
        yield from _paragraphs(cells[0], cells[1:], place, width)
        return
    widths[place] = min(widths[place], left)
    for row in cells:
        shown = [_cut(cell, size) for cell, size in zip(row, widths, strict=True)]
        yield (" " * _GAP).join(set_cell_size(cell, size) for cell, size in zip(shown, widths, strict=True)).rstrip()


def _paragraphs(headings: Sequence[str], rows: Sequence[Sequence[str]], first: int, width: int) -> Iterator[str]:
    """Yield the cells of each row below one another: the cell at ``first``, then the others with their headings."""
    for row in rows:
        before = " ".join(cell for cell in row[:first] if cell)
        yield _cut(f"{before} {row[first]}".strip(), width)
        for heading, cell in zip(headings[first + 1 :], row[first + 1 :], strict=True):
            if cell.strip():
                yield _cut(f"  {heading.strip()}: {cell}" if heading.strip() else f"  {cell}", width)


def _cut(cell: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return cell if cell_len(cell) <= width else set_cell_size(cell, width - 1).rstrip() + "…"
