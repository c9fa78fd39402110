"""Sentences about what an installation changed in a host's settings. Pure."""

from collections.abc import Iterator
from pathlib import Path

from tracker.hosts.present_parts import Present


def what_changed(path: Path, earlier: Present, now: Present) -> Iterator[str]:
    """Yield the sentences. ``earlier``, ``now``: our parts of the settings file."""
    yield f"Changed the hooks in {path}." if earlier.hooks else f"Added hooks to {path}."
    if "stop" in now.events and "stop" not in earlier.events:
        yield "At the end of a turn the agent is asked once for grades that it owes."
    elif "stop" in earlier.events and "stop" not in now.events:
        yield "At the end of a turn the agent is asked no more."
    yield from _status_line(earlier.status_line, now.status_line)


def _status_line(earlier: str, now: str) -> Iterator[str]:
    if now == "ours" and earlier == "none":
        yield "Added a status line; --no-status-line leaves it out."
    elif now == "ours" and earlier == "the user's":
        yield "Your status line runs first, with ours behind it; --no-status-line leaves it as it was."
    elif earlier == "ours" and now != "ours":
        yield "Took our part of the status line out."
    elif now == "without command":
        yield "Its status line runs no command and stays as it is."
