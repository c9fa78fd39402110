"""Recognition of what a user gives to ``import``: by its content, never by its name."""

import struct
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import IO, Final

import orjson

from tracker.exchange.event_lines import LONGEST_LINE
from tracker.exchange.original.rows import is_row

_MAGIC: Final = struct.pack("<I", 0xBEEFC0DE)
_PLACES: Final = (16, 24)
"""Places of LMDB's magic number in a data file: of released versions, and of the one in the original's library."""
_GZIP: Final = b"\x1f\x8b"
_FIRST: Final = 4096


class Kind(Enum):
    """The kind of a file."""

    EVENTS = "events"
    ROWS = "rows of the original"
    DATABASE = "a database of the original"
    LEDGER = "a data file of a ledger"
    COMPRESSED = "something compressed"
    EMPTY = "nothing"
    UNKNOWN = "something else"


def kind_of(file: IO[bytes]) -> Kind:
    """Return the kind of a file, which is at its beginning afterwards."""
    file.seek(0)
    first = file.read(_FIRST)
    file.seek(0)
    if not first.strip():
        return Kind.EMPTY
    if first.startswith(_GZIP):
        return Kind.COMPRESSED
    found = [first[place : place + 4] == _MAGIC for place in _PLACES]
    if any(found):
        return Kind.LEDGER if found[0] else Kind.DATABASE
    kind = _kind_of_lines(file)
    file.seek(0)
    return kind


def _kind_of_lines(file: IO[bytes]) -> Kind:
    """Return the kind of a file of JSON lines, by the first line that is one; Kind.UNKNOWN if none is."""
    for _ in range(_TRIED):
        line = file.readline(LONGEST_LINE)
        if not line:
            break
        try:
            content = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if is_row(content):
            return Kind.ROWS
        if isinstance(content, dict) and "schema" in content and "type" in content:
            return Kind.EVENTS
    return Kind.UNKNOWN


_TRIED: Final = 100
"""Lines that are looked at: the first ones of a file may be damaged."""


def export_script() -> Path:
    """Return the path of the script that exports a database of the original."""
    return Path(str(files("tracker.exchange.original") / "export.mjs"))
