"""Permissions of our files: for the user alone, or for the group that shares the repository.

What a hook saw of a member's commit must be readable for the member whose ledger the repository records into.
"""

import os
import stat
import sys
from pathlib import Path
from typing import Final, NamedTuple


class Permissions(NamedTuple):
    """Permissions of new folders and files, as for chmod(2)."""

    folder: int
    file: int


PRIVATE: Final = Permissions(0o700, 0o600)
SHARED: Final = Permissions(0o2770, 0o660)


def permissions_in(common_dir: Path) -> Permissions:
    """Return the permissions of our files in a git directory.

    Git makes the directory of a shared repository writable for the group and, where systems need that, lets new files
    get its group (``core.sharedRepository``, git-config(1)).
    """
    try:
        mode = common_dir.stat().st_mode
    except OSError:
        return PRIVATE
    needed = stat.S_IWGRP | stat.S_ISGID if sys.platform == "linux" else stat.S_IWGRP
    return SHARED if mode & needed == needed and os.name != "nt" else PRIVATE


def make_folder(path: Path, permissions: Permissions) -> None:
    """Create a folder with exactly these permissions unless it exists. Raises OSError."""
    try:
        path.mkdir(mode=permissions.folder)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    if permissions is SHARED:
        path.chmod(permissions.folder)  # the umask took something away


def is_closed_to_this_user(path: Path) -> bool:
    """Return True if a file or folder, or the nearest folder above it that can be seen, may not be entered."""
    return is_closed(next((one for one in (path, *path.parents) if not _is_missing(one)), path))


def is_closed(path: Path) -> bool:
    """Return True if something is there that this user may not enter."""
    return not _is_missing(path) and not os.access(path, os.R_OK | os.X_OK)


def _is_missing(path: Path) -> bool:
    """Return True if nothing is there, or this user may not even see it."""
    try:
        path.lstat()
    except OSError:
        return True
    return False
