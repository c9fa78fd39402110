"""The folders in which kept hooks are run under their original names.

A hook may look at the folder or at the name in ``$0``. So a folder holds a link with the original name for each kept
hook, and links to everything else that is in the hooks directory. It is beside the hooks directory, so ``..`` leads to
the same place from both. There is one folder for each number of kept hooks.
"""

import glob
import os
from pathlib import Path

from tracker.hooks.events import EVENTS, EVERY, GUARD, HINT
from tracker.hooks.hook_file import is_ours
from tracker.hooks.hook_text import KEPT
from tracker.hooks.kept_hooks import kept_hooks, links_folder, suffix


def make(hooks_dir: Path) -> None:
    """Create the folders, or replace them; there is none if no hook is kept.

    Where links cannot be made there is no folder either, and our hooks run the kept files directly. Raises OSError.
    """
    remove(hooks_dir)
    kept = {event: kept_hooks(hooks_dir, event) for event in EVERY}
    try:
        for number in range(1, max(map(len, kept.values())) + 1):
            _make(hooks_dir, number, {event for event, paths in kept.items() if len(paths) >= number})
    except (OSError, NotImplementedError):  # Windows: making links needs a privilege; our hooks work without them
        remove(hooks_dir)


def _make(hooks_dir: Path, number: int, kept: set[str]) -> None:
    """Create the folder for the kept hooks with a number. ``kept``: their events."""
    ours = {*EVENTS, *(event for event in (GUARD, HINT) if is_ours(hooks_dir / event))}
    folder = links_folder(hooks_dir, number)
    others = [path.name for path in hooks_dir.iterdir() if path.name not in ours and path.suffix != ".sample"]
    folder.mkdir()
    for name in others:
        (folder / name).symlink_to(f"../{hooks_dir.name}/{name}")
    for event in kept:
        path = hooks_dir / f"{event}.{suffix(number)}"
        target = str(path.readlink()) if path.is_symlink() else event
        # If the kept hook is a link to another kept hook, lead to where that is now.
        (folder / event).symlink_to(f"../{hooks_dir.name}/{target if target in kept else event}.{suffix(number)}")


def remove(hooks_dir: Path) -> None:
    """Remove the folders and their links, if they are there. Raises OSError.

    What a kept hook wrote beside itself goes where it would be without us: into the hooks directory, under another name
    if there is such a file.
    """
    # Those inside of the hooks directory are of versions before they were put beside it.
    found = [*hooks_dir.glob(f"{KEPT}*.d"), *hooks_dir.parent.glob(f"{glob.escape(hooks_dir.name)}.{KEPT}*.d")]
    for folder in filter(_is_folder, found):
        for path in folder.iterdir():
            if path.is_symlink():
                path.unlink()
            else:
                place, number = hooks_dir / path.name, 1
                while os.path.lexists(place):
                    place, number = hooks_dir / f"{path.name}.{number}", number + 1
                path.rename(place)
        folder.rmdir()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
