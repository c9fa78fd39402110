"""Hooks that git's configuration names, which git 2.54 and later run beside those of any hooks directory.

They are written on request alone (``init --hooks config``): an older git beside it, such as an editor's own, would run
nothing and say nothing.
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import UsageError
from tracker.git import hooks_path, process

_PREFIX: Final = "agent-tracker-"
"""Before the event's name, since git refuses a hook that is called as an event is (git-hook(1))."""


def is_supported() -> bool:
    """Whether the git at hand runs configured hooks."""
    return process.version() >= hooks_path.CONFIGURED_SINCE


def command(stub: Path) -> str:
    """The command that runs a stub, and nothing once it is gone; git appends the arguments (run-command.c)."""
    quoted = shlex.quote(str(stub))
    return f"test ! -x {quoted} || {quoted}"


def events_of(configured: Mapping[str, Sequence[str]], stubs: Path, events: Iterable[str]) -> set[str]:
    """The events for which git's configuration names our stub, where it is now."""
    return {
        event
        for event in events
        if any(
            one == command(stubs / event) or str(stubs / event) in one or f"agent-tracker hook {event}" in one
            for one in configured.get(event, ())
        )
    }


def write(common_dir: Path, stubs: Path, events: Iterable[str]) -> list[str]:
    """Name the stubs in the repository's own configuration; what was done, one sentence each.

    Raises UsageError where git is too old to look there, RepositoryError when the configuration cannot be written.
    """
    if not is_supported():
        since, here = (".".join(map(str, version)) for version in (hooks_path.CONFIGURED_SINCE, process.version()))
        raise UsageError(f"git {here} runs no hooks that its configuration names: they need git {since} or later.")
    written: list[str] = []
    for event in events:
        name = f"hook.{_PREFIX}{event}"
        for key, value in (("event", event), ("command", command(stubs / event))):
            if _local(common_dir, f"{name}.{key}") != value:
                process.run(common_dir, ["config", "--local", "--replace-all", f"{name}.{key}", value])
                written.append(event)
    return [f"Named the hooks {', '.join(dict.fromkeys(written))} in git's configuration."] if written else []


def remove(common_dir: Path, events: Iterable[str]) -> list[str]:
    """Take the stubs out of the repository's own configuration; what was done. Raises RepositoryError."""
    removed = [event for event in events if _local(common_dir, f"hook.{_PREFIX}{event}.event")]
    for event in removed:
        process.run(common_dir, ["config", "--local", "--remove-section", f"hook.{_PREFIX}{event}"])
    return [f"Took the hooks {', '.join(removed)} out of git's configuration."] if removed else []


def _local(common_dir: Path, name: str) -> str:
    answer = process.run(common_dir, ["config", "--local", "-z", "--get", name], accept=(0, 1))
    return answer.decode("utf-8", "surrogateescape").rstrip("\0")
