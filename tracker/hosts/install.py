"""Install us in a host, and take all of it back: hooks in its settings, files of ours, and the script that it runs."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import TrackerError
from tracker.hosts.host_table import HOSTS, Event, Host
from tracker.hosts.own_files import remove_own_file, write_own_file
from tracker.hosts.packages import SKILLS, own_files
from tracker.hosts.script import hosts_folder, script_path, write_script
from tracker.hosts.settings_files import SETTINGS, settings_path
from tracker.hosts.user_folders import home_folder, user_path
from tracker.hosts.user_settings import Installed, add_hooks, installed_hooks, remove_hooks
from tracker.hosts.written_files import WrittenFiles, identity

_ALWAYS: Final[tuple[Event, ...]] = ("before-tool", "after-tool", "session-start")
UNTRIED: Final = frozenset({"cursor", "goose", "amp"})
"""Hosts that are installed by their documents, and were never run with this program."""

_NEXT: Final[Mapping[str, str]] = {
    "codex": "Codex runs no hook that you have not trusted: start codex, type /hooks, and trust ours.",
    "copilot-cli": "Copilot CLI reads its settings when it starts.",
}
"""The next step for the user, by agent."""


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


def place_of_user(project: Path | None = None) -> Place:
    """Return where hosts are installed for this user. Raises RuntimeError for an account without a home."""
    return Place(home_folder(), hosts_folder(), os.environ, project)


class State(NamedTuple):
    """Our parts that a host has. ``settings``: the file that tells it of hooks, None if it needs none.

    ``hooks``: ours in that file.
    """

    events: tuple[Event, ...]
    settings: Path | None
    files: tuple[Path, ...]
    hooks: tuple[Installed, ...] = ()

    @property
    def is_installed(self) -> bool:
        """True if the host calls us."""
        return bool(self.events)


def install(host: Host, place: Place, command: str, *, asks_at_stop: bool, status_line: bool) -> list[str]:
    """Install us in a host; return a sentence for each thing done, or to do. ``command``: the path of our program.

    Nothing is changed that is as it should be. Raises TrackerError and OSError; what was done by then stays, and is
    taken back by ``uninstall``.
    """
    known = WrittenFiles(place.folder)
    events: tuple[Event, ...] = (*_ALWAYS, "stop") if asks_at_stop else _ALWAYS
    write_script(place.folder)
    done: list[str | None] = []
    if host.agent in SETTINGS:
        path = _settings(host, place)
        if path is None:
            raise TrackerError(f"{host.display} reads no hooks from a project: install it without --project.")
        wants_line = status_line and place.project is None and bool(SETTINGS[host.agent].status_line)
        done.append(add_hooks(path, host, place.script, events, known, status_line=wants_line))
    for path, text in _own_files(host, place, command, events).items():
        done.append(write_own_file(path, text, host.agent, known))
    sentences = [one for one in done if one]
    if sentences and host.agent in _NEXT:
        sentences.append(_NEXT[host.agent])
    return sentences


def uninstall(host: Host, place: Place, command: str) -> list[str]:
    """Take everything back that ``install`` did in a host; return a sentence for each thing done. Raises as it does.

    For the user that is everything that is remembered, wherever it was installed by then.
    """
    known = WrittenFiles(place.folder)
    texts = _own_files(host, place, command, _ALWAYS)
    path = _settings(host, place) if host.agent in SETTINGS else None
    # In the opposite order, as later files may be in folders that were made for earlier ones.
    files = [*reversed([*texts]), *([path] if path else [])]
    here = {identity(one) for one in files}
    files += [one for one in known.of(host.agent) if one not in here] if place.project is None else []
    done = [
        remove_hooks(one, host, place.script, known)
        if one == path or _is_settings(host, one)
        else remove_own_file(one, texts.get(one), host.agent, known)
        for one in files
    ]
    if not WrittenFiles(place.folder).is_any():
        place.script.unlink(missing_ok=True)
        _remove_folder(place.folder)
    return [one for one in done if one]


def _is_settings(host: Host, path: Path) -> bool:
    """Return True if a file that was written is a settings file of a host, also in another folder than today's."""
    known = SETTINGS.get(host.agent)
    return known is not None and path.name == Path(known.user).name


def state_of(host: Host, place: Place) -> State:
    """Return what of ours a host has."""
    path = _settings(host, place) if host.agent in SETTINGS else None
    files = tuple(one for one in _own_files(host, place, "", _ALWAYS) if one.is_file())
    if path is not None:
        hooks = tuple(installed_hooks(path, host, place.script))
        return State(tuple(dict.fromkeys(one.event for one in hooks)), path, files, hooks)
    skills = {_place_of(name, place) for name in SKILLS}
    own = [one for one in files if one not in skills]
    return State(tuple(event for event in _ALWAYS if event in host.events) if own else (), None, files)


def hosts_of(agents: Sequence[str]) -> list[Host]:
    """Return the hosts of some agents that can be installed, in the order of the table."""
    return [host for host in HOSTS if host.agent in agents]


def _settings(host: Host, place: Place) -> Path | None:
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
