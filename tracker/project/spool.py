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

from tracker.files import atomic_write
from tracker.model import Event
from tracker.project.event_file import format_event, is_complete, parse_event

_MAX_EVENT: Final = 32 << 20
"""Bytes of an event; each pair of a rebase takes 82 (sha1) or 130 (sha256)."""

_WRITING_DEADLINE: Final = 60.0
"""Seconds after which a file without its last line counts as that of a killed hook."""


class Spool:
    """The spool of one project. The folder ``set-aside`` beside it keeps what could not be used, with the reasons."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.aside = directory.parent / "set-aside"

    def write(self, event: Event) -> Path:
        """Write an event in the format of the native hook; return its file. Raises OSError."""
        path = self.directory / f"{os.getpid()}.{time.time_ns()}"
        atomic_write(path, format_event(event).encode("utf-8", "surrogateescape"))
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
            except FileNotFoundError:
                continue  # another process removed it
            except (ValueError, OSError) as error:
                with contextlib.suppress(OSError):  # a file that cannot be moved must not stop the others
                    refused.append(self.set_aside(Path(entry.path), str(error)))
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

    def set_aside(self, path: Path, reason: str) -> Path:
        """Move an invalid file out of the spool and store the reason; return its new path. Raises OSError."""
        place = self._place_aside(path.name)
        path.replace(place)
        self._write_reason(place, reason)
        return place

    def set_aside_entry(self, name: str, text: str, reason: str) -> Path:
        """Store the text of an entry that the ledger refused, and the reason; return its path. Raises OSError."""
        place = self._place_aside(name)
        atomic_write(place, text.encode("utf-8", "backslashreplace"))
        self._write_reason(place, reason)
        return place

    def set_aside_entries(self) -> list[tuple[str, str]]:
        """Return the names of what was set aside, each with its reason, sorted by name. Raises OSError."""
        try:
            names = sorted(path for path in self.aside.iterdir() if path.suffix == ".reason")
        except FileNotFoundError:
            return []
        return [(path.stem, path.read_text(encoding="utf-8", errors="replace").strip()) for path in names]

    def _place_aside(self, name: str) -> Path:
        """Return a new path in the folder of what was set aside, which is created if needed."""
        self.aside.mkdir(mode=0o700, exist_ok=True)
        return self.aside / f"{name}-{time.time_ns()}"

    def _write_reason(self, place: Path, reason: str) -> None:
        """Store a reason beside a file that was set aside."""
        atomic_write(place.with_name(f"{place.name}.reason"), reason.encode("utf-8", "backslashreplace"))

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
        is_overdue = time.time() - status.st_mtime >= _WRITING_DEADLINE
        if status.st_size == 0 and is_overdue:
            path.unlink()  # a hook was killed before it wrote anything
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_EVENT:
            raise ValueError("it is not a plain file of an event")
        text = path.read_bytes().decode("utf-8", "replace")
        if not is_complete(text) and not is_overdue:
            return None
        return parse_event(path.name, int(status.st_mtime), text)
