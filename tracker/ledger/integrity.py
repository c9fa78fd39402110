"""Classification of a ledger's data file as new, sound, gone, damaged or foreign, before LMDB maps it.

Damage must be found first: a read through the map past the end of a truncated file kills the process with SIGBUS, a
malformed page ends it with a failed assertion, and to LMDB a file of 0 bytes is a new, empty store.

Reading every page at every opening would take time proportional to the size of the ledger. So each writer leaves a
seal: the size and modification time of the file as it left it. While the seal matches, no other program has written to
the file; and what LMDB writes is sound, also when its process is killed.
"""

import os
import struct
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Final

from tracker.files import open_descriptor
from tracker.lazy_regex import LazyRegex
from tracker.text import size_shown

MARKER: Final = "created"
"""A file beside the data file that marks a ledger as begun, so that an emptied ledger differs from a new one."""

MARK: Final = b"A ledger of agent-tracker was begun here.\n"
SUSPECT: Final = "suspect"
"""A file beside the data file, left by a process that could not read something: the next writer reads every page."""

SEALED: Final = "sealed "
"""Beginning of the note of a writer that is done (``seal``)."""

KEY: Final = "key"
"""A file beside the data file: the key that seals files outside the ledger (``ledger.key``)."""

SET_ASIDE: Final = "set-aside"
"""A folder beside the data file, for damaged and replaced ledgers, and for lines that an import did not use."""

IMPORTED: Final = "import-"
"""The beginning of the names of files with such lines."""

USER_KEY: Final = "user-key"
"""A file beside the data file: the key that this user's machines have in common (``ledger.user_key``)."""

COMPACTED: Final = "compacted"
"""A folder beside the data file, for the copy that is to replace it (``ledger.compaction``)."""

RESTORED_KEYS: Final = "restored-keys"
"""A folder beside the data file, for keys that wait for their places (``ledger.restored_keys``)."""

PUSHING: Final = "team-push.lock"
"""A file beside the data file, locked by the process that pushes to a team's server (``team.outbox``)."""

_OURS: Final = frozenset(
    {
        MARKER,
        SUSPECT,
        KEY,
        USER_KEY,
        COMPACTED,
        RESTORED_KEYS,
        "data.mdb",
        "lock.mdb",
        "writer.lock",
        SET_ASIDE,
        PUSHING,
    }
)

_PAGE_HEADER: Final = 16
_MAGIC: Final = 0xBEEFC0DE
_FORMAT: Final = 1
_META: Final = struct.Struct("<IIQQ")
"""Magic number, format, address, map size: the start of ``MDB_meta`` (lmdb's mdb.c, data format 1)."""

_PAGE_SIZE: Final = struct.Struct("<I")
_HEAD: Final = _PAGE_HEADER + _META.size + _PAGE_SIZE.size
_FIRST_BYTES: Final = 4096
"""Bytes that are read of the beginning of the file."""

_DATABASES: Final = 48 * 2
"""Bytes of two ``MDB_db``, of the free list and the main database, after ``_META``; the first starts with the page
size."""

_LAST: Final = struct.Struct("<QQ")
"""Number of the last page, id of the transaction, after the two ``MDB_db``."""

_UNUSED: Final = LazyRegex(r"mp_pages (\d+) != OVPAGES\(\d+\)=(\d+)|walked (\d+) overflow pages, record says (\d+)")
_LEAK: Final = LazyRegex(r"\bneither reachable nor in the freeDB\b")
"""Findings of ``lmdb.verify`` about pages that are more than a value needs, or that nothing refers to."""

_DEATHS: Final = 2
"""Number of writers in a row that died without a seal, from which on the file itself is suspected of killing them."""


class State(Enum):
    """State of a ledger's directory. GONE: a ledger was begun there and its data file is missing."""

    NEW = "new"
    SOUND = "sound"
    GONE = "gone"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


def inspect(directory: Path) -> tuple[State, str]:
    """Return the state of a ledger's directory, and a clause that says what is wrong unless it is new or sound.

    Reads at most two pages, or the whole file when it is shorter than expected. A writer at work can make a sound file
    look damaged, so that verdict holds only under the writer lock. Raises OSError when a file cannot be read.
    """
    begun = is_begun(directory)
    if not begun and (name := _foreign_file(directory)):
        return State.FOREIGN, f"it holds '{name}'"
    try:
        descriptor = open_descriptor(file_in(directory))
    except FileNotFoundError:
        return (State.GONE, "its data file is gone") if begun else (State.NEW, "")
    try:
        if os.fstat(descriptor).st_size == 0:
            return (State.DAMAGED, "its data file is empty") if begun else (State.NEW, "")
        first = os.read(descriptor, _FIRST_BYTES)
        if len(first) < _HEAD or _META.unpack_from(first, _PAGE_HEADER)[0] != _MAGIC:
            if begun:
                return State.DAMAGED, "its data file does not begin as one"
            return State.FOREIGN, "it holds a data.mdb that is no LMDB file"
        if _META.unpack_from(first, _PAGE_HEADER)[1] != _FORMAT:
            return State.FOREIGN, "it holds an LMDB file of another format"
        expected = _expected_size(descriptor, first)
        size = os.fstat(descriptor).st_size  # read after the meta pages: a writer extends the file before those
    finally:
        os.close(descriptor)
    if size < expected and (complaint := examine(directory)):
        lost = f"the last {size_shown(expected - size)} of {size_shown(expected)}"
        return State.DAMAGED, f"its data file lacks {lost} ({complaint})"
    return State.SOUND, ""


