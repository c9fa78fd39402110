"""Write our hooks: our part into the files of a hooks directory, and the scripts that it runs into our own folder.

A hook that was there before is renamed, so its bytes, mode and times stay. Ours runs it with its arguments and standard
input and returns its exit code. Lines that another program put into a file of ours stay where they are.
"""

from collections.abc import Mapping
from pathlib import Path

from tracker.hooks import kept_folder
from tracker.hooks.hook_file import is_foreign, moved_files, read_ours, runs_moved
from tracker.hooks.hook_text import HookParts, whole_file
from tracker.hooks.inspect import inspect
from tracker.hooks.kept_hooks import (
    is_replaced,
    is_same_hook,
    kept_hooks,
    kept_path,
    set_newer_aside,
    set_replaced_aside,
)
from tracker.hooks.write_hooks import copy_aside, set_changed, set_unchanged, write_executable


def install_scripts(folder: Path, rendered: Mapping[str, bytes]) -> None:
    """Write the scripts that our hook files run, keyed by event. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for event, content in rendered.items():
        write_executable(folder / event, content)
        set_unchanged(folder / event)


def install(hooks_dir: Path, parts: Mapping[str, HookParts], work_tree: Path | None = None) -> list[str]:
    """Write our hooks into a directory; return one sentence for each thing done.

    ``parts``: our part of each event's file. Repeating it changes nothing. A hook that runs ours already is left alone.
    Raises OSError.
    """
    hooks_dir.mkdir(parents=True, exist_ok=True)
    states = inspect(hooks_dir, work_tree, events=parts)
    wanted = [event for event in parts if states[event] != "calls-ours"]
    done: list[str] = []
    written: list[str] = []
    for event in wanted:
        path = hooks_dir / event
        is_new = is_foreign(path) and runs_moved(hooks_dir, event) is None
        done += _keep(hooks_dir, event) if is_new else set_newer_aside(path)
        kept = len(kept_hooks(hooks_dir, event))
        # Our files that another program moved are run, if at all, by a hook that was kept later.
        most = kept - 1 if is_new else kept
        places = {place: _number(place, most, kept) for place in moved_files(hooks_dir, event)}
        if not is_foreign(path):
            places[path] = kept
        changed = [place for place, number in places.items() if _write_part(place, parts[event], number, done)]
        if changed:
            written.append(event)
    kept_folder.make(hooks_dir)
    return [*done, f"Wrote the hooks {', '.join(written)}."] if written else done


def _keep(hooks_dir: Path, event: str) -> list[str]:
    """Rename a hook that is not ours, so that ours runs it; return what was done.

    An equal hook that was kept earlier is enough. One of the same hook manager would have been replaced without us: it
    is set aside. Our file in the place that the program gave it is needed only if it has a hook to run.
    """
    kept = kept_hooks(hooks_dir, event)
    path = hooks_dir / event
    done: list[str] = []
    if kept and is_replaced(kept[-1], path):
        done.append(set_replaced_aside(kept.pop(), event))
    if kept and is_same_hook(kept[-1], path):
        path.replace(kept.pop())
    else:
        path.replace(kept_path(hooks_dir, event, len(kept) + 1))
    for moved in moved_files(hooks_dir, event):
        text = read_ours(moved)
        if not kept and text is not None and not text.has_other_lines() and not text.is_altered():
            moved.unlink()
    done.append(f"Kept the {event} hook that was there: it is run with its arguments and input.")
    if kept:
        done.append(
            f"{kept[-1].name}, kept earlier, runs only if the hook that was kept now calls the one that it replaced."
        )
    return done


def _number(moved: Path, most: int, kept: int) -> int:
    """Return the number of the newest kept hook that a moved file of ours runs: that which it ran, at most ``most``.

    A file that does not say it, as none did once, runs all but the hook that was kept for the program which moved it.
    """
    text = read_ours(moved)
    said = None if text is None else text.most_kept()
    return min(said, most) if said is not None else max(min(kept, 1), kept - 1)


def _write_part(path: Path, parts: HookParts, number: int, done: list[str]) -> bool:
    """Write our part into a file, and add a sentence if that cannot keep all of it; return True if it has changed.

    ``number``: that of the newest kept hook that it runs.
    """
    text = read_ours(path)
    said = None if text is None else text.most_kept()
    separated = None if text is None else text.separated(parts.choose(number if said is None else said))
    if text is not None and separated is None:
        done.append(copy_aside(path))
    text = separated or text
    part = parts.choose(number)
    is_written = write_executable(path, whole_file(part) if text is None else text.with_part(part))
    if text is None or not text.has_other_lines():
        set_unchanged(path)
    else:
        set_changed(path)
    return is_written
