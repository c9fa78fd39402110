"""Every table that is shown to people: as wide as the terminal, with the columns that are worth most.

A list declares its columns once, with the order in which they are left out where there is no room. Names and subjects
are cut with an ellipsis. Numbers, dates and object names are never cut.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from tracker.cli import cells, output
from tracker.cli.colours import Style, coloured
from tracker.text import printable

_GAP: Final = "  "


class Column(NamedTuple):
    """One column. ``least`` and ``pleasant``: cells to which its texts may be cut; 0 where nothing may be cut.

    ``pleasant``: on a terminal of 80 columns, and in proportion on others.
    """

    heading: str
    least: int = 0
    pleasant: int = 0
    is_right: bool = False

    def narrowest(self, natural: int, room: int, *, is_pleasant: bool) -> int:
        """Return the least width of the column. ``natural``: that of its texts; ``is_pleasant``: they read well."""
        if not self.least:
            return natural
        return min(natural, max(self.least, self.pleasant * room // _USUAL_ROOM if is_pleasant else 0))


_USUAL_ROOM: Final = 80


def fixed(heading: str) -> Column:
    """Return a column of dates, object names and words, which are never cut."""
    return Column(heading)


def number(heading: str) -> Column:
    """Return a column of numbers, which are never cut and stand at the right."""
    return Column(heading, is_right=True)


def text(heading: str, least: int = 10, pleasant: int = 20) -> Column:
    """Return a column of names or sentences, which are cut where there is no room."""
    return Column(heading, least, pleasant)


class Cell(NamedTuple):
    """The text of a cell with a meaning that has a colour."""

    text: str
    style: Style = ""


class Layout(NamedTuple):
    """The columns of a list, and the order in which a narrow terminal does without some, the first first.

    ``left_out``: headings of columns that are worth less than texts of a pleasant width. ``left_out_last``: of those
    for which texts are cut to their least width before. Columns that are empty in every row go before all others.
    ``only_shown``: headings of those that only people see: bars, which a program that reads the list has no use for.
    ``is_told``: a line below the table names the columns that were left out.
    """

    columns: tuple[Column, ...]
    left_out: tuple[str, ...] = ()
    left_out_last: tuple[str, ...] = ()
    only_shown: tuple[str, ...] = ()
    is_told: bool = False


Row = Sequence[str | Cell]


class Table(NamedTuple):
    """A table before it is drawn. ``rows``: a cell for each column."""

    layout: Layout
    rows: Sequence[Row]

    def lines(self, room: int | None) -> Iterator[str]:
        """Yield its lines, as ``draw`` does."""
        return draw(self.layout, self.rows, room)

    def fits(self, room: int | None) -> bool:
        """Return True if no text is cut in so much room."""
        _, natural = _measured(self.layout, self.rows)
        return room is None or _whole(natural) <= room

    def headings(self, room: int | None) -> list[str]:
        """Return the headings of the columns that are shown in so much room."""
        table, natural = _measured(self.layout, self.rows)
        kept, _ = _kept(self.layout, _empty(self.layout, table[1:]), natural, room)
        return [self.layout.columns[place].heading for place in kept]


def draw(layout: Layout, rows: Sequence[Row], room: int | None) -> Iterator[str]:
    """Yield the lines of a table, at most ``room`` cells wide where its least columns allow that.

    ``rows``: a cell for each column. ``room``: None draws every column at its whole width.
    """
    table = LongTable(layout, room)
    yield from table.lines(rows)
    if layout.is_told and table.left_out:
        told = f"Not shown, for lack of room ({room} characters): {', '.join(table.left_out)}."
        yield from cells.wrapped(told, room or 0)


class LongTable:
    """A table whose rows come in parts, so that the first can be shown before the last are known.

    Each part has the columns of those before it, as far as its texts allow that; else the headings are repeated above
    it, with the columns as they are from there on. ``left_out``: the headings of columns without room, so far.
    """

    def __init__(self, layout: Layout, room: int | None) -> None:
        self._layout = layout
        self._room = room
        self._natural = [0] * len(layout.columns)
        self._empty = {one.heading for one in layout.columns}
        self._shape: tuple[list[int], list[int]] | None = None
        self.left_out: list[str] = []

    def lines(self, rows: Sequence[Row]) -> Iterator[str]:
        """Yield the lines of the next rows, with headings where there are none above them that fit."""
        table, natural = _measured(self._layout, rows)
        self._natural = [*map(max, self._natural, natural)]
        self._empty &= _empty(self._layout, table[1:])
        kept, self.left_out = _kept(self._layout, self._empty, self._natural, self._room)
        columns = [self._layout.columns[place] for place in kept]
        sizes = _sizes(columns, [self._natural[place] for place in kept], self._room)
        # Nothing stands at the right of the last column, so that its width changes no other line.
        shape = (kept, sizes if columns[-1].is_right else sizes[:-1])
        if self._shape == shape:
            table = table[1:]
        elif self._shape is not None:
            yield ""
        self._shape = shape
        ellipsis = cells.shown("…", output.encoding())
        told = [
            _told([row[place].text for row in table], size, ellipsis) for place, size in zip(kept, sizes, strict=True)
        ]
        for number, row in enumerate(table):
            parts = zip(columns, [row[place] for place in kept], [texts[number] for texts in told], sizes, strict=True)
            yield _GAP.join(_filled(*part) for part in parts).rstrip()


def _measured(layout: Layout, rows: Sequence[Row]) -> tuple[list[list[Cell]], list[int]]:
    """Return the cells of the headings and rows as they are shown, and the width of each column."""
    encoding = output.encoding()
    headings = [Cell(cells.shown(one.heading, encoding)) for one in layout.columns]
    table = [headings, *([_cell(one, encoding) for one in row] for row in rows)]
    return table, [max(cells.width(one.text) for one in column) for column in zip(*table, strict=True)]


def print_table(layout: Layout, rows: Sequence[Row]) -> None:
    """Print a table: drawn for a terminal, elsewhere as tab-separated lines with all columns, headings first.

    Such a line has "-" for an empty cell, so that programs that split at any white space find every field.
    """
    if sys.stdout.isatty():
        for line in draw(layout, rows, output.room()):
            output.say(line)
        return
    kept = [place for place, one in enumerate(layout.columns) if one.heading not in layout.only_shown]
    print_fields([[layout.columns[place].heading for place in kept]])
    print_fields([[_text(row[place]) or "-" for place in kept] for row in rows])


def print_fields(rows: Sequence[Row]) -> None:
    """Print tab-separated lines for other programs."""
    for row in rows:
        output.say("\t".join(printable(_text(one)) for one in row))


def _text(one: str | Cell) -> str:
    return one if isinstance(one, str) else one.text


def _cell(one: str | Cell, encoding: str | None) -> Cell:
    cell = Cell(one) if isinstance(one, str) else one
    return cell._replace(text=cells.shown(cell.text, encoding))


def _empty(layout: Layout, table: Sequence[Sequence[Cell]]) -> set[str]:
    """Return the headings of the columns that are empty in every row."""
    return {
        one.heading
        for one, column in zip(layout.columns, zip(*table, strict=True), strict=False)
        if not any(cell.text for cell in column)
    }


def _kept(
    layout: Layout, empty: Collection[str], natural: Sequence[int], room: int | None
) -> tuple[list[int], list[str]]:
    """Return the places of the columns that are shown, and the headings of the others. ``empty``: see ``_empty``."""
    kept, left_out = [*range(len(layout.columns))], list[str]()
    if room is None:
        return kept, left_out
    present = {one.heading for one in layout.columns}
    order = [heading for heading in (*layout.left_out, *layout.left_out_last) if heading in present]
    for heading in sorted(order, key=lambda heading: heading not in empty):
        if heading in empty:  # it is worth less than the end of any text
            shown = [natural[place] for place in kept]
        else:
            is_pleasant = heading in layout.left_out
            shown = [layout.columns[place].narrowest(natural[place], room, is_pleasant=is_pleasant) for place in kept]
        if _whole(shown) > room:
            place = next(place for place in kept if layout.columns[place].heading == heading)
            kept.remove(place)
            left_out.append(heading)
    untold = {*empty, *layout.only_shown}
    return kept, [one.heading for one in layout.columns if one.heading in left_out and one.heading not in untold]


def _whole(sizes: Sequence[int]) -> int:
    """Return the width of columns with the gaps between them."""
    return sum(sizes) + len(_GAP) * (len(sizes) - 1)


def _sizes(columns: Sequence[Column], natural: Sequence[int], room: int | None) -> list[int]:
    """Return the widths of columns: each as wide as its texts, and the cells that are left shared out evenly."""
    if room is None:
        return [*natural]
    sizes = [one.narrowest(size, room, is_pleasant=False) for one, size in zip(columns, natural, strict=True)]
    left = room - _whole(sizes)
    while left > 0:
        short = [place for place, size in enumerate(sizes) if size < natural[place]]
        if not short:
            break
        sizes[min(short, key=lambda place: sizes[place])] += 1
        left -= 1
    return sizes


def _told(texts: Sequence[str], size: int, ellipsis: str) -> list[str]:
    """Return the texts of a column, cut to its width: at the end, and inside where others would look the same."""
    cut = [cells.cut(text, size, ellipsis) for text in texts]
    originals: dict[str, set[str]] = defaultdict(set)
    for text, told in zip(texts, cut, strict=True):
        originals[told].add(text)
    return [
        told if len(originals[told]) == 1 else cells.cut_inside(text, size, ellipsis)
        for text, told in zip(texts, cut, strict=True)
    ]


def _filled(column: Column, cell: Cell, told: str, size: int) -> str:
    """Return a cell of the column's width, with only its text coloured, not the spaces."""
    filled = cells.filled(told, size, right=column.is_right)
    return filled.replace(told, coloured(told, cell.style), 1) if cell.style and told else filled
