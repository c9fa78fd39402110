"""The spool, the durable buffer of events: a folder with one file for each event (``event_file``).

The native hook (hooks/event) writes a file with the shell alone, ``recording.capture_event`` with this module.
"""

import contextlib
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tracker.files import atomic_write, read_regular
from tracker.model import Event
from tracker.project.event_file import format_event, is_complete, parse_event
from tracker.project.permissions import PRIVATE, Permissions
from tracker.project.set_aside import SetAside

_MAX_EVENT: Final = 32 << 20
"""Bytes of an event; each pair of a rebase takes 82 (sha1) or 130 (sha256)."""

_WRITING_DEADLINE: Final = 60.0
"""Seconds after which a file without its last line counts as that of a killed hook."""


class Spool:
    """The spool of one project. ``set_aside``: where invalid files go."""

    def __init__(self, directory: Path, set_aside: SetAside, permissions: Permissions = PRIVATE) -> None:
        self.directory = directory
        self._set_aside = set_aside
        self._mode = permissions.file

    def write(self, event: Event) -> Path:
        """Write an event in the format of the native hook; return its file. Raises OSError."""
        path = self.directory / f"{os.getpid()}.{time.time_ns()}"
        data = format_event(event).encode("utf-8", "surrogateescape")
        atomic_write(path, data, mode=self._mode, exact=True)
        return path

    def read(self) -> tuple[list[Event], list[Path]]:
        """Return the complete events, oldest first, and the files that were set aside because they are invalid.

        Raises OSError when the folder cannot be read.
        """
        events: list[tuple[int, Event]] = []
        refused: list[Path] = []
        for entry in self._entries():
            try:
                status = entry.stat(follow_symlinks=False)
                event = self._read_event(Path(entry.path), status)
            except (FileNotFoundError, PermissionError):
                continue  # another process removed it, or it is another user's: only that user's recorder can read it
            except (ValueError, OSError) as error:
                with contextlib.suppress(OSError):  # a file that cannot be moved must not stop the others
                    refused.append(self._set_aside.move(Path(entry.path), str(error)))
                continue
            if event is not None:
                events.append((status.st_mtime_ns, event))
        events.sort(key=lambda one: (one[0], one[1].name))
        return [event for _, event in events], refused

    def remove(self, events: Iterable[Event]) -> None:
        """Remove the files of events that are durably recorded. Raises OSError."""
        for event in events:
            with contextlib.suppress(FileNotFoundError):
                (self.directory / event.name).unlink()

    def count(self) -> int:
        """Return the number of files that wait. Raises OSError when the folder cannot be read."""
        return len(self._entries())

    def is_written_to(self) -> bool:
        """Return True if a hook has begun to write an event and has not ended. Raises OSError as ``count`` does."""
        for entry in self._entries():
            with contextlib.suppress(OSError, ValueError):  # gone, another user's, or invalid: nobody writes it
                if self._read_event(Path(entry.path), entry.stat(follow_symlinks=False)) is None:
                    return True
        return False

    def _entries(self) -> list[os.DirEntry[str]]:
        """Return the files in the spool, hidden ones (being written) left out."""
        try:
            with os.scandir(self.directory) as found:
                return [entry for entry in found if not entry.name.startswith(".")]
        except FileNotFoundError:
            return []

    def _read_event(self, path: Path, status: os.stat_result) -> Event | None:
        """Return the event in a file; None while it is being written.

        Raises ValueError, with the reason, when the file is invalid, and OSError.
        """
        # A time far in the future, from a clock that was wrong, is none at which a hook writes now.
        is_overdue = abs(time.time() - status.st_mtime) >= _WRITING_DEADLINE
        if status.st_size == 0 and is_overdue:
            path.unlink()  # a hook was killed before it wrote anything
            return None
        if not stat.S_ISREG(status.st_mode):  # also a link, which may lead to any file
            raise ValueError("it is not a regular file")
        text = read_regular(path, _MAX_EVENT).decode("utf-8", "replace")
        if not is_complete(text) and not is_overdue:
            return None
        return parse_event(path.name, int(status.st_mtime), text)
