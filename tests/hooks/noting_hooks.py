"""Hooks of other programs that note each of their runs in a file, whose path is in the variable ``NOTES``."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.framework import STAGES

EVENTS: Final = STAGES
"""The hooks that other programs install in these tests."""


def note_command(event: str) -> str:
    """Return a shell command that notes the arguments of a hook and, for post-rewrite, its standard input."""
    return f'{{ echo "{event} $*"; {"cat" if event == "post-rewrite" else ":"}; }} >>"$NOTES"'


HOOKS: Final = {
    "post-commit": f"#!/bin/sh\n{note_command('post-commit')}\nexec true\n",
    "post-merge": f"#!/bin/sh\n{note_command('post-merge')}\nexit 0\n",
    "post-rewrite": f"#!/bin/sh\n{note_command('post-rewrite')}\n",
    "post-checkout": f"#!/bin/sh\n{note_command('post-checkout')}\n",
}
"""The text of each hook. Two end the shell, so a line after their end would never run."""


def make_hooks(folder: Path) -> Path:
    """Create a folder with a hook for each event."""
    folder.mkdir(parents=True)
    for event, text in HOOKS.items():
        make_hook(folder / event, text)
    return folder


def make_hook(path: Path, text: str) -> Path:
    """Write an executable hook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def assert_noted(notes: Path, pairs: Sequence[tuple[str, str]], *, passes_on: bool = True) -> None:
    """Assert that the hooks ran at each event of ``recorded_history.make_history``.

    ``pairs``: old and new oids of its rewritten commits. ``passes_on``: the program hands on arguments and input.
    """
    text = notes.read_text()
    runs = {event: len(re.findall(rf"^{event}\b", text, re.MULTILINE)) for event in EVENTS}
    # post-commit: base, one, its amend, two of the topic, and the two that the rebase picks. post-checkout: both
    # switches, and the start of the rebase.
    assert runs == {"post-commit": 7, "post-merge": 1, "post-rewrite": 2, "post-checkout": 3}
    if passes_on:
        assert re.search(r"^post-checkout [0-9a-f]{40} [0-9a-f]{40} 1$", text, re.MULTILINE)
        assert re.search(r"^post-merge 0$", text, re.MULTILINE)
        assert "post-rewrite amend\n" in text
        assert "post-rewrite rebase\n" in text
        assert re.findall(r"^([0-9a-f]{40}) ([0-9a-f]{40})", text, re.MULTILINE) == pairs
