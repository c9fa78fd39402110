"""Hooks named in git's configuration (``hook.<name>.command``), which git 2.54 and later run beside a hooks directory.

They are written on request only (``init --hooks config``): an older git on the same machine, such as the one of an
editor, would run nothing and print nothing.
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import UsageError
from tracker.git import hooks_path, process

_PREFIX: Final = "agent-tracker-"
"""Put before the event in a hook's name, since git refuses a name that is an event's (git-hook(1))."""


def is_supported() -> bool:
    """Return True if the installed git runs hooks that its configuration names. Raises RepositoryError."""
    return process.version() >= hooks_path.CONFIGURED_SINCE


def command(hook: Path) -> str:
    """Return the shell command that runs a hook file if it exists; git appends the arguments (run-command.c)."""
    quoted = shlex.quote(str(hook))
    return f"test ! -x {quoted} || {quoted}"


def configured_events(configured: Mapping[str, Sequence[str]], hooks: Path, events: Iterable[str]) -> set[str]:
    """Return the events for which git's configuration names our hook.

    ``configured``: commands, keyed by event. ``hooks``: the folder that holds our hook files now.
    """
    return {
        event
        for event in events
        if any(
            one == command(hooks / event) or str(hooks / event) in one or f"agent-tracker hook {event}" in one
            for one in configured.get(event, ())
        )
    }


def write(common_dir: Path, hooks: Path, events: Iterable[str]) -> list[str]:
    """Name our hooks in the repository's own configuration; return one sentence for each thing done.

    Raises UsageError when git is too old to run them, RepositoryError when the configuration cannot be written.
    """
    if not is_supported():
        since, installed = (".".join(map(str, version)) for version in (hooks_path.CONFIGURED_SINCE, process.version()))
        raise UsageError(f"git {installed} runs no hooks that its configuration names: they need git {since} or later.")
    written: list[str] = []
    for event in events:
        name = f"hook.{_PREFIX}{event}"
        for key, value in (("event", event), ("command", command(hooks / event))):
            if _local_value(common_dir, f"{name}.{key}") != value:
                process.run(common_dir, ["config", "--local", "--replace-all", f"{name}.{key}", value])
                written.append(event)
    return [f"Named the hooks {', '.join(dict.fromkeys(written))} in git's configuration."] if written else []


def remove(common_dir: Path, events: Iterable[str]) -> list[str]:
    """Remove our hooks from the repository's own configuration; return what was done. Raises RepositoryError."""
    removed = [event for event in events if _local_value(common_dir, f"hook.{_PREFIX}{event}.event")]
    for event in removed:
        process.run(common_dir, ["config", "--local", "--remove-section", f"hook.{_PREFIX}{event}"])
    return [f"Took the hooks {', '.join(removed)} out of git's configuration."] if removed else []


def _local_value(common_dir: Path, name: str) -> str:
    answer = process.run(common_dir, ["config", "--local", "-z", "--get", name], accept=(0, 1))
    return answer.decode("utf-8", "surrogateescape").rstrip("\0")
