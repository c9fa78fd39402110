"""Where git looks for hooks, seen from each work tree, and the hooks that its configuration names."""

import os
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import process

CONFIGURED_SINCE: Final = (2, 54)
"""The first git that runs hooks which its configuration names, beside those in the hooks directory (git-hook(1))."""


class HooksPlace(NamedTuple):
    """A directory that git looks for hooks in, and a work tree that it does so from (the git directory of a bare one).

    ``setting`` says where ``core.hooksPath`` was set, as ``scope, file``; it is empty when it was not.
    """

    directory: Path
    work_tree: Path
    setting: str


def place(git_dir: Path, work_tree: Path | None) -> HooksPlace:
    """Where git looks for hooks from a work tree; ``core.hooksPath`` may be relative to where hooks run, the top."""
    start = work_tree or git_dir
    name = os.fsdecode(process.run(git_dir, ["rev-parse", "--git-path", "hooks"], cwd=start)).rstrip("\n")
    directory = Path(os.path.normpath(start / Path(name).expanduser()))
    arguments = ["config", "-z", "--show-scope", "--show-origin", "--get", "core.hooksPath"]
    found = os.fsdecode(process.run(git_dir, arguments, cwd=start, accept=(0, 1))).split("\0")
    return HooksPlace(directory, start, f"{found[0]}, {found[1].removeprefix('file:')}" if len(found) > 1 else "")


def configured(git_dir: Path) -> dict[str, list[str]]:
    """The commands that the configuration names for each event; empty where git does not run them."""
    if process.version() < CONFIGURED_SINCE:
        return {}
    answer = os.fsdecode(process.run(git_dir, ["config", "-z", "--get-regexp", r"^hook\."], accept=(0, 1)))
    events: dict[str, list[str]] = {}
    commands: dict[str, str] = {}
    for item in filter(None, answer.split("\0")):
        name, _, value = item.partition("\n")
        hook, _, key = name.removeprefix("hook.").rpartition(".")
        if key == "command":
            commands[hook] = value
        elif key == "event":
            events[hook] = [*events.get(hook, ()), value] if value else []
        elif key == "enabled" and value.lower() in {"false", "no", "off", "0"}:
            commands[hook] = ""
    found: dict[str, list[str]] = {}
    for hook, named in events.items():
        for event in named:
            found.setdefault(event, []).append(commands.get(hook, ""))
    return found
