"""The folder of what could not be used: files of a project that are damaged, and entries that the ledger refused."""

import os
import time
from pathlib import Path
from typing import Final

from tracker.files import atomic_write, read_regular
from tracker.project.permissions import PRIVATE, Permissions, make_folder

_REASON: Final = ".reason"
"""The suffix of the file beside each thing that says why it was set aside."""
_LONGEST_REASON: Final = 1 << 16
"""Bytes of a reason that are read."""


class SetAside:
    """Files and entries set aside in one project. ``folder`` need not exist. All methods raise OSError."""

    def __init__(self, folder: Path, permissions: Permissions = PRIVATE) -> None:
        self.folder = folder
        self._permissions = permissions

    def move(self, path: Path, reason: str) -> Path:
        """Move whatever is at a path here and store the reason; return its new path."""
        place = self._place(path.name)
        path.replace(place)
        self._write_reason(place, reason)
        return place

    def store(self, name: str, text: str, reason: str) -> Path:
        """Store a text and the reason; return its path."""
        place = self._place(name)
        atomic_write(place, text.encode("utf-8", "backslashreplace"), mode=self._permissions.file, exact=True)
        self._write_reason(place, reason)
        return place

    def entries(self) -> list[tuple[str, str]]:
        """Return the names of what was set aside, each with its reason, sorted by name; none if ``fault`` has one."""
        if self.fault() is not None:
            return []
        try:
            reasons = sorted(path for path in self.folder.iterdir() if path.suffix == _REASON)
        except FileNotFoundError:
            return []
        return [(path.stem, _read_reason(path)) for path in reasons]

    def fault(self) -> str | None:
        """Return a sentence if something else is in the folder's place; None if it is a folder or is not there."""
        try:
            with os.scandir(self.folder):
                return None
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            return f"{self.folder} should be a folder, but is a file."
        except PermissionError:
            raise
        except OSError as error:  # a link to itself
            return f"{self.folder} should be a folder, but cannot be read: {error.strerror}."

    def _place(self, name: str) -> Path:
        """Return a new path in the folder, which is created if needed; anything else in its place is renamed."""
        if not self.folder.is_dir():
            if os.path.lexists(self.folder):
                self.folder.rename(self.folder.with_name(f"{self.folder.name}-{time.time_ns()}"))
            make_folder(self.folder, self._permissions)
        return self.folder / f"{name}-{time.time_ns()}"

    def _write_reason(self, place: Path, reason: str) -> None:
        path, data = place.with_name(f"{place.name}{_REASON}"), reason.encode("utf-8", "backslashreplace")
        atomic_write(path, data, mode=self._permissions.file, exact=True)


def _read_reason(path: Path) -> str:
    try:
        return read_regular(path, _LONGEST_REASON).decode("utf-8", "replace").strip()
    except OSError as error:
        return f"its reason cannot be read: {error.strerror}"
