"""Install us in a host, and take all of it back: hooks in its settings, files of ours, and the script that it runs."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.hosts.host_table import HOSTS, Event, Host
from tracker.hosts.own_files import remove_own_file, write_own_file
from tracker.hosts.packages import SKILLS, own_files
from tracker.hosts.present_parts import Present
from tracker.hosts.script import hosts_folder, script_path, write_script
from tracker.hosts.settings_files import SETTINGS, is_settings_file, settings_path
from tracker.hosts.user_folders import home_folder, user_path
from tracker.hosts.user_settings import Wish, add_hooks, present_in, remove_hooks
from tracker.hosts.written_files import WrittenFiles, identity

_ALWAYS: Final[tuple[Event, ...]] = ("before-tool", "after-tool", "session-start")
UNTRIED: Final = frozenset({"cursor", "goose", "amp"})
"""Hosts that are installed by their documents, and were never run with this program."""


class Place(NamedTuple):
    """The place of an installation. ``folder``: of our own data. ``project``: a worktree; None for the user's home."""

    home: Path
    folder: Path
    environment: Mapping[str, str]
    project: Path | None = None

    @property
    def script(self) -> Path:
        """The script that hosts run."""
        return script_path(self.folder)

    @property
    def of_project(self) -> str:
        """The path of the worktree, empty for the user's home."""
        return str(self.project) if self.project else ""


def place_of_user(project: Path | None = None) -> Place:
    """Return where hosts are installed for this user. Raises RuntimeError for an account without a home."""
    return Place(home_folder(), hosts_folder(), os.environ, project)


class State(NamedTuple):
    """Our parts that a host has. ``settings``: the file that tells it of hooks, None if it needs none.

    ``present``: ours in that file. ``files``: those that are wholly ours. ``plugin_events``: the events at which a
    plugin of ours, which needs no settings, calls us.
    """

    settings: Path | None
    present: Present
    files: tuple[Path, ...]
    plugin_events: tuple[Event, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """The events at which the host calls us."""
        return self.present.events or self.plugin_events

    @property
    def is_installed(self) -> bool:
        """True if the host calls us."""
        return bool(self.events)


def install(
    host: Host, place: Place, command: str, *, asks_at_stop: bool | None, status_line: bool | None
) -> list[str]:
    """Install us in a host; return a sentence for each thing done, or to do. ``command``: the path of our program.

    ``asks_at_stop``, ``status_line``: None keeps what an earlier installation chose; the first one asks at no stop and
    has a status line. Nothing is changed that is as it should be. Raises TrackerError and OSError; what was done by
    then stays, and is taken back by ``uninstall``.
    """
    known, before = WrittenFiles(place.folder), state_of(host, place)
    asks = "stop" in before.events if asks_at_stop is None else asks_at_stop
    events: tuple[Event, ...] = (*_ALWAYS, "stop") if asks else _ALWAYS
    write_script(place.folder)
    done: list[str | None] = []
    path = _settings(host, place)
    if path is not None:
        has_line = status_line if status_line is not None else before.present.keeps_status_line
        wants_line = has_line and place.project is None and bool(SETTINGS[host.agent].status_line)
        done += add_hooks(path, host, place.script, Wish(events, wants_line, place.of_project), known)
        if fault := state_of(host, place).present.fault:
            done.append(f"{host.display} reads nothing of {path} as it is: {fault}.")
    for file, text in _own_files(host, place, command, events).items():
        done.append(write_own_file(file, text, host.agent, known, place.of_project))
    if status_line is False and before.present.status_line == "runs ours":
        done.append(f"You changed the status line in {path}, and it runs agent-tracker still: take that out by hand.")
    if asks_at_stop and "stop" not in host.events:
        done.append("It has no event at the end of a turn, so the agent is not asked there.")
    return [one for one in done if one]


def uninstall(host: Host, place: Place, command: str) -> list[str]:
    """Take everything back that ``install`` did in a host; return a sentence for each thing done. Raises as it does.

    That is everything that is remembered of this place, wherever its folders were by then.
    """
    known = WrittenFiles(place.folder)
    texts = _own_files(host, place, command, _ALWAYS)
    path = _settings(host, place)
    # In the opposite order, as later files may be in folders that were made for earlier ones.
    files = [*reversed([*texts]), *([path] if path else [])]
    here = {identity(one) for one in files}
    files += [one for one in known.of(host.agent, place.of_project) if one not in here]
    done = [
        remove_hooks(one, host, place.script, known)
        if one == path or is_settings_file(host.agent, one)
        else remove_own_file(one, texts.get(one), host.agent, known)
        for one in files
    ]
    if not WrittenFiles(place.folder).is_any():
        place.script.unlink(missing_ok=True)
        _remove_folder(place.folder)
    return [one for one in done if one]


def state_of(host: Host, place: Place) -> State:
    """Return what of ours a host has."""
    path = _settings(host, place)
    files = tuple(one for one in _own_files(host, place, "", _ALWAYS) if one.is_file())
    if path is not None:
        return State(path, present_in(path, host, place.script), files)
    skills = {_place_of(name, place) for name in SKILLS}
    plugin = [one for one in files if one not in skills]
    hooks = next((one for one in plugin if one.name == "hooks.json"), None)
    if hooks is not None:  # a plugin that names the events
        return State(None, Present(), files, present_in(hooks, host, place.script).events)
    return State(None, Present(), files, tuple(event for event in _ALWAYS if plugin and event in host.events))


def hosts_of(agents: Sequence[str]) -> list[Host]:
    """Return the hosts of some agents that can be installed, in the order of the table."""
    return [host for host in HOSTS if host.agent in agents]


def _settings(host: Host, place: Place) -> Path | None:
    """Return the settings file of a host; None for one that needs none."""
    if host.agent not in SETTINGS:
        return None
    return settings_path(host.agent, place.home, place.environment, place.project)


def _own_files(host: Host, place: Place, command: str, events: tuple[Event, ...]) -> dict[Path, str]:
    """Return the files of ours for a host, by path, each with its text."""
    files = own_files(host, place.script, command, events)
    return {_place_of(name, place): text for name, text in files.items()}


def _place_of(name: str, place: Place) -> Path:
    """Return the path of a file of ours, of which ``name`` is the path below a home."""
    if place.project is None:
        return user_path(name, place.home, place.environment)
    return place.project / (f".{name.removeprefix('.config/')}" if name.startswith(".config/") else name)


def _remove_folder(folder: Path) -> None:
    """Remove the folder of hosts' data, if nothing is left in it."""
    try:
        folder.rmdir()
    except OSError:
        return
