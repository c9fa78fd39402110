"""Write our hook files into a hooks directory and keep the hooks that are there already.

A hook that was there before is renamed, so its bytes, mode and times stay. Ours runs it with its arguments and standard
input and returns its exit code.
"""

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from tracker.errors import TrackerError
from tracker.hooks import kept_folder
from tracker.hooks.hook_file import (
    RENAMED_SUFFIX,
    conflicting_kept_hook,
    displaced_by,
    is_foreign,
    is_ours,
    is_same_hook,
    kept_path,
    renamed_path,
)
from tracker.hooks.inspect import inspect


def install(hooks_dir: Path, rendered: Mapping[str, bytes], work_tree: Path | None = None) -> list[str]:
    """Write the hooks ``rendered``, keyed by event; return one sentence for each thing done.

    Repeating it changes nothing. A hook that runs ours already is left alone. Raises TrackerError, before anything is
    written, when a hook would have to be kept under a name that is taken, and OSError.
    """
    hooks_dir.mkdir(parents=True, exist_ok=True)
    states = inspect(hooks_dir, work_tree, events=rendered)
    wanted = {event: content for event, content in rendered.items() if states[event] != "calls-ours"}
    for event in wanted:
        kept = conflicting_kept_hook(hooks_dir, event)
        if kept is not None:
            raise TrackerError(
                f"{hooks_dir / event} was replaced by another program since agent-tracker kept {kept.name} beside it:"
                " put one of the two away, then run 'agent-tracker init' again."
            )
    done: list[str] = []
    written: list[str] = []
    for event, content in wanted.items():
        path = hooks_dir / event
        if displaced_by(path) == "pre-commit":
            path = renamed_path(path, "pre-commit")
        elif is_foreign(path):
            _keep(path)
            done.append(f"Kept the {event} hook that was there: it is run with its arguments and input.")
        if not (path.exists() and path.read_bytes() == content and os.access(path, os.X_OK)):
            _write(path, content)
            written.append(event)
        for leftover in (renamed_path(path, manager) for manager in RENAMED_SUFFIX):
            if is_ours(path) and is_ours(leftover):  # lefthook would fail on it
                leftover.unlink()
    kept_folder.make(hooks_dir)
    return [*done, f"Wrote the hooks {', '.join(written)}."] if written else done


def _keep(path: Path) -> None:
    """Rename a hook that is not ours, so that ours runs it.

    A hook kept earlier is replaced if its program has written a new version since, as that would have replaced it
    without us. If lefthook has renamed ours, any other kept hook gets the name that
    lefthook would have given it.
    """
    kept, renamed = kept_path(path), renamed_path(path, "lefthook")
    if displaced_by(path) == "lefthook":
        renamed.unlink()
        if os.path.lexists(kept) and not is_same_hook(kept, path):
            kept.rename(renamed)
    path.replace(kept)


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step, executable for everyone who may read it under the umask. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        mode = temporary.stat().st_mode
        temporary.chmod(mode | (mode & 0o444) >> 2 | stat.S_IXUSR)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
