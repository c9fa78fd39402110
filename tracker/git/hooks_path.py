"""Find the directories in which git looks for hooks, and the hooks that its configuration names."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.git import process
from tracker.git.location import Location

CONFIGURED_SINCE: Final = (2, 54)
"""First version of git that runs hooks from its configuration, beside those in the hooks directory (git-hook(1))."""

_FALSE: Final = frozenset({"false", "no", "off", "0"})
"""Values of a boolean setting that mean false (git-config(1), "Values")."""


class HooksPlace(NamedTuple):
    """A directory in which git looks for hooks.

    ``work_tree``: the worktree that git uses it from, or the git directory of a bare repository. ``setting``: the
    ``scope, file`` in which ``core.hooksPath`` is set; empty if it is not set.
    """

    directory: Path
    work_tree: Path
    setting: str


def hooks_place(place: Location) -> HooksPlace:
    """Return the hooks directory of a worktree. Raises RepositoryError.

    A relative ``core.hooksPath`` is relative to the directory where hooks run, the worktree's top (git-config(1)).
    """
    start = place.work_tree or place.git_dir
    arguments = ["config", "-z", "--show-scope", "--show-origin", "--get", "core.hooksPath"]
    fields = os.fsdecode(process.run(place.git_dir, arguments, cwd=start, accept=(0, 1))).split("\0")
    if len(fields) < 2:  # git-init(1): it is $GIT_COMMON_DIR/hooks, of which git need not be asked
        return HooksPlace(Path(os.path.normpath(place.common_dir / "hooks")), start, "")
    name = os.fsdecode(process.run(place.git_dir, ["rev-parse", "--git-path", "hooks"], cwd=start)).rstrip("\n")
    directory = Path(os.path.normpath(start / Path(name).expanduser()))
    return HooksPlace(directory, start, f"{fields[0]}, {fields[1].removeprefix('file:')}")


def distinct_hooks_places(places: Sequence[Location]) -> list[HooksPlace]:
    """Return the hooks directories of several worktrees, in their order, each directory once. Raises RepositoryError.

    A relative ``core.hooksPath`` differs in each worktree, and ``extensions.worktreeConfig`` may set it for one alone
    (git-worktree(1)).
    """
    found: dict[Path, HooksPlace] = {}
    for place in map(hooks_place, places):
        found.setdefault(place.directory, place)
    return [*found.values()]


def configured_hooks(git_dir: Path) -> dict[str, list[str]]:
    """Return the hook commands in git's configuration, keyed by event; empty if git is too old to run them.

    A hook that is disabled or has no command is listed with an empty command. Raises RepositoryError.
    """
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
        elif key == "enabled" and value.lower() in _FALSE:
            commands[hook] = ""
    found: dict[str, list[str]] = {}
    for hook, names in events.items():
        for event in names:
            found.setdefault(event, []).append(commands.get(hook, ""))
    return found
