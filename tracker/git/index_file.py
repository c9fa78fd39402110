"""Look a path up in a worktree's index file, without a git process (gitformat-index(5))."""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_HEADER: Final = struct.Struct(">4sLL")
_FIXED: Final = 40
"""Bytes of an entry before its object name: times, ids, mode and size."""

_EXTENDED: Final = 0x4000
"""Flag of an entry with two more bytes of flags."""

_SPLIT: Final = "sharedindex.*"
"""Files that hold a part of an index (git-update-index(1), split index)."""


def has_path(git_dir: Path, common_dir: Path, path: str) -> bool | None:
    """Return True if the index contains a path or a path below it; None if git has to be asked.

    Entries are sorted, so only those before the path are read.
    """
    if any(git_dir.glob(_SPLIT)) or any(common_dir.glob(_SPLIT)):
        return None
    wanted = path.encode()
    try:
        with (git_dir / "index").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for oid_bytes in (20, 32):
                found = _find(data, oid_bytes, wanted)
                if found is not None:
                    return found
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return None
    return None


def _find(data: mmap.mmap, oid_bytes: int, wanted: bytes) -> bool | None:
    """Return True if an entry is the wanted path or is below it; None for an index of another form.

    A sparse index has a folder as one entry, which may hold the path.
    """
    previous = b""
    try:
        for name in _names(data, oid_bytes):
            if name <= previous:
                return None
            previous = name
            if name == wanted or name.startswith(wanted + b"/"):
                return True
            if name.endswith(b"/") and wanted.startswith(name):
                return None
            if name > wanted + b"0":  # the first text after all that begins with the path and a slash
                return False
    except (struct.error, ValueError, IndexError):
        return None
    return False


def _names(data: mmap.mmap, oid_bytes: int) -> Iterator[bytes]:
    """Yield the paths of the entries. Raises ValueError, IndexError or struct.error for an unknown form."""
    signature, version, number = _HEADER.unpack_from(data, 0)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError
    place, name = _HEADER.size, b""
    for _ in range(number):
        start = place
        place += _FIXED + oid_bytes
        (flags,) = struct.unpack_from(">H", data, place)
        place += 4 if flags & _EXTENDED else 2
        kept = 0
        if version == 4:
            removed, place = _number(data, place)
            kept = len(name) - removed
        end = data.find(b"\0", place)
        if end < 0 or kept < 0:
            raise ValueError
        name = name[:kept] + data[place:end]
        if not name:
            raise ValueError
        yield name
        # Up to version 3 one to eight zeros fill an entry to a multiple of eight bytes.
        place = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8


def _number(data: mmap.mmap, place: int) -> tuple[int, int]:
    """Return the number at a place and the place behind it (varint.c, decode_varint)."""
    value = data[place] & 0x7F
    while data[place] & 0x80:
        place += 1
        value = ((value + 1) << 7) | (data[place] & 0x7F)
    return value, place + 1
