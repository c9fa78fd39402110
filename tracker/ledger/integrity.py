"""Telling a new ledger file from a sound, a damaged and a foreign one, before LMDB maps it.

Damage must be found first: reading past the end of a truncated file through the map kills the process with SIGBUS, a
page that makes no sense ends it with a failed assertion, and a file of no bytes is a new, empty store to LMDB.

Walking over every page at every opening would cost as much as the ledger is large. So each writer leaves a seal, the
size and time of the file as it left it: while the seal holds nobody else has written to the file, and what LMDB itself
writes is sound, also when its process is killed.
"""

import re
import struct
from enum import Enum
from pathlib import Path
from typing import Final

MARKER: Final = "created"
"""A file beside the data that says a ledger was begun here, so that *emptied* can be told from *new*."""

MARK: Final = b"A ledger of agent-tracker was begun here.\n"
SUSPECT: Final = "suspect"
"""A file beside the data: somebody met what cannot be read, so that the next writer looks at every page and record."""

_OURS: Final = frozenset({MARKER, SUSPECT, "data.mdb", "lock.mdb", "writer.lock", "set-aside"})

_PAGE_HEADER: Final = 16
_MAGIC: Final = 0xBEEFC0DE
_FORMAT: Final = 1
_META: Final = struct.Struct("<IIQQ")  # magic, format, address, map size (MDB_meta in lmdb's mdb.c, data format 1)
_PAGE_SIZE: Final = struct.Struct("<I")
_DATABASES: Final = 48 * 2  # the free list's and the main MDB_db; the first begins with the page size
_LAST: Final = struct.Struct("<QQ")  # last page number, transaction id


_UNUSED: Final = re.compile(r"mp_pages (\d+) != OVPAGES\(\d+\)=(\d+)|walked (\d+) overflow pages, record says (\d+)")
_LEAK: Final = re.compile(r"\bneither reachable nor in the freeDB\b")
"""How lmdb's walk says of pages that they are more than a value needs, or that nothing leads to them (lmdb.verify)."""

_DEATHS: Final = 2
"""Writers in a row that ended without leaving a seal, after which the file itself is suspected of killing them."""


class State(Enum):
    """What is at the ledger's path."""

    NEW = "new"
    SOUND = "sound"
    GONE = "gone"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


def inspect(directory: Path) -> tuple[State, str]:
    """The state of ``directory``'s data file and, where it is not new or sound, a clause that says what is wrong.

    Reads two pages at most, or the whole file when its size does not fit; then a writer at work can make a sound file
    look damaged, so such a verdict holds only under the writer lock. Raises OSError when it cannot be read.
    """
    begun = is_begun(directory)
    data = directory / "data.mdb"
    if not begun and (stranger := _stranger(directory)):
        return State.FOREIGN, f"it holds '{stranger}'"
    if not data.exists():
        return (State.GONE, "its data file is gone") if begun else (State.NEW, "")
    if data.stat().st_size == 0:
        return (State.DAMAGED, "its data file is empty") if begun else (State.NEW, "")
    with data.open("rb") as file:
        head = file.read(_PAGE_HEADER + _META.size + _PAGE_SIZE.size)
        if (
            len(head) < _PAGE_HEADER + _META.size + _PAGE_SIZE.size
            or _META.unpack_from(head, _PAGE_HEADER)[0] != _MAGIC
        ):
            if begun:
                return State.DAMAGED, "its data file does not begin as one"
            return State.FOREIGN, "it holds a data.mdb that is no LMDB file"
        if _META.unpack_from(head, _PAGE_HEADER)[1] != _FORMAT:
            return State.FOREIGN, "it holds an LMDB file of another format"
        expected = _expected_size(data)
    size = data.stat().st_size  # after the meta pages: a writer extends the file before it writes those
    if size < expected and (complaint := examine(directory)):
        return State.DAMAGED, f"its data file was cut to {size} of {expected} bytes ({complaint})"
    return State.SOUND, ""


def is_begun(directory: Path) -> bool:
    """Whether our mark says that a ledger was begun here."""
    try:
        return (directory / MARKER).read_bytes()[: len(MARK)] == MARK
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _stranger(directory: Path) -> str | None:
    """Something in the directory that no ledger has there."""
    try:
        return next((path.name for path in sorted(directory.iterdir()) if path.name not in _OURS), None)
    except FileNotFoundError:
        return None


def _expected_size(data: Path) -> int:
    """Bytes up to the last page of the newer of the two meta pages.

    A page that was freed in the transaction that took it may never have been written, so a shorter file is a reason
    to examine it, not yet damage.
    """
    with data.open("rb") as file:
        first = file.read(4096)
        page_size: int = _PAGE_SIZE.unpack_from(first, _PAGE_HEADER + _META.size)[0]
        if not 512 <= page_size <= 65536:
            return 2 * 4096
        file.seek(page_size)
        second = file.read(_PAGE_HEADER + _META.size + _DATABASES + _LAST.size)
    pages: list[tuple[int, int]] = []
    for page in (first, second):
        if len(page) >= _PAGE_HEADER + _META.size + _DATABASES + _LAST.size:
            last, transaction = _LAST.unpack_from(page, _PAGE_HEADER + _META.size + _DATABASES)
            pages.append((transaction, last))
    if len(pages) < 2:
        return 2 * page_size
    return (max(pages)[1] + 1) * page_size


def examine(directory: Path) -> str | None:
    """What lmdb's own walk over every page finds wrong, or None. Reads the whole file, without mapping it."""
    from lmdb import verify

    try:
        findings = verify.verify(str(directory / "data.mdb"), subdir=False)  # type: ignore[no-untyped-call]
    except verify.VerifyError as error:
        return str(error)
    return next((str(finding) for finding in findings if not _is_harmless(str(finding))), None)


def _is_harmless(finding: str) -> bool:
    """Whether a finding is of pages that nobody misses: what a smaller value left unused, or what nothing leads to."""
    sizes = _UNUSED.search(finding)
    return bool(_LEAK.search(finding)) or (sizes is not None and int(sizes[1] or sizes[4]) > int(sizes[2] or sizes[3]))


def seal(directory: Path) -> str:
    """The note of a writer that is done: how it left the data file."""
    try:
        status = (directory / "data.mdb").stat()
    except FileNotFoundError:
        return "sealed 0 0"
    return f"sealed {status.st_size} {status.st_mtime_ns}"


def unsealed(left: str, holder: int) -> str:
    """The note of a writer at work, which counts those before it that never left a seal."""
    return f"{holder} {_deaths(left)}"


def is_suspect(directory: Path, left: str) -> bool:
    """Whether the note that the last writer left is a reason to walk over every page."""
    if (directory / SUSPECT).exists():
        return True
    if left.startswith("sealed "):
        return left != seal(directory)
    return _deaths(left) >= _DEATHS


def _deaths(left: str) -> int:
    words = left.split()
    if not words or words[0] == "sealed":
        return 0
    return 1 + (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0)
