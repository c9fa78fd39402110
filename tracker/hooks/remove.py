"""Remove our part from the files of a hooks directory and put the kept hooks back."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tracker.hooks import kept_folder
from tracker.hooks.directories import hook_to_edit
from tracker.hooks.events import EVERY
from tracker.hooks.hook_file import is_foreign, is_ours, moved_files, read_ours
from tracker.hooks.hook_text import HookParts, HookText, combine
from tracker.hooks.inspect import inspect
from tracker.hooks.kept_hooks import (
    close_gaps,
    is_replaced,
    is_same_hook,
    kept_hooks,
    set_newer_aside,
    set_replaced_aside,
)
from tracker.hooks.write_hooks import copy_aside, write


def remove(hooks_dir: Path, parts: Mapping[str, HookParts], events: Sequence[str] = EVERY) -> list[str]:
    """Remove our hooks of some events and put kept hooks back; return one sentence for each thing done.

    ``parts``: our part of each file as it is written today. Wherever a file of ours is now, the hook that it kept goes:
    that is where it would be without us. Lines of other programs stay. Raises OSError.
    """
    done: list[str] = []
    removed: list[str] = []
    for event in events:
        if is_ours(hooks_dir / event) or moved_files(hooks_dir, event):
            removed.append(event)
        done += _remove_event(hooks_dir, event, parts[event])
    kept_folder.remove(hooks_dir)
    if any(is_ours(hooks_dir / event) or moved_files(hooks_dir, event) for event in EVERY):
        kept_folder.make(hooks_dir)
    return [f"Removed the hooks {', '.join(removed)}.", *done] if removed else done


def _remove_event(hooks_dir: Path, event: str, parts: HookParts) -> list[str]:
    """Remove our files of one event, wherever they are, and put its kept hooks back; return what was done."""
    path = hooks_dir / event
    done = set_newer_aside(path)
    kept = kept_hooks(hooks_dir, event)
    if kept and is_foreign(path) and is_replaced(kept[-1], path):
        done.append(set_replaced_aside(kept.pop(), event))
    elif kept and is_foreign(path) and is_same_hook(kept[-1], path):
        kept.pop().unlink()
        done.append(f"Left the {event} hook, which its program has written again.")
    places = _newest_first(hooks_dir, event)
    if len(places) == 1 and is_foreign(path):
        # The program whose hook is in the place of ours runs one file of ours, and may be the one whose hooks were kept
        # later: then one of these in place of our file would run itself without end.
        while len(kept) > 1:
            done.append(set_replaced_aside(kept.pop(), event))
    left = dict(enumerate(kept, 1))
    back: dict[int, Path] = {}
    for place, said in places:
        number = max(left, default=0) if said is None else min(said, len(kept))
        part = parts.choose(len(kept) if said is None else said)
        original = back.get(number)
        is_copy = original is not None and is_foreign(original)
        done += _remove_part(place, left.pop(number, None), part, original if is_copy else None)
        back.setdefault(number, place)
    close_gaps(hooks_dir, event, kept)
    return done if is_ours(path) else done + _put_back(path, kept_hooks(hooks_dir, event))


def _newest_first(hooks_dir: Path, event: str) -> list[tuple[Path, int | None]]:
    """Return our files of an event, each with the number of the newest kept hook that it runs, the newest first."""
    places = [hooks_dir / event, *moved_files(hooks_dir, event)]
    ours = [(place, text.most_kept()) for place in places if (text := read_ours(place)) is not None]
    return sorted(ours, key=lambda one: -sys.maxsize if one[1] is None else -one[1])


def leftover_lines(hooks_dir: Path, events: Iterable[str] = EVERY) -> list[str]:
    """Return a sentence for each hook not written by us that still has the line which runs ours."""
    return [
        f"The line for agent-tracker in {hook_to_edit(hooks_dir, event)} does nothing any more: take it out."
        for event, state in inspect(hooks_dir, events=events).items()
        if state == "calls-ours"
    ]


def _remove_part(path: Path, kept: Path | None, part: bytes, original: Path | None = None) -> list[str]:
    """Remove our part from a file and put a kept hook there; return what was done.

    ``original``: the hook of which the file would be a copy without us, if no kept hook is left.
    """
    text = read_ours(path)
    if text is None:
        return []
    separated = text.separated(part)
    aside = [copy_aside(path)] if separated is None else []
    text = separated or text
    if text.has_other_lines():
        return [*aside, *_keep_other_lines(path, text, kept)]
    if kept is not None:
        kept.replace(path)
        return [*aside, f"Put back the {path.name} hook that was there before."]
    if original is not None:
        shutil.copy2(original, path)
    else:
        path.unlink()
    return aside


def _keep_other_lines(path: Path, text: HookText, kept: Path | None) -> list[str]:
    """Remove our part from a file that holds lines of other programs; return what was done.

    These lines go into the kept hook, where they would be without us. If one of the two would stop running that way,
    our part stays: without our scripts it runs the kept hook and does nothing else.
    """
    if kept is None:
        write(path, text.without_part(), path)
        return [f"Left the lines of other programs in {path.name}."]
    is_text = kept.is_file() and not kept.is_symlink()
    combined = combine(kept.read_bytes(), text) if is_text else None
    if combined is None:
        where = f"it runs {kept.name}, the hook that was there before, and those lines"
        return [f"{path.name} holds lines of another program, so it stays as it is: {where}."]
    write(path, combined, kept)
    kept.unlink()
    return [f"Put back the {path.name} hook that was there before, with the lines that another program added to it."]


def _put_back(path: Path, kept: list[Path]) -> list[str]:
    """Put the newest kept hook where git runs it, if that place is free; return what was done."""
    if kept and not os.path.lexists(path):
        kept.pop().replace(path)
        return [f"Put back the {path.name} hook that was there before."]
    return [f"{path} is no longer agent-tracker's: the hook that was there before stays as {one.name}." for one in kept]
