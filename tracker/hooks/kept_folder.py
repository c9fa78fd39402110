"""The folder in which kept hooks are run under their original names.

A hook may look at the folder or at the name in ``$0``. So the folder holds a link with the original name for each kept
hook, and links to everything else that is in the hooks directory.
"""

import os
from pathlib import Path
from typing import Final

from tracker.hooks.events import EVENTS, EVERY, GUARD
from tracker.hooks.hook_file import KEPT, is_ours

_FOLDER: Final = "agent-tracker-kept.d"


def make(hooks_dir: Path) -> None:
    """Create the folder, or replace it; there is none if no hook is kept.

    Where links cannot be made there is no folder either, and our hooks run the kept files directly. Raises OSError.
    """
    remove(hooks_dir)
    kept = {event for event in EVERY if os.path.lexists(hooks_dir / f"{event}{KEPT}")}
    if not kept:
        return
    ours = {*EVENTS, GUARD} if is_ours(hooks_dir / GUARD) else {*EVENTS}
    others = [path.name for path in hooks_dir.iterdir() if path.name not in ours and path.suffix != ".sample"]
    folder = hooks_dir / _FOLDER
    folder.mkdir()
    try:
        for name in others:
            (folder / name).symlink_to(f"../{name}")
        for event in kept:
            path = hooks_dir / f"{event}{KEPT}"
            target = str(path.readlink()) if path.is_symlink() else event
            # If the kept hook is a link to another kept hook, lead to where that is now.
            (folder / event).symlink_to(f"../{target if target in kept else event}{KEPT}")
    except (OSError, NotImplementedError):  # Windows: making links needs a privilege; our hooks work without them
        remove(hooks_dir)


def remove(hooks_dir: Path) -> None:
    """Remove the folder and its links, if it is there. Raises OSError when it holds anything else."""
    folder = hooks_dir / _FOLDER
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.iterdir():
            if path.is_symlink():
                path.unlink()
        folder.rmdir()