@lru_cache(maxsize=64)
def file_in(directory: Path, name: str = "data.mdb") -> Path:
    """Return the path of a file of the ledger: of its data file, or another one. Joined once, as it is asked often."""
    return directory / name


def is_begun(directory: Path) -> bool:
    """Return True if our marker file says that a ledger was begun in the directory."""
    try:
        descriptor = open_descriptor(file_in(directory, MARKER))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    try:
        return os.read(descriptor, len(MARK)) == MARK
    finally:
        os.close(descriptor)


def _foreign_file(directory: Path) -> str | None:
    """Return the name of a file in the directory that does not belong to a ledger, or None."""
    try:
        return next((path.name for path in sorted(directory.iterdir()) if path.name not in _OURS), None)
    except FileNotFoundError:
        return None


def _expected_size(descriptor: int, first: bytes) -> int:
    """Return the bytes up to the last page that the newer of the two meta pages names. ``first``: the first of them.

    A page that was allocated and freed in one transaction may never have been written, so a shorter file is a reason to
    examine it, not yet damage.
    """
    page_size: int = _PAGE_SIZE.unpack_from(first, _PAGE_HEADER + _META.size)[0]
    if not 512 <= page_size <= 65536:
        return 2 * _FIRST_BYTES
    os.lseek(descriptor, page_size, os.SEEK_SET)
    second = os.read(descriptor, _PAGE_HEADER + _META.size + _DATABASES + _LAST.size)
    pages: list[tuple[int, int]] = []
    for page in (first, second):
        if len(page) >= _PAGE_HEADER + _META.size + _DATABASES + _LAST.size:
            last, transaction = _LAST.unpack_from(page, _PAGE_HEADER + _META.size + _DATABASES)
            pages.append((transaction, last))
    if len(pages) < 2:
        return 2 * page_size
    return (max(pages)[1] + 1) * page_size


def examine(directory: Path) -> str | None:
    """Return what ``lmdb.verify`` finds wrong with any page, or None. Reads the whole file, without mapping it."""
    from lmdb import verify

    try:
        findings = verify.verify(str(directory / "data.mdb"), subdir=False)  # type: ignore[no-untyped-call]
    except verify.VerifyError as error:
        return str(error)
    return next((str(finding) for finding in findings if not _is_harmless(str(finding))), None)


def _is_harmless(finding: str) -> bool:
    """Return True for a finding about unused pages: left over by a smaller value, or with nothing referring to them."""
    sizes = _UNUSED.search(finding)
    return bool(_LEAK.search(finding)) or (sizes is not None and int(sizes[1] or sizes[4]) > int(sizes[2] or sizes[3]))


def has_unfinished(directory: Path) -> bool:
    """Return True if a compaction or replacement is at work, or was killed (``unfinished``)."""
    return (directory / COMPACTED).exists() or (directory / RESTORED_KEYS).exists()


def seal(directory: Path) -> str:
    """Return the note of a writer that is done: size in bytes and modification time in ns of the data file."""
    try:
        status = file_in(directory).stat()
    except FileNotFoundError:
        return f"{SEALED}0 0"
    return f"{SEALED}{status.st_size} {status.st_mtime_ns}"


def unsealed(note: str, holder: int, *, suspects: bool = False) -> str:
    """Return the note of a writer at work: its process id, and the number of writers before it that left no seal.

    ``suspects``: have the next writer read every page if this one leaves no seal either.
    """
    deaths = _deaths(note)
    return f"{holder} {max(deaths, _DEATHS - 1) if suspects else deaths}"


def fingerprint(directory: Path) -> tuple[int, int, int, int] | None:
    """Return what changes when any program writes to the data file: device, inode, size and modification time in ns.

    None if there is no such file, or if it is suspect.
    """
    try:
        status = file_in(directory).stat()
    except OSError:
        return None
    is_marked = file_in(directory, SUSPECT).exists()
    return None if is_marked else (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def is_read_only(directory: Path) -> bool:
    """Return True if nobody can write to the ledger in a directory, as far as its file system and its mode tell.

    Another mount of the same file system may be writable, so a reader checks that the file stayed as it was. A user who
    may write whatever a file's mode says does not read such a file differently from others.
    """
    data = file_in(directory)
    try:
        if os.access(data, os.W_OK):
            return False
        is_mounted_for_reading = bool(os.statvfs(data).f_flag & os.ST_RDONLY) if hasattr(os, "statvfs") else False
        return is_mounted_for_reading or not data.stat().st_mode & 0o222
    except OSError:
        return False  # there is none, or it cannot be read: opening it says what is wrong


def is_suspect(directory: Path, note: str) -> bool:
    """Return True if the last writer's note, or the suspect file, is a reason to read every page."""
    if file_in(directory, SUSPECT).exists():
        return True
    if note.startswith(SEALED):
        return note != seal(directory)
    return _deaths(note) >= _DEATHS


def _deaths(note: str) -> int:
    """Return the number of writers in a row, up to the one that left this note, that left no seal."""
    words = note.split()
    if not words or note.startswith(SEALED):
        return 0
    return 1 + (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0)
