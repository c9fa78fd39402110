"""Kept hooks: those that were in the place of ours before, which ours runs.

They are numbered, since another program may put its hook in front of ours and ours then be put in front of that one.
The newest is run first; it runs ours again, under the name that its program gave it, and that runs the one before.
"""

import filecmp
import os
import stat
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from tracker.hooks.hook_file import read_ours, read_start
from tracker.hooks.hook_text import KEPT
from tracker.hooks.managers import manager_of

REPLACED: Final = ".agent-tracker-replaced"
"""Added to the name of an event for a kept hook whose program has written another one since, or was removed."""


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


def close_gaps(hooks_dir: Path, event: str, kept: Sequence[Path]) -> None:
    """Rename those of some kept hooks that are still there to the numbers from 1 on. Raises OSError."""
    there = [path for path in kept if os.path.lexists(path)]
    for number, path in enumerate(there, 1):
        path.rename(kept_path(hooks_dir, event, number))


def is_same_hook(kept: Path, path: Path) -> bool:
    """Return True if two hooks are equal, so that one is enough. A link equals only one with the same target."""
    try:
        if kept.is_symlink() or path.is_symlink():
            return kept.is_symlink() and path.is_symlink() and kept.readlink() == path.readlink()
        return filecmp.cmp(kept, path, shallow=False)
    except OSError:  # a file that cannot be read may hold anything
        return False


def is_replaced(kept: Path, path: Path) -> bool:
    """Return True if a hook manager wrote a kept hook and has written its hook again since, with another text."""
    manager = manager_of(read_start(kept))
    return manager is not None and manager == manager_of(read_start(path)) and not is_same_hook(kept, path)


def links_folder(hooks_dir: Path, number: int) -> Path:
    """Return the folder of links in which the kept hooks with a number run (``kept_folder``)."""
    return hooks_dir.with_name(f"{hooks_dir.name}.{suffix(number)}.d")


def newer_kept_hooks(path: Path) -> list[Path]:
    """Return the kept hooks, the oldest first, that our file in the place of a hook does not run, as it is older.

    A program that is removed puts back the file that it found, and its own hook, which ``init`` kept meanwhile, is not
    to run any more. A kept hook that somebody else put there is none of these: ``init`` made no link to it. None either
    if the file is not ours or does not say which kept hooks it runs.
    """
    text = read_ours(path)
    most = None if text is None else text.most_kept()
    if most is None:
        return []
    newer = list(enumerate(kept_hooks(path.parent, path.name), 1))[most:]
    known = [kept for number, kept in newer if os.path.lexists(links_folder(path.parent, number) / path.name)]
    return known if len(known) == len(newer) else []


def set_newer_aside(path: Path) -> list[str]:
    """Rename those kept hooks; return a sentence for each. Raises OSError."""
    return [
        f"A program put agent-tracker's earlier {path.name} file back. Its own {path.name} hook, which agent-tracker"
        f" had kept, stays as {_set_aside(kept, path.name)} and is not run."
        for kept in reversed(newer_kept_hooks(path))
    ]


def set_replaced_aside(kept: Path, event: str) -> str:
    """Rename a kept hook that its program has replaced; return a sentence. Raises OSError."""
    name = _set_aside(kept, event)
    return f"The program of the kept {event} hook has written a new one: the old one stays as {name} and is not run."


def _set_aside(kept: Path, event: str) -> str:
    """Rename a kept hook to a name under which nothing runs it; return that name."""
    names = (kept.with_name(f"{event}{REPLACED}{number or ''}") for number in count())
    place = next(name for name in names if not os.path.lexists(name))
    kept.rename(place)
    if not place.is_symlink():
        place.chmod(stat.S_IMODE(place.stat().st_mode) & ~0o111)
    return place.name
