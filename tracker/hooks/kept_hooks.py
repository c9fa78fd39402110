"""Kept hooks: those that were in the place of ours before, which ours runs.

They are numbered, since another program may put its hook in front of ours and ours then be put in front of that one.
The newest is run first; it runs ours again, under the name that its program gave it, and that runs the one before.
"""

import filecmp
import os
from itertools import count
from pathlib import Path

from tracker.hooks.hook_file import read_start
from tracker.hooks.hook_text import KEPT
from tracker.hooks.managers import manager_of, share_beginning


def suffix(number: int) -> str:
    """Return what is added to an event's name for the kept hook with a number, from 1 on; also its folder's name."""
    return KEPT if number == 1 else f"{KEPT}-{number}"


def kept_path(hooks_dir: Path, event: str, number: int) -> Path:
    """Return the path of the kept hook with a number."""
    return hooks_dir / f"{event}.{suffix(number)}"


def kept_hooks(hooks_dir: Path, event: str) -> list[Path]:
    """Return the kept hooks of an event, the oldest first."""
    found: list[Path] = []
    for number in count(1):
        path = kept_path(hooks_dir, event, number)
        if not os.path.lexists(path):
            break
        found.append(path)
    return found


def is_same_hook(kept: Path, path: Path) -> bool:
    """Return True if two hooks are equal, or were written by the same program.

    Our shell decides in the same way which kept hook it runs, but for ``managers``, which it does not know.
    """
    try:
        if filecmp.cmp(kept, path, shallow=False):
            return True
    except OSError:  # a file that cannot be read may hold anything
        return False
    one, other = read_start(kept), read_start(path)
    manager = manager_of(one)
    return (manager is not None and manager == manager_of(other)) or share_beginning(one, other)
