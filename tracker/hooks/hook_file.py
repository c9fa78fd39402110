"""One hook file: is it ours, which program wrote it, and where the other versions of it are.

A hook that was there before ours is kept beside it under another name (``KEPT``). Some hook managers do the same with
ours: they rename it and put their own in its place.
"""

import filecmp
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.files import open_regular
from tracker.hooks.managers import Manager, manager_of

KEPT: Final = ".agent-tracker-kept"
"""The suffix of a hook that was installed before ours, which ours runs."""

MARKER: Final = b"# agent-tracker hook "
"""The beginning of the second line of each of our hooks."""

_LONGEST_READ: Final = 1 << 16
"""Bytes of a hook file that are searched."""

RENAMED_SUFFIX: Final[Mapping[Manager, str]] = {"pre-commit": ".legacy", "lefthook": ".old"}
"""The suffix with which a hook manager renames a hook that it finds. pre-commit runs the renamed hook before its own,
lefthook never runs it."""


def read_start(place: Path) -> bytes:
    """Return the first 64 KiB of a hook file, empty if it cannot be read."""
    try:
        with open_regular(place) as file:
            return file.read(_LONGEST_READ)
    except OSError:
        return b""


def is_ours(path: Path) -> bool:
    """Return True if a file is a hook that agent-tracker wrote, and not a symbolic link."""
    try:
        with open_regular(path) as file:
            return not path.is_symlink() and file.read(200).split(b"\n", 2)[1:2][0].startswith(MARKER)
    except (OSError, IndexError):
        return False


def is_foreign(path: Path) -> bool:
    """Return True if a hook exists that agent-tracker did not write."""
    return os.path.lexists(path) and not is_ours(path)


def kept_path(path: Path) -> Path:
    """Return the path under which the hook that was at ``path`` before ours is kept."""
    return path.with_name(f"{path.name}{KEPT}")


def renamed_path(path: Path, manager: Manager) -> Path:
    """Return the path to which a hook manager renames a hook that it finds at ``path``."""
    return path.with_name(f"{path.name}{RENAMED_SUFFIX[manager]}")


def displaced_by(path: Path) -> Manager | None:
    """Return the hook manager that renamed our hook and put its own at ``path``, or None."""
    manager = manager_of(read_start(path))
    return manager if manager and manager in RENAMED_SUFFIX and is_ours(renamed_path(path, manager)) else None


def is_same_hook(kept: Path, path: Path) -> bool:
    """Return True if two hooks are equal, or were written by the same hook manager."""
    manager = manager_of(read_start(path))
    if manager is not None and manager == manager_of(read_start(kept)):
        return True
    try:
        return filecmp.cmp(kept, path, shallow=False)
    except OSError:  # a file that cannot be read may hold anything
        return False


def conflicting_kept_hook(hooks_dir: Path, event: str) -> Path | None:
    """Return the kept hook if another program has replaced ours since, so that there are two hooks and only one place.

    None if there is no such conflict.
    """
    path = hooks_dir / event
    kept = kept_path(path)
    if not is_foreign(path) or not os.path.lexists(kept):
        return None
    return None if displaced_by(path) or is_same_hook(kept, path) else kept
