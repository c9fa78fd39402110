"""The small files in which a project remembers something between two processes: texts, lists of object names, marks.

They lie in the git directory, which may have been unpacked from an archive or be damaged. So a file is opened without
waiting, and what can be no file of ours is set aside with the reason; it then counts as missing.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from tracker.files import atomic_write, read_regular
from tracker.model import Oid, parse_oid
from tracker.project.permissions import Permissions
from tracker.project.set_aside import SetAside

_LARGEST: Final = 16 << 20
"""Bytes of a file that are read; a hundred thousand refs take less."""


class SmallFiles:
    """The small files of one folder, whose new files get ``permissions``.

    Unless a method says otherwise it raises OSError when a file cannot be read or written; a missing file is no error.
    """

    def __init__(self, folder: Path, set_aside: SetAside, permissions: Permissions) -> None:
        self._folder = folder
        self._set_aside = set_aside
        self._mode = permissions.file

    def read(self, name: str) -> str:
        """Return the text of a file; empty if there is none. Paths and refs may hold undecodable bytes."""
        try:
            return read_regular(self._folder / name, _LARGEST).decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            if os.path.lexists(self._folder / name):
                self.set_aside(name, "it is a link to nothing")
            return ""
        except PermissionError:
            raise
        except OSError as error:
            self.set_aside(name, error.strerror or str(error))
            return ""

    def oids(self, name: str) -> tuple[Oid, ...]:
        """Return the oids in a file; other words are ignored."""
        return tuple(oid for word in self.read(name).split() if (oid := parse_oid(word)))

    def write(self, name: str, text: str) -> None:
        """Replace the text of a file."""
        path, data = self._folder / name, text.encode("utf-8", "surrogateescape")
        try:
            atomic_write(path, data, mode=self._mode, exact=True)
        except IsADirectoryError:
            self.set_aside(name, "it is a folder")
            atomic_write(path, data, mode=self._mode, exact=True)

    def exists(self, name: str) -> bool:
        """Return True if a file exists, whatever it is."""
        return os.path.lexists(self._folder / name)

    def set_mark(self, name: str, *, present: bool) -> None:
        """Create an empty file, or remove it."""
        if not present:
            self.remove(name)
        elif not self.exists(name):
            self.write(name, "")

    def remove(self, name: str) -> None:
        """Remove a file, if it exists; a directory in its place is set aside."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except (IsADirectoryError, PermissionError):  # macOS and Windows: not permitted for a directory
            if not (self._folder / name).is_dir():
                raise
            self.set_aside(name, "it is a folder")

    def set_aside(self, name: str, reason: str) -> None:
        """Set a damaged file aside; one that cannot be moved stays."""
        with contextlib.suppress(OSError):
            self._set_aside.move(self._folder / name, reason)
