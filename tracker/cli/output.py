"""Printing: lines, paragraphs, warnings, JSON and progress bars.

Text from repositories (names, subjects, paths) is untrusted: a control character could move the cursor, change colours
or write to the clipboard. ``paragraph``, ``print_json`` and the module ``tables`` escape it; for ``say`` and ``warn``
the caller applies ``text.printable``.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from tracker.cli import cells
from tracker.cli.colours import Style, coloured
from tracker.model import LAST_SECOND, Progress

_NARROWEST: Final = 20
"""Least width, in cells, for which output is laid out."""


def moment(seconds: int, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return a time as it is printed, in the user's time zone, in which the dates of filters are read too.

    ``seconds`` since the epoch, clamped to what ``datetime`` can hold.
    """
    known = min(max(seconds, 0), LAST_SECOND)
    try:
        return datetime.fromtimestamp(known).astimezone().strftime(form)
    except (OverflowError, ValueError):  # the year after the last one, east of Greenwich
        return datetime.fromtimestamp(known, UTC).strftime(form)


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


def encoding() -> str:
    """Return the encoding of standard output."""
    return sys.stdout.encoding or "utf-8"


def encoding_of_bars() -> str:
    """Return the encoding for what is drawn of characters, such as bars: ASCII where ``LC_ALL`` is ``C``.

    Python writes UTF-8 there all the same (PEP 540), which keeps names whole, but pagers show it as codes of bytes.
    """
    return "ascii" if os.environ.get("LC_ALL") in {"C", "POSIX"} else encoding()


def room() -> int:
    """Return the width of the terminal in cells: by ``COLUMNS``, which git sets for its pager, else by the terminal."""
    import shutil

    return max(_NARROWEST, shutil.get_terminal_size().columns)


def paragraph(text: str, first: str = "", others: str = "", style: Style = "") -> None:
    """Print a text of any origin: wrapped at the width of a terminal, as one line elsewhere.

    ``first`` and ``others``: what the first line and those after it begin with.
    """
    shown = cells.shown(text, encoding())
    if not sys.stdout.isatty():
        say(first + shown)
        return
    for line in cells.wrapped(shown, room(), first, others):
        say(coloured(line, style))


def lines(texts: Iterable[str]) -> None:
    """Print texts of any origin as paragraphs; the spaces before one are its indent, and a little more below."""
    for text in texts:
        indent = " " * (len(text) - len(text.lstrip(" ")))
        paragraph(text.lstrip(" "), indent, f"{indent}    ")


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False, unit: str = "commits") -> Iterator[Progress | None]:
    """Show a progress bar on standard error while the block runs, and yield the function that advances it.

    ``unit``: the plural noun of what it counts. Yields None when standard error is no terminal, or when ``quiet``.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tracker.cli.progress_bar import progress_bar

    with progress_bar(label, unit) as advance:
        yield advance
