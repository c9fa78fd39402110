"""Write and copy hook files, in one step each."""

import contextlib
import os
import shutil
import stat
from itertools import count
from pathlib import Path
from typing import Final

_UNCHANGED: Final = 10**18
"""The time of files that nobody has changed, in nanoseconds: in 2001, before any of them was written."""

ALTERED: Final = ".agent-tracker-altered"
"""Added to the name of a hook file for a copy of it, made where our part was changed in a way that cannot be undone."""


def write(path: Path, content: bytes, like: Path | None = None) -> None:
    """Write a hook file in one step. Raises OSError.

    It gets the mode of the file ``like``; without one it is executable for everyone who may read it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        mode = stat.S_IMODE((like or temporary).stat().st_mode)
        temporary.chmod(mode if like else mode | (mode & 0o444) >> 2 | stat.S_IXUSR)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_executable(path: Path, content: bytes) -> bool:
    """Write an executable hook file unless it has this content; return True if it was written. Raises OSError.

    A file that exists keeps its mode, but becomes executable for everyone who may read it.
    """
    if path.is_file() and not path.is_symlink() and path.read_bytes() == content and os.access(path, os.X_OK):
        return False
    if path.is_file() and not path.is_symlink():
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | (mode & 0o444) >> 2 | stat.S_IXUSR)
        write(path, content, path)
    else:
        write(path, content)
    return True


def set_unchanged(path: Path) -> None:
    """Give a file the time that our scripts and the hook files with nothing but our part have. Raises OSError.

    Everything that changes one of them later gives it another time, also where times are kept in seconds only. A hook
    file that has the time of its script runs the script without a subshell, which costs 0.2 ms.
    """
    if not seems_unchanged(path):
        os.utime(path, ns=(_UNCHANGED, _UNCHANGED))


def set_changed(path: Path) -> None:
    """Take that time from a file that holds other lines, so that they run. Raises OSError."""
    if seems_unchanged(path):
        os.utime(path)


def seems_unchanged(path: Path) -> bool:
    """Return True if a file has that time. A program that sets times can give it to a file that it has changed."""
    return path.stat().st_mtime_ns == _UNCHANGED


def copy_aside(path: Path) -> str:
    """Copy a hook file of which our part cannot be told from other lines; return a sentence. Raises OSError."""
    names = (path.with_name(f"{path.name}{ALTERED}{number or ''}") for number in count())
    place = next(name for name in names if not os.path.lexists(name) or name.read_bytes() == path.read_bytes())
    shutil.copy2(path, place)
    place.chmod(stat.S_IMODE(place.stat().st_mode) & ~0o111)
    return f"The lines of agent-tracker in {path.name} were changed by another program: it is copied to {place.name}."
