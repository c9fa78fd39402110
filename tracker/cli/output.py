"""Printing: lines, warnings, JSON, tables and progress bars.

Text from repositories (names, subjects, paths) is untrusted: a control character could move the cursor, change colours
or write to the clipboard. ``table`` and ``print_json`` escape it; for ``say`` and ``warn`` the caller applies
``text.printable``.
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tracker.model import LAST_SECOND, Progress
from tracker.text import printable

_GAP: Final = 2
"""Columns between two cells of a table."""
_NARROWEST: Final = 12
"""Least width, in columns, of the cells that are cut on a narrow terminal."""


def moment(seconds: int, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return a time in UTC as it is printed; ``seconds`` since the epoch, clamped to what ``datetime`` can hold."""
    return datetime.fromtimestamp(min(max(seconds, 0), LAST_SECOND), UTC).strftime(form)


def say(text: str) -> None:
    """Print a line on standard output."""
    _write(sys.stdout, text)


def warn(text: str) -> None:
    """Print a line on standard error, after the program's name."""
    _write(sys.stderr, f"agent-tracker: {text}")


def _write(stream: Any, text: str) -> None:
    """Write a line, with a question mark for each character that the stream's encoding does not have."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def print_json(value: object) -> None:
    """Print a JSON value on one line, as UTF-8.

    All unprintable characters are escaped, also those that only some readers take for a line end (U+2028).
    """
    import orjson

    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # orjson refuses lone surrogates (PEP 383: bytes of a path that are not UTF-8)
        import json

        text = json.dumps(value, separators=(",", ":"))
    if not text.isprintable():
        text = "".join(character if character.isprintable() else _escaped(character) for character in text)
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text + "\n")
    else:
        buffer.write(text.encode() + b"\n")
        buffer.flush()


def _escaped(character: str) -> str:
    """Return the JSON escape of a character: two escapes outside the basic multilingual plane (RFC 8259, section 7)."""
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], wide: str, *, heads_piped_lines: bool = True) -> None:
    """Print a table with headings: aligned columns on a terminal, tab-separated lines elsewhere.

    ``heads_piped_lines``: False for a list whose lines scripts cut into columns; it has no headings when it is piped.

    ``rows``: one text for each heading. ``wide``: the heading of the column that is cut when the terminal is narrow.
    """
    if not sys.stdout.isatty():
        for row in (headings, *rows) if heads_piped_lines else rows:
            say("\t".join(printable(cell) for cell in row))
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console, cells = Console(), [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(headings, *cells, strict=True)]
    place = headings.index(wide)
    left = console.width - (sum(widths) - widths[place]) - _GAP * (len(widths) - 1)
    widths[place] = min(widths[place], max(left, _NARROWEST))
    drawn = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for heading, width in zip(headings, widths, strict=True):
        drawn.add_column(heading, no_wrap=True, overflow="ellipsis", width=width)
    for row in cells:
        drawn.add_row(*map(Text, row))
    console.print(drawn, soft_wrap=True)


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Progress | None]:
    """Show a progress bar on standard error while the block runs, and yield the function that advances it.

    Yields None when standard error is no terminal, or when ``quiet``.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tracker.cli.progress_bar import progress_bar

    with progress_bar(label) as advance:
        yield advance
