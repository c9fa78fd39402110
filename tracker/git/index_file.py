"""Look a path up in a worktree's index file, without a git process (gitformat-index(5))."""

import contextlib
import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.files import open_regular

_HEADER: Final = struct.Struct(">4sLL")
_FIXED: Final = 40
"""Bytes of an entry before its object name: times, ids, mode and size."""

_EXTENDED: Final = 0x4000
"""Flag of an entry with two more bytes of flags."""

_LONGEST: Final = 0xFFF
"""Bits of an entry's flags that are the length of its name, and the largest length that they can tell."""

_OID_SIZES: Final = (20, 32)
"""Bytes of an object name, sha1 and sha256: the index does not say which it has."""

_SPLIT: Final = "sharedindex.*"
"""Files that hold a part of an index (git-update-index(1), split index)."""


class _OtherForm(Exception):
    """Raised for content that is no index of the expected form."""


def has_path(git_dir: Path, common_dir: Path, path: str) -> bool | None:
    """Return True if the index contains a path or a path below it; None if git has to be asked.

    Entries are sorted, so only those before the path are read.
    """
    if any(git_dir.glob(_SPLIT)) or any(common_dir.glob(_SPLIT)):
        return None
    wanted = path.encode()
    try:
        with open_regular(git_dir / "index") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for oid_bytes in _OID_SIZES:
                with contextlib.suppress(_OtherForm, struct.error, IndexError):
                    return _find(data, oid_bytes, wanted)
    except FileNotFoundError:
        return False
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None
    return None


def _find(data: mmap.mmap, oid_bytes: int, wanted: bytes) -> bool | None:
    """Return True if an entry is the wanted path or is below it; None if a folder that is one entry may hold it.

    A sparse index has such entries. Raises _OtherForm, struct.error and IndexError.
    """
    for name in _names(data, oid_bytes):
        if name == wanted or name.startswith(wanted + b"/"):
            return True
        if name.endswith(b"/") and wanted.startswith(name):
            return None
        if name > wanted + b"0":  # the first text after all that begins with the path and a slash
            return False
    return False


def _names(data: mmap.mmap, oid_bytes: int) -> Iterator[bytes]:
    """Yield the paths of the entries, in their order.

    Raises _OtherForm, IndexError or struct.error if the file is no index with object names of this size.
    """
    signature, version, number = _HEADER.unpack_from(data, 0)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise _OtherForm
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
            raise _OtherForm
        previous, name = name, name[:kept] + data[place:end]
        # A wrong size of the object names shows here at the first entry.
        if not name or name < previous or min(len(name), _LONGEST) != flags & _LONGEST:
            raise _OtherForm
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
