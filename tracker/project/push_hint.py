"""The hint in a push: the file that tells the pre-push hook how many commits wait for the user's grade.

The hook is a shell script (``hooks/pre-push``) that starts no program to find out if there is something to show. So the
number is in the name of an empty file, ``push-hint-NUMBER``, and its time is that before which nothing is to be shown:
a day after the hook last looked, which is the time of the hook's own file, ``push-hinted``. The hook removes the file
when it shows the line.
"""

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import Final

from tracker.project.small_files import SmallFiles

MOST: Final = 100
"""Commits that are counted: more are shown as this number or more."""

_PREFIX: Final = "push-hint-"
_LOOKED: Final = "push-hinted"
_DAY: Final = 24 * 60 * 60 * 10**9
"""Nanoseconds between two hints."""


class PushHint:
    """The hint of one project. ``folder``: that of the project's files, which ``small`` reads and writes."""

    def __init__(self, folder: Path, small: SmallFiles) -> None:
        self._folder = folder
        self._small = small

    def set_number(self, number: int) -> None:
        """Let the hook show this number of commits, at most ``MOST``, when a day has passed; 0: nothing.

        Raises OSError.
        """
        wanted = f"{_PREFIX}{min(number, MOST)}" if number else None
        due = self._next_time()
        names = sorted(path.name for path in self._folder.iterdir() if path.name.startswith(_PREFIX))
        usable = [name for name in names if wanted and self._is_usable(name, due)]
        kept = wanted if wanted in usable else next(iter(usable), None)
        for name in names:
            if name != kept:
                self._remove(name)
        if wanted and kept is None:
            self._create(wanted, due)
        elif wanted and kept and kept != wanted:
            # One step: if the hook has removed the file meanwhile, the line was shown, and a day has to pass.
            with contextlib.suppress(FileNotFoundError):
                (self._folder / kept).rename(self._folder / wanted)

    def _next_time(self) -> int:
        """Return the time before which a new file is not to be shown, in nanoseconds; 0 if the hook never looked."""
        found = self._status(_LOOKED)
        if found is None:
            return 0
        if not stat.S_ISREG(found.st_mode):
            self._small.set_aside(_LOOKED, "it is no file of the pre-push hook")
            return 0
        return min(found.st_mtime_ns, time.time_ns()) + _DAY  # the clock may have been wrong

    def _is_usable(self, name: str, due: int) -> bool:
        """Return True for a file as ``_create`` makes it, with a time that is not later than a new one's."""
        found = self._status(name)
        return found is not None and stat.S_ISREG(found.st_mode) and not found.st_size and found.st_mtime_ns <= due

    def _status(self, name: str) -> os.stat_result | None:
        try:
            return (self._folder / name).lstat()
        except FileNotFoundError:
            return None

    def _create(self, name: str, due: int) -> None:
        """Create the file with its time: the hook must never see it with another one."""
        temporary = self._folder / f".{_PREFIX}{os.getpid()}"
        temporary.touch(mode=0o600)
        os.utime(temporary, ns=(due, due))
        temporary.replace(self._folder / name)

    def _remove(self, name: str) -> None:
        """Remove a file; what is no file is set aside."""
        found = self._status(name)
        if found is not None and not stat.S_ISDIR(found.st_mode):
            (self._folder / name).unlink(missing_ok=True)
        elif found is not None:
            self._small.set_aside(name, "it is a folder")
