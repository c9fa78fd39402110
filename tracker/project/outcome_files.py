"""The files in which the computation of outcomes keeps how far it came, and the lock of the process that computes."""

import contextlib
from pathlib import Path
from typing import Final, Literal

from tracker.files import FileLock, atomic_write, read_regular
from tracker.project.permissions import Permissions
from tracker.project.small_files import SmallFiles

Name = Literal["outcomes-state", "outcomes-checkpoint", "outcomes-undo"]
"""The state in which the last computation ended, an earlier one, and what has changed since that one."""

_LOCK: Final = "outcomes.lock"


class OutcomeFiles:
    """These files of one project, in ``folder``. What is no file in the place of one is set aside by ``small``."""

    def __init__(self, folder: Path, small: SmallFiles, permissions: Permissions) -> None:
        self._folder = folder
        self._small = small
        self._permissions = permissions

    def lock(self) -> FileLock:
        """Return the lock of the process that computes what became of the commits."""
        return FileLock(self._folder / _LOCK, self._permissions.file)

    def read(self, name: Name, largest: int) -> bytes:
        """Return at most ``largest`` bytes of a file. Raises OSError."""
        return read_regular(self._folder / name, largest)

    def write(self, name: Name, data: bytes) -> None:
        """Replace a file. Raises OSError."""
        self._set_directory_aside(name)
        atomic_write(self._folder / name, data, mode=self._permissions.file)

    def remove(self, name: Name) -> None:
        """Remove a file if it is there. Raises OSError."""
        self._set_directory_aside(name)
        with contextlib.suppress(FileNotFoundError):
            (self._folder / name).unlink()

    def _set_directory_aside(self, name: Name) -> None:
        if (self._folder / name).is_dir():
            self._small.set_aside(name, "it is a folder")
