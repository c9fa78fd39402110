"""Read the files of one session within fixed bounds of bytes and of time, without waiting and without writing.

A file of JSON lines is read forward, once, in large blocks, up to the size that it had when it was opened. Only lines
that contain one of some texts are parsed.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from tracker import files
from tracker.attribution import foreign_json
from tracker.costs.events import SessionUnreadable

MOST_BYTES: Final = 256 << 20
"""Bytes read for one session, all its files together."""
_MOST_WORK: Final = 0.7
"""Seconds of processor time in which a session is read; what is not read by then is too much, as a command waits."""
_LONGEST_WAIT: Final = 0.9
"""Seconds that this may take on a machine that is busy, or whose disk is slow; it is tried again another time then."""
MOST_FILES: Final = 200
LONGEST_LINE: Final = 2 << 20
"""Bytes of a line; a longer one is not parsed. Such lines hold images and whole conversations."""
LARGEST_DOCUMENT: Final = 32 << 20
"""Bytes of a file that is one JSON document."""
HEAD: Final = 64 << 10
"""Bytes read of a file to see whose it is."""
_BLOCK: Final = 1 << 19
"""Bytes that are read at once."""
_BEGINNING: Final = 300
_MOST_ENTRIES: Final = 5000
"""Entries of folders that are looked at for one session."""

Record = dict[str, Any]


SMALL: Final = 8 << 20
"""Bytes of a session that is read whatever time that takes, as it takes none unless the machine is overloaded."""


class TimeLimit:
    """The time in which one session is read; it begins with the object."""

    def __init__(self) -> None:
        self._work_end = time.thread_time() + _MOST_WORK
        self._end = time.monotonic() + _LONGEST_WAIT

    def is_over(self) -> bool:
        """Return True when no more may be read."""
        return time.thread_time() > self._work_end or time.monotonic() > self._end


class SessionFiles:
    """The files of one session, as far as the bounds allow.

    The methods raise SessionUnreadable when a bound is reached, because the commits whose part of the session was not
    read would get too little, and OSError for a file that cannot be opened. The time begins with the object.
    """

    def __init__(self) -> None:
        self._files = 0
        self._bytes = 0
        self._time = TimeLimit()

    def beside(self) -> "SessionFiles":
        """Return a reader of other files, such as those of a fork's parent: they count anew, their time does not."""
        others = SessionFiles()
        others._time = self._time
        return others

    def check_time(self) -> None:
        """Raise SessionUnreadable when the time is over, unless the files are small."""
        if self._bytes > SMALL and self._time.is_over():
            raise SessionUnreadable("too_large")

    def records(self, path: Path, needles: Sequence[bytes]) -> Iterator[Record | None]:
        """Yield the objects in the lines of a file that contain one of ``needles``.

        None stands for a line that contains one and is too long or damaged. A last line without its end is still being
        written: it is left out unless it is a whole object.
        """
        with self._opened(path) as file:
            for line, is_last in _lines(file, needles, self.check_time):
                record = None if line is None else _parsed(line)
                if record is not None or not is_last:
                    yield record

    def document(self, path: Path) -> Any:
        """Return the value of a file that is one JSON document of at most 32 MiB. Raises ValueError for other text."""
        with self._opened(path, LARGEST_DOCUMENT) as file:
            return _value(file.read(LARGEST_DOCUMENT))

    def _opened(self, path: Path, most: int = MOST_BYTES) -> BinaryIO:
        file = files.open_regular(path)
        size = os.fstat(file.fileno()).st_size
        self._files += 1
        self._bytes += size
        if self._files > MOST_FILES or size > most or self._bytes > MOST_BYTES:
            file.close()
            raise SessionUnreadable("too_large")
        return file


def _lines(
    file: BinaryIO, needles: Sequence[bytes], check_time: Callable[[], None]
) -> Iterator[tuple[bytes | None, bool]]:
    """Yield lines that contain a needle, None in place of a longer one, each with True for one that has no end."""
    left = os.fstat(file.fileno()).st_size
    rest, is_long, is_found = b"", False, False
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        left -= len(block)
        check_time()
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if is_found or _has(line, needles):
                yield (None if is_long or len(line) >= LONGEST_LINE else line), False
            is_long = is_found = False
        if is_long or len(rest) >= LONGEST_LINE:
            if not is_long:  # of a long line its beginning and its end are searched
                is_found = _has(rest, needles)
            is_long, rest = True, rest[-_BLOCK:]
    if is_found or _has(rest, needles):
        yield (None if is_long else rest), True


def _has(line: bytes, needles: Sequence[bytes]) -> bool:
    """Return True if a line contains a needle; most have one near their beginning, so that is searched first."""
    beginning = line[:_BEGINNING]
    return any(needle in beginning for needle in needles) or (
        len(line) > _BEGINNING and any(needle in line for needle in needles)
    )


def _parsed(line: bytes) -> Record | None:
    """Return the object in a line; None if there is none."""
    try:
        value = _value(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _value(text: bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError and RecursionError."""
    try:
        return orjson.loads(text)
    except ValueError:  # it may have lone surrogates, or numbers that are none
        return foreign_json.parse(text)


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
