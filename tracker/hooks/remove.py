"""Remove our hook files from a hooks directory and put the kept hooks back."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from tracker.hooks import kept_folder
from tracker.hooks.directories import hook_to_edit
from tracker.hooks.events import EVERY
from tracker.hooks.hook_file import RENAMED_SUFFIX, displaced_by, is_ours, is_same_hook, kept_path, renamed_path
from tracker.hooks.inspect import inspect
from tracker.hooks.managers import Manager


def remove(hooks_dir: Path, events: Sequence[str] = EVERY) -> list[str]:
    """Remove our hooks of some events and put kept hooks back; return one sentence for each thing done.

    A hook that another program put in place of ours is left alone. The hook that was kept before then goes where it
    would be without us, if that can be determined; else it stays. Raises OSError.
    """
    done: list[str] = []
    removed: list[str] = []
    kept_folder.remove(hooks_dir)
    for event in events:
        path = hooks_dir / event
        kept = kept_path(path)
        manager = displaced_by(path)
        for candidate in (path, *(renamed_path(path, one) for one in RENAMED_SUFFIX)):
            if is_ours(candidate):
                candidate.unlink()
                removed.append(event)
        if os.path.lexists(kept):
            done.append(_restore(kept, path, manager))
    if events != EVERY:
        kept_folder.make(hooks_dir)
    return [f"Removed the hooks {', '.join(dict.fromkeys(removed))}.", *done] if removed else done


def leftover_lines(hooks_dir: Path, events: Iterable[str] = EVERY) -> list[str]:
    """Return a sentence for each hook not written by us that still has the line which runs ours."""
    return [
        f"The line for agent-tracker in {hook_to_edit(hooks_dir, event)} does nothing any more: take it out."
        for event, state in inspect(hooks_dir, events=events).items()
        if state == "calls-ours"
    ]


def _restore(kept: Path, path: Path, manager: Manager | None) -> str:
    """Put a kept hook back and return what was done. ``manager``: the program whose hook is at ``path`` now."""
    if not os.path.lexists(path):
        kept.rename(path)
        return f"Put back the {path.name} hook that was there before."
    if is_same_hook(kept, path):
        kept.unlink()
        return f"Left the {path.name} hook, which its program has written again."
    if manager is not None:
        kept.rename(renamed_path(path, manager))
        return f"Put the {path.name} hook that was there before where {manager} puts hooks that it finds."
    return f"{path} is not ours any more: the hook that was there before stays as {kept.name}."
