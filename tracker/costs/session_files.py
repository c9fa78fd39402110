"""Read the files of one session within fixed bounds, without waiting and without writing.

A file of JSON lines is read forward, once, up to the size that it had when it was opened. Only lines that contain one
of some texts are parsed.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from tracker import files
from tracker.attribution import foreign_json
from tracker.costs.events import SessionUnreadable

MOST_BYTES: Final = 256 << 20
"""Bytes read for one session, all its files together."""
MOST_FILES: Final = 200
LONGEST_LINE: Final = 2 << 20
"""Bytes of a line; a longer one is not parsed. Such lines hold images and whole conversations."""
LARGEST_DOCUMENT: Final = 32 << 20
"""Bytes of a file that is one JSON document."""
HEAD: Final = 64 << 10
"""Bytes read of a file to see whose it is."""
_MOST_ENTRIES: Final = 5000
"""Entries of folders that are looked at for one session."""

Record = dict[str, Any]


class SessionFiles:
    """The files of one session, as far as the bounds allow.

    The methods raise SessionUnreadable when a bound is reached, because the commits whose part of the session was not
    read would get too little, and OSError for a file that cannot be opened.
    """

    def __init__(self) -> None:
        self._files = 0
        self._bytes = 0

    def records(self, path: Path, needles: Sequence[bytes]) -> Iterator[Record | None]:
        """Yield the objects in the lines of a file that contain one of ``needles``.

        None stands for a line that contains one and is too long or damaged. A last line without its end is still being
        written: it is left out unless it is a whole object.
        """
        with self._opened(path) as file:
            for line, is_last in _lines(file, needles):
                record = None if line is None else _parsed(line)
                if record is not None or not is_last:
                    yield record

    def document(self, path: Path) -> Any:
        """Return the value of a file that is one JSON document of at most 32 MiB. Raises ValueError for other text."""
        with self._opened(path, LARGEST_DOCUMENT) as file:
            return foreign_json.parse(file.read(LARGEST_DOCUMENT))

    def _opened(self, path: Path, most: int = MOST_BYTES) -> BinaryIO:
        file = files.open_regular(path)
        size = os.fstat(file.fileno()).st_size
        self._files += 1
        self._bytes += size
        if self._files > MOST_FILES or size > most or self._bytes > MOST_BYTES:
            file.close()
            raise SessionUnreadable("too_large")
        return file


def _lines(file: BinaryIO, needles: Sequence[bytes]) -> Iterator[tuple[bytes | None, bool]]:
    """Yield lines that contain a needle, None in place of a longer one, each with True for one that has no end."""
    left = os.fstat(file.fileno()).st_size
    while left > 0 and (line := file.readline(min(LONGEST_LINE, left))):
        left -= len(line)
        is_found = any(needle in line for needle in needles)
        if line.endswith(b"\n") or left <= 0:
            if is_found:
                yield line, not line.endswith(b"\n")
            continue
        while left > 0 and not line.endswith(b"\n") and (more := file.readline(min(LONGEST_LINE, left))):
            left -= len(more)
            # A needle may lie on the border of two pieces.
            is_found = is_found or any(needle in line[-100:] + more for needle in needles)
            line = more
        if is_found:
            yield None, not line.endswith(b"\n")


def _parsed(line: bytes) -> Record | None:
    try:
        value = foreign_json.parse(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def head(path: Path, most: int = HEAD) -> bytes:
    """Return the beginning of a regular file; nothing for everything else, and for a file that cannot be read."""
    try:
        with files.open_regular(path) as file:
            return file.read(most)
    except OSError:
        return b""


def head_records(path: Path) -> Iterator[Record]:
    """Yield the objects in the first 64 KiB of a file of JSON lines."""
    for line in head(path).split(b"\n"):
        record = _parsed(line)
        if record is not None:
            yield record


def first_record(path: Path) -> Record:
    """Return the object in the first line of a file, which has at most 2 MiB; an empty one if there is none."""
    return _parsed(head(path, LONGEST_LINE).partition(b"\n")[0]) or {}


def files_below(folder: Path, ending: str) -> list[Path]:
    """Return the files at any depth of a folder whose names end so, sorted; links to folders are not followed.

    Raises SessionUnreadable when there are more than 5,000 entries.
    """
    found: list[Path] = []
    entries = 0
    for place, folders, names in os.walk(folder):
        entries += len(folders) + len(names)
        if entries > _MOST_ENTRIES:
            raise SessionUnreadable("too_large")
        found += [Path(place, name) for name in names if name.endswith(ending)]
    return sorted(found)
