"""Find out the state of the hook files in a hooks directory: ours, out of date, another program's, absent."""

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from tracker import __version__
from tracker.hooks.directories import hook_to_edit
from tracker.hooks.events import EVENTS, HINT
from tracker.hooks.hook_file import read_ours, read_start, runs_moved
from tracker.hooks.hook_text import MARKER, HookText, is_intact
from tracker.hooks.kept_hooks import newer_kept_hooks
from tracker.hooks.managers import LEFTHOOK_CONFIGURATIONS, calls_ours, manager_of, pre_commit_configuration

State = Literal[
    "ours", "ours-outdated", "altered", "cut-off", "no-interpreter", "not-executable", "behind",
    "calls-ours", "framework", "lefthook", "foreign", "absent", "put-back",
]  # fmt: skip
"""``ours-outdated``: of another version or catalogue. ``altered``: the lines of our part, or of a script, were changed.
``cut-off``: lines before our part may end the script. ``put-back``: ours, from before the newest hook was kept.
``no-interpreter``: ours, but its Python does not exist any more. ``behind``: another program's hook, which runs ours
from where that program moved it. ``calls-ours``: another program's hook that has the line for ours. ``framework``:
pre-commit's own hook. ``lefthook``: lefthook's own hook."""

_INTERPRETER: Final = re.compile(rb"^python=(.*)$", re.MULTILINE)


def inspect(
    hooks_dir: Path, work_tree: Path | None = None, digest: str = "", events: Iterable[str] = EVENTS
) -> dict[str, State]:
    """Return the state of the hook of each event.

    ``work_tree``: the folder with lefthook's configuration, which may name our hooks. ``digest``: that of a hook
    written today (``template.digest``); if empty, only versions are compared.
    """
    states = {event: _state(hooks_dir, event, f"{__version__} {digest}".encode()) for event in events}
    if work_tree is not None and "lefthook" in states.values():
        texts = [read_start(work_tree / name) for name in LEFTHOOK_CONFIGURATIONS]
        for event, state in states.items():
            if state == "lefthook" and any(calls_ours(text, event) for text in texts):
                states[event] = "calls-ours"
    return states


def framework_configuration(path: Path) -> str | None:
    """Return the configuration file that a hook of pre-commit names, relative to the worktree; None for other hooks."""
    return pre_commit_configuration(read_start(path))


def inspect_scripts(folder: Path, digest: str, events: Iterable[str]) -> dict[str, State]:
    """Return the state of the script that our hook file of each event runs. ``digest``: as for ``inspect``."""
    version = f"{__version__} {digest}".encode()
    return {event: _state_of_script(folder / event, version) for event in events}


def _state_of_script(path: Path, version: bytes) -> State:
    if not path.exists():
        return "absent"
    if not os.access(path, os.X_OK):
        return "not-executable"
    text = read_start(path)
    if not b"".join(text.split(b"\n", 2)[1:2]).startswith(MARKER + version):
        return "ours-outdated"
    if not is_intact(text.partition(b"\n")[2]):
        return "altered"
    if path.name == HINT:
        return "ours"  # it starts no Python
    interpreter = _INTERPRETER.search(text)
    named = shlex.split(os.fsdecode(interpreter[1])) if interpreter else []
    return "ours" if named and os.access(named[0], os.X_OK) else "no-interpreter"


def _state(hooks_dir: Path, event: str, version: bytes) -> State:
    path = hooks_dir / event
    if not os.path.lexists(path):
        return "absent"
    ours = read_ours(path)
    if ours is not None:
        state = _state_of_ours(path, ours, version)
        return "put-back" if state == "ours" and newer_kept_hooks(path) else state
    moved = runs_moved(hooks_dir, event)
    ours = None if moved is None else read_ours(moved)
    if moved is None or ours is None:
        return _state_of_foreign(hooks_dir, event)
    if not os.access(path, os.X_OK):
        return "not-executable"
    state = _state_of_ours(moved, ours, version)
    return "behind" if state == "ours" else state


def _state_of_ours(path: Path, ours: HookText, version: bytes) -> State:
    if not os.access(path, os.X_OK):
        return "not-executable"
    if ours.is_altered() or ours.has_carriage_returns():
        return "altered"
    if not ours.part.lstrip().startswith(MARKER + version):
        return "ours-outdated"
    return "cut-off" if ours.is_cut_off() else "ours"


def _state_of_foreign(hooks_dir: Path, event: str) -> State:
    path = hooks_dir / event
    text = read_start(path)
    if calls_ours(text, event) or calls_ours(read_start(hook_to_edit(hooks_dir, event)), event):
        return "calls-ours" if os.access(path, os.X_OK) else "not-executable"
    manager = manager_of(text)
    if manager == "pre-commit":
        return "framework"
    return "lefthook" if manager == "lefthook" else "foreign"
