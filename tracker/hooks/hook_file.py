"""One hook file: is it ours, which program wrote it, and where another program moved ours.

Nothing here depends on the names that other programs give to the hooks that they find: our files are recognised by
their text.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from tracker.files import open_regular
from tracker.hooks.hook_text import KEPT, HookText, split
from tracker.hooks.managers import manager_of

_LONGEST_READ: Final = 1 << 20
"""Bytes of a hook file that are read; a larger one is not ours."""

_OUR_NAME: Final = ".agent-tracker-"
"""In the names of files beside a hook that are no hooks: those that were kept or copied."""

_DEEPEST: Final = 3
"""Folders inside each other, below a hooks directory, in which our files are looked for."""

_MOST_FILES: Final = 500
"""Files in which our part is looked for: a hooks directory may hold anything."""


def read_start(place: Path) -> bytes:
    """Return the first MiB of a hook file; empty if it cannot be read or is no regular file."""
    try:
        with open_regular(place) as file:
            return file.read(_LONGEST_READ)
    except OSError:
        return b""


def read_ours(path: Path) -> HookText | None:
    """Return the text of a hook that holds our part; None for others, and for symbolic links."""
    text = b"" if path.is_symlink() else read_start(path)
    return split(text) if len(text) < _LONGEST_READ else None


def is_ours(path: Path) -> bool:
    """Return True if a file holds our part and is not a symbolic link."""
    return read_ours(path) is not None


def is_foreign(path: Path) -> bool:
    """Return True if a hook exists that does not hold our part."""
    return os.path.lexists(path) and not is_ours(path)


def moved_files(hooks_dir: Path, event: str) -> list[Path]:
    """Return the files other than the hook itself that hold our part for an event, those first that the hook names.

    Another program that puts its own hook into the place of ours gives ours a name of its choice, in the hooks
    directory or a folder in it. A copy of ours is found too.
    """
    found = [
        path
        for path in _files(hooks_dir, _DEEPEST)
        if path != hooks_dir / event and (text := read_ours(path)) is not None and text.event() == event
    ]
    hook = read_start(hooks_dir / event)
    return sorted(found, key=lambda path: (not names_file(hook, event, path.relative_to(hooks_dir)), path))


def runs_moved(hooks_dir: Path, event: str) -> Path | None:
    """Return our file that another program's hook runs from where that program moved it, as far as its text tells.

    Several programs may each have moved the hook that was there: the file that a hook names may be a third one's hook,
    and that name ours. Such a file has the event's name in its own.
    """
    files = [path for path in _files(hooks_dir, _DEEPEST) if path != hooks_dir / event and os.access(path, os.X_OK)]
    hooks = [read_start(hooks_dir / event)]
    for hook in hooks:  # grows while it is read
        for path in [path for path in files if names_file(hook, event, path.relative_to(hooks_dir))]:
            text = read_start(path)
            ours = split(text)
            if ours is not None and ours.event() == event:
                return path
            files.remove(path)
            if ours is None and event in path.relative_to(hooks_dir).as_posix():
                hooks.append(text)
    return None


def names_file(hook: bytes, event: str, moved: PurePath) -> bool:
    """Return True if a hook's text names another hook file, given relative to the hooks directory.

    A hook may name the folder only, or put the name together from its own and a part that it adds, in the words of a
    shell or of another language (``hook + ".old"``). pre-commit's hook
    names nothing: its program runs what is called ``EVENT.legacy``.
    """
    if manager_of(hook) == "pre-commit":
        return moved.as_posix() == f"{event}.legacy"
    code = b"\n".join(line for line in hook.split(b"\n") if not line.lstrip().startswith(b"#"))
    if moved.name.encode() in code or any(os.fsencode(part) in code for part in moved.parts[:-1] if part != event):
        return True
    added = [part.partition(event) for part in moved.parts if event in part and part != event]
    return any(
        (before and re.search(re.escape(os.fsencode(before)) + rb'["\']?(?:[$`{]|["\']\s*[.+])', code))
        or (after and re.search(rb'(?:[\w})`*]["\']?|[.+]\s*["\'])' + re.escape(os.fsencode(after)), code))
        for before, _, after in added
    )


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the regular files of a folder, in no order, without following links or looking into our own folders."""
    left = _MOST_FILES
    folders = [(folder, depth)]
    while folders and left:
        place, deeper = folders.pop()
        try:
            entries = [*os.scandir(place)]
        except OSError:
            continue
        for entry in entries[:left]:
            left -= 1
            if _OUR_NAME in entry.name:
                continue  # kept hooks, and copies of files that cannot be mended
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
            elif deeper and entry.is_dir(follow_symlinks=False) and not entry.name.startswith(KEPT):
                folders.append((Path(entry.path), deeper - 1))
