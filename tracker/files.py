"""File primitives: atomic replacement, reading and writing below an untrusted folder, logs of limited size, file locks.

Cheap to import, because it is on the hook path.
"""

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tracker.text import size_shown

LOG_LIMIT: Final = 256 << 10
"""Bytes after which a log file is renamed to ``.1``, in place of the previous one, and a new file begins."""

_FIRST_PAUSE: Final = 0.001
"""Seconds between the first two attempts to take a lock; doubled each time up to ``_LONGEST_PAUSE`` seconds."""
_LONGEST_PAUSE: Final = 0.02
_PRIVATE: Final = 0o600
_NOTE_BYTES: Final = 100
"""Size of the note in a lock file, with its line end."""


def atomic_write(path: Path, data: bytes, *, mode: int = 0o600, exact: bool = False, durable: bool = False) -> None:
    """Replace the file at ``path`` atomically: a reader sees all of the old or all of the new content.

    ``exact``: set ``mode`` exactly, ignoring the umask. ``durable``: the content is on the disk before it replaces the
    old one, for files that cannot be made again. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if exact:
            temporary.chmod(mode)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def replace_users_file(
    path: Path, data: bytes, *, mode: int, durable: bool = False, makes_folder: bool = False
) -> None:
    """Replace a file of the user's, and not the link that it may be; its permissions stay.

    ``mode``: of a new file; the umask takes bits away. ``makes_folder``: also makes the folder that is missing. Raises
    OSError, also where a device, a pipe or a folder is, or links lead back to themselves.
    """
    target = Path(os.path.realpath(path))  # Path.resolve raises RuntimeError for a loop of links
    if makes_folder:
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        status = target.stat()
    except FileNotFoundError:
        atomic_write(target, data, mode=mode, durable=durable)
        return
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    atomic_write(target, data, mode=stat.S_IMODE(status.st_mode), exact=True, durable=durable)


def write_beneath(root: Path, folder: str, name: str, data: bytes) -> None:
    """Replace the file ``root/folder/name``, creating the folder if it does not exist.

    Raises OSError, also when ``root/folder`` is a symbolic link. A link that replaces the folder during the call is
    not followed either, because every step is relative to the opened folder.
    """
    place = root / folder
    with contextlib.suppress(FileExistsError):
        place.mkdir()
    if os.open not in os.supports_dir_fd or not hasattr(os, "O_NOFOLLOW"):
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise NotADirectoryError(place)
        atomic_write(place / name, data, mode=0o644)
        return
    directory = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        temporary = f".{name}.{os.getpid()}.{time.monotonic_ns()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(temporary, flags, 0o644, dir_fd=directory), "wb") as file:
            file.write(data)
        try:
            os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except OSError:
            os.unlink(temporary, dir_fd=directory)
            raise
    finally:
        os.close(directory)


def open_regular(path: Path | str) -> BinaryIO:
    """Open a regular file for reading. Raises OSError, also for everything else: a pipe would wait for a writer."""
    return os.fdopen(open_descriptor(path), "rb")


def open_descriptor(path: Path | str) -> int:
    """Return a descriptor of a regular file, to read and to close. Raises OSError as ``open_regular`` does."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def read_regular(path: Path, limit: int = 1 << 30) -> bytes:
    """Return the content of a regular file. Raises OSError, also for everything else and for more than ``limit`` bytes.

    Whatever is at the path, this neither waits nor reads without end.
    """
    with open_regular(path) as file:
        is_larger = os.fstat(file.fileno()).st_size > limit
        data = b"" if is_larger else file.read(limit + 1)
    if is_larger or len(data) > limit:
        raise OSError(errno.EFBIG, f"it holds more than {size_shown(limit)}", str(path))
    return data


def append_log(path: Path, text: str, mode: int = 0o600) -> None:
    """Append text to a log file, new with ``mode``, and rotate it at ``LOG_LIMIT`` bytes. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_name(f"{path.name}.1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags, mode), "ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


class FileLock:
    """An exclusive lock on a file, which the operating system releases when the process ends.

    The lock is polled, not waited for in the kernel, so that a deadline works on every system. The file contains a
    note from its holder to the next one; while the lock is held the note begins with the holder's process id.
    ``previous_note``: the note of the previous holder, read when the lock was taken.
    """

    def __init__(self, path: Path, mode: int = 0o600) -> None:
        self._path = path
        self._mode = mode
        self._descriptor: int | None = None
        self.previous_note = ""

    def acquire(self, deadline: float) -> bool:
        """Take the lock and return True, or return False if another process holds it for ``deadline`` seconds.

        Raises OSError when the lock file cannot be opened, read or written.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = _open_lock(self._path, flags, self._mode)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "it is not a regular file", str(self._path))
        end = time.monotonic() + deadline
        pause = _FIRST_PAUSE
        while not _try_lock(descriptor):
            if time.monotonic() >= end:
                os.close(descriptor)
                return False
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._descriptor = descriptor
        try:
            self.previous_note = os.read(descriptor, _NOTE_BYTES).decode("ascii", "replace").strip()
            self.write_note(str(os.getpid()))
        except OSError:
            self.release()
            raise
        return True

    def write_note(self, text: str) -> None:
        """Write the note if the lock is held. Its length is fixed, so that it can be overwritten on a full disk.

        Raises OSError.
        """
        if self._descriptor is not None:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.ljust(_NOTE_BYTES - 1).encode("ascii") + b"\n")

    def read_note(self) -> str:
        """Return the note without taking the lock; empty if there is none or it cannot be read."""
        try:
            with open_regular(self._path) as file:
                return file.read(_NOTE_BYTES).decode("ascii", "replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Release the lock; do nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> int | None:
        """Return the id of the process that took the lock last, for messages; None if it is unknown."""
        words = self.read_note().split()
        return int(words[0]) if words and words[0].isdigit() else None

    @contextlib.contextmanager
    def hold(self, deadline: float) -> Iterator[bool]:
        """Hold the lock while the block runs. Yields True if it was taken within ``deadline`` seconds.

        Raises OSError as ``acquire`` does.
        """
        is_held = self.acquire(deadline)
        try:
            yield is_held
        finally:
            self.release()


def _open_lock(path: Path, flags: int, mode: int) -> int:
    """Open a lock file, and create it with exactly this mode if it does not exist. Raises OSError."""
    try:
        return os.open(path, flags & ~os.O_CREAT)
    except FileNotFoundError:
        descriptor = os.open(path, flags, mode)
        if mode != _PRIVATE:
            path.chmod(mode)  # the umask took something away
        return descriptor


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # a byte beyond the note, which others must be able to read
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True
