"""Find out the state of the hook files in a hooks directory: ours, out of date, another program's, absent."""

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from tracker import __version__
from tracker.hooks.directories import hook_to_edit
from tracker.hooks.events import EVENTS
from tracker.hooks.hook_file import MARKER, displaced_by, is_foreign, read_start, renamed_path
from tracker.hooks.managers import LEFTHOOK_CONFIGURATIONS, calls_ours, manager_of, pre_commit_configuration

State = Literal[
    "ours", "ours-outdated", "no-interpreter", "not-executable", "ours-behind-pre-commit", "calls-ours", "framework",
    "lefthook", "foreign", "absent",
]  # fmt: skip
"""``ours-outdated``: of another version or catalogue. ``no-interpreter``: ours, but its Python does not exist any more.
``ours-behind-pre-commit``: pre-commit's hook, which runs ours. ``calls-ours``: another program's hook that has the line
for ours. ``framework``: pre-commit's own hook. ``lefthook``: lefthook's own hook."""

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


def _state(hooks_dir: Path, event: str, version: bytes) -> State:
    path = hooks_dir / event
    if not os.path.lexists(path):
        return "absent"
    if displaced_by(path) == "pre-commit":
        state = _state_of_ours(renamed_path(path, "pre-commit"), version)
        return "ours-behind-pre-commit" if state == "ours" else state
    return _state_of_foreign(hooks_dir, event) if is_foreign(path) else _state_of_ours(path, version)


def _state_of_ours(path: Path, version: bytes) -> State:
    if not os.access(path, os.X_OK):
        return "not-executable"
    text = read_start(path)
    if not text.split(b"\n", 2)[1].startswith(MARKER + version):
        return "ours-outdated"
    interpreter = _INTERPRETER.search(text)
    named = shlex.split(os.fsdecode(interpreter[1])) if interpreter else []
    return "ours" if named and os.access(named[0], os.X_OK) else "no-interpreter"


def _state_of_foreign(hooks_dir: Path, event: str) -> State:
    path = hooks_dir / event
    text = read_start(path)
    if calls_ours(text, event) or calls_ours(read_start(hook_to_edit(hooks_dir, event)), event):
        return "calls-ours" if os.access(path, os.X_OK) else "not-executable"
    manager = manager_of(text)
    if manager == "pre-commit":
        return "framework"
    return "lefthook" if manager == "lefthook" else "foreign"
