"""The edges where files are written: atomic replacement, writing beneath a folder that is not trusted, locks, logs.

Light to import: it is on the hook path.
"""

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LOG_LIMIT: Final = 256 << 10
"""Bytes of a log file; the one before it is kept as ``.1``."""

_FIRST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.02
_NOTE: Final = 100
"""Bytes of a lock's note."""


def atomic_write(path: Path, data: bytes, *, mode: int = 0o600, exact: bool = False) -> None:
    """Replace ``path`` by ``data``: whoever reads sees all of the old or all of the new. Raises OSError.

    ``exact``: the mode is as it is given, whatever the umask takes from it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        if exact:
            temporary.chmod(mode)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_beneath(root: Path, folder: str, name: str, data: bytes) -> None:
    """Replace ``root/folder/name`` by ``data``, making the folder if need be.

    The folder must be a real one directly in ``root``: a symbolic link in its place is refused (OSError), also one
    that appears between looking and writing, since everything happens relative to the opened folder.
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


def append_log(path: Path, text: str) -> None:
    """Append to a log that never grows beyond ``LOG_LIMIT`` twice. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))


class FileLock:
    """An exclusive lock on a file, given up by the system when its process ends, however it ends.

    It is asked for again and again rather than waited for in the kernel, so that there is a deadline on every system.
    The file's text is a note of whoever holds it to whoever holds it next; while it is held it begins with the
    process id. ``left`` is the note that was found when the lock was taken.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.left = ""

    def acquire(self, deadline: float) -> bool:
        """Take the lock within ``deadline`` seconds; False when somebody else has it. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self._path, flags, 0o600)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "it is no plain file", str(self._path))
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
            self.left = os.read(descriptor, _NOTE).decode("ascii", "replace").strip()
            self.note(str(os.getpid()))
        except OSError:
            self.release()
            raise
        return True

    def note(self, text: str) -> None:
        """Write the note; the lock must be held. Always of one length, so that a full disk has room for it."""
        if self._descriptor is not None:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.ljust(_NOTE - 1).encode("ascii") + b"\n")

    def peek(self) -> str:
        """The note as it stands, without taking the lock; empty when there is none."""
        try:
            if not self._path.is_file():  # opening a pipe would wait for whoever writes to it
                return ""
            with self._path.open("rb") as file:
                return file.read(_NOTE).decode("ascii", "replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Give the lock up; without effect when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> int | None:
        """The id of the process that took the lock last, for messages; None when that is not known."""
        words = self.peek().split()
        return int(words[0]) if words and words[0].isdigit() else None

    @contextlib.contextmanager
    def held(self, deadline: float) -> Iterator[bool]:
        """Hold the lock while the block runs; whether it was had."""
        had = self.acquire(deadline)
        try:
            yield had
        finally:
            self.release()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # beyond the text, which others must be able to read
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
