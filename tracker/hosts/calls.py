"""The calls of tools that hosts announced: where HEAD was when each began.

A folder for each worktree holds one file for each commit at which calls began, named after it, with a line for each
call; a second line tells that it ended. ``hooks/host`` writes the same without Python: the names of the files, and the
time of HEAD's reflog, show it that HEAD did not move. It tells that a call ended only for hosts that give their calls
no ids. Files of commits that are HEAD no more are set apart in ``old``.
"""

import contextlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.capture_policy import is_secret
from tracker.git import Repository
from tracker.model import Oid, parse_oid
from tracker.project.files import ProjectFiles
from tracker.project.permissions import make_folder

FOLDER: Final = "calls"
_UNBORN: Final = "unborn"
"""The name of the file of calls before the first commit."""
_OLD: Final = "old"
_ENDED: Final = " end"
"""Ends the line that tells that a call ended."""
_NOBODY: Final = "-"
"""Stands for a session or call that has no id, or one of another form."""
_UNKNOWN: Final = f"{_NOBODY} {_NOBODY}"
"""The line of a call of which neither session nor call is known."""
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}\Z")
_LONGEST_CALL: Final = 900
"""Seconds after which the calls of another session count as ended: more than hosts let a command take."""
_LONGEST_LIFE: Final = 86_400
"""Seconds for which the beginning of a call is remembered."""
_LONGEST_FILE: Final = 1 << 20
"""Bytes at the end of a file that are read: more than ten thousand calls."""
_LINKED: Final = "tree-"
"""Begins the name of the folder of a linked worktree."""


class Begin(NamedTuple):
    """The beginning of a call. ``head``: the commit at HEAD then, empty before the first.

    ``time``: in nanoseconds since 1970, not earlier than it was, as calls that began later at the same HEAD count.
    ``is_doubtful``: the host names no calls, and this one began so long ago that it may be one whose end was not told.
    """

    head: str
    time: int
    is_doubtful: bool = False


class Calls:
    """The calls in one worktree. Unless a method says otherwise it raises OSError."""

    def __init__(self, repository: Repository, files: ProjectFiles) -> None:
        is_linked = repository.git_dir != repository.common_dir
        self._common_dir = repository.common_dir
        self._folder = files.folder / FOLDER / (f"{_LINKED}{repository.git_dir.name}" if is_linked else "head")
        self._permissions = files.permissions

    def remember(self, session: str, call: str, head: Oid | None) -> None:
        """Remember where HEAD is when a call begins."""
        if self._leads_elsewhere():
            return
        for folder in (self._folder.parent, self._folder):
            make_folder(folder, self._permissions)
        self._append(self._folder / (head or _UNBORN), _line(session, call))

    def end(self, session: str, call: str) -> Begin | None:
        """Remember that a call ended, and return its beginning; None if nobody told of it, or it had ended before.

        Where a host gives its calls no ids, the newest call of the session is meant, unless one began after it of which
        the session is not known.
        """
        line = _line(session, call)
        is_nameless = line.endswith(f" {_NOBODY}")
        for path in self._newest_first():
            with contextlib.suppress(OSError):
                lines, begin = _lines(path), path.stat().st_mtime_ns
                if is_nameless and _is_open(lines, _UNKNOWN) and _last(lines, _UNKNOWN) >= _last(lines, line):
                    return None
                if line not in lines:
                    continue
                if not _is_open(lines, line):
                    return None
                with contextlib.suppress(OSError):  # of another member of a group, or read-only
                    self._append(path, f"{line}{_ENDED}")
                is_doubtful = is_nameless and time.time() - begin / 1_000_000_000 > _LONGEST_CALL
                return Begin("" if path.name == _UNBORN else path.name, begin, is_doubtful)
        return None

    def _leads_elsewhere(self) -> bool:
        """Return True if a link stands where our folders should be: nothing is read, written or removed then."""
        return any(folder.is_symlink() for folder in (self._folder.parent, self._folder, self._folder / _OLD))

    def _append(self, path: Path, line: str) -> None:
        # A link is not followed, and a pipe is not waited for.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags, self._permissions.file)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)

    def set_apart(self, head: Oid | None, session: str) -> None:
        """Set the files of other commits than HEAD apart, unless another session has just begun calls there.

        Each file that is not set apart has Python started after every command. Those of yesterday are forgotten, and
        those of worktrees that are gone.
        """
        if self._leads_elsewhere():
            return
        own = f"{_word(session)} "
        for path in self._newest_first():
            with contextlib.suppress(OSError):
                age = time.time() - path.stat().st_mtime
                if path.name == (head or _UNBORN) and path.parent == self._folder:
                    continue
                if age > _LONGEST_LIFE:
                    path.unlink()
                elif path.parent == self._folder and (
                    age > _LONGEST_CALL or all(line.startswith(own) for line in _lines(path))
                ):
                    make_folder(self._folder / _OLD, self._permissions)
                    path.replace(self._folder / _OLD / path.name)
        for folder in self._folder.parent.glob(f"{_LINKED}*"):
            if not (self._common_dir / "worktrees" / folder.name.removeprefix(_LINKED)).is_dir():
                _remove(folder)

    def _newest_first(self) -> list[Path]:
        if self._leads_elsewhere():
            return []
        found = [one for folder in (self._folder, self._folder / _OLD) for one in _files(folder)]
        return [path for _, path in sorted(found, reverse=True)]


def _files(folder: Path) -> list[tuple[float, Path]]:
    """Return the files of calls in a folder, each with the time of its last change in seconds."""
    found: list[tuple[float, Path]] = []
    with contextlib.suppress(OSError):
        found += [
            (entry.stat(follow_symlinks=False).st_mtime, Path(entry.path))
            for entry in os.scandir(folder)
            if entry.is_file(follow_symlinks=False) and (entry.name == _UNBORN or parse_oid(entry.name))
        ]
    return found


def _remove(folder: Path) -> None:
    """Remove the calls of a worktree that is gone, and its folder if nothing else is in it."""
    if folder.is_symlink():
        return
    for place in (folder / _OLD, folder):
        with contextlib.suppress(OSError):
            for _, path in () if place.is_symlink() else _files(place):
                path.unlink()
            place.rmdir()


def _last(lines: Sequence[str], line: str) -> int:
    """Return the place of the last of some equal lines, -1 if there is none."""
    return next((place for place in range(len(lines) - 1, -1, -1) if lines[place] == line), -1)


def _is_open(lines: Sequence[str], line: str) -> bool:
    """Return True if more calls began than ended by the lines of a file. ``line``: that of the calls."""
    running = 0
    for one in lines:
        if one == line:
            running += 1
        elif one == f"{line}{_ENDED}":
            running = max(0, running - 1)  # the beginning of one was not told
    return running > 0


def _lines(path: Path) -> list[str]:
    """Return the newest lines of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_FILE))
        return file.read(_LONGEST_FILE).decode("ascii", "replace").splitlines()


def _line(session: str, call: str) -> str:
    return f"{_word(session)} {_word(call)}"


def _word(text: str) -> str:
    return text if _WORD.match(text) and not is_secret(text) else _NOBODY
