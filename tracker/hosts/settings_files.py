"""The settings of each host that make it call us: in which file, and what is added there. Pure but for the paths."""

import contextlib
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final, NamedTuple

from tracker.hosts.host_table import Event, Host
from tracker.hosts.json_places import extras
from tracker.hosts.user_folders import user_path

_SECONDS: Final = 10
"""Seconds that a host may wait for us; we answer within one."""
_SCRIPT: Final = ("agent-tracker", "hosts", "host")
"""The end of the path of our script in every folder of data."""
_TOOL_EVENTS: Final = ("before-tool", "after-tool")


class Addition(NamedTuple):
    """An element for the array at a path of keys in a settings file."""

    path: tuple[str, ...]
    element: dict[str, Any]


class SettingsFile(NamedTuple):
    """A settings file of a host. ``user``: below the home; ``project``: below a worktree, empty if it has none there.

    ``first``, ``first_in_project``: what a new file begins with. ``status_line``: the path of keys of the status line's
    command; empty where the host shows none of ours. ``reads_comments``, ``reads_last_commas``: False if the host was
    seen to read nothing of a file with a comment, or with a comma behind a last member.
    """

    user: str
    project: str = ""
    first: Mapping[str, Any] = {}
    first_in_project: Mapping[str, Any] = {}
    status_line: tuple[str, ...] = ()
    reads_comments: bool = True
    reads_last_commas: bool = True


SETTINGS: Final[Mapping[str, SettingsFile]] = {
    "claude-code": SettingsFile(
        ".claude/settings.json", ".claude/settings.json", status_line=("statusLine",),
        reads_comments=False, reads_last_commas=False,
    ),
    "codex": SettingsFile(
        ".codex/hooks.json", ".codex/hooks.json", reads_comments=False, reads_last_commas=False
    ),
    "gemini-cli": SettingsFile(".gemini/settings.json", ".gemini/settings.json", reads_last_commas=False),
    "copilot-cli": SettingsFile(
        ".copilot/settings.json", ".github/hooks/agent-tracker.json", first_in_project={"version": 1},
        status_line=("statusLine",),
    ),
    "qwen-code": SettingsFile(
        ".qwen/settings.json", ".qwen/settings.json", status_line=("ui", "statusLine"), reads_last_commas=False
    ),
    "cursor": SettingsFile(
        ".cursor/hooks.json", ".cursor/hooks.json", first={"version": 1}, first_in_project={"version": 1}
    ),
}  # fmt: skip
"""The settings files of hosts that are told of hooks in one, by agent."""


def settings_path(agent: str, home: Path, environment: Mapping[str, str], project: Path | None) -> Path | None:
    """Return the settings file of a host for a user, or for a worktree; None where the host reads none there."""
    known = SETTINGS[agent]
    if project is not None:
        return project / known.project if known.project else None
    return user_path(known.user, home, environment)


def first_of(agent: str, project: str) -> Mapping[str, Any]:
    """Return what a new settings file of a host begins with. ``project``: empty for the one in the user's home."""
    return SETTINGS[agent].first_in_project if project else SETTINGS[agent].first


def fault_of(agent: str, text: str) -> str:
    """Return why a host reads nothing of its settings, in words; empty if it reads them."""
    found = extras(text)
    if agent not in SETTINGS:
        return ""
    if found.comment and not SETTINGS[agent].reads_comments:
        return f"line {found.comment} has a comment"
    if found.comma and not SETTINGS[agent].reads_last_commas:
        return f"line {found.comma} has a comma behind the last member"
    return ""


def is_settings_file(agent: str, path: Path) -> bool:
    """Return True if a file that was written for a host is its settings file, wherever its folder is."""
    known = SETTINGS.get(agent)
    return known is not None and path.name in (PurePath(known.user).name, PurePath(known.project).name)


def additions(host: Host, script: Path, events: Sequence[Event]) -> list[Addition]:
    """Return what is added to a host's settings so that it calls us at some events."""
    return [one for event in events for one in additions_for(host, event, command(script, host, event))]


def command(script: Path, host: Host, event: str) -> str:
    """Return the command line that a host runs: constant, as hosts trust one text, and absolute.

    It does nothing where the script is gone: a shell that does not find its file may end with a code that has the host
    refuse the tool.
    """
    file = shlex.quote(str(script))
    return f"test ! -f {file} || sh {file} {host.agent} {event}"


def is_ours(element: object, script: Path) -> bool:
    """Return True if an element of a list of hooks runs our script, and nothing else."""
    commands = [*_commands(element)]
    return bool(commands) and all(words_of_ours(one, script) for one in commands)


def words_of_ours(line: str, script: Path) -> list[str]:
    """Return the words ``sh SCRIPT HOST EVENT [PLACE]`` of a command line that we wrote; empty for another one.

    The script may be that of another folder of data.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        return []
    if words[:3] == ["test", "!", "-f"] and words[4:5] == ["||"]:
        words = words[5:]
    is_ours = words[:1] == ["sh"] and 4 <= len(words) <= 5 and _is_script(words[1], script)
    return words if is_ours else []


def runs_ours(line: str, script: Path) -> bool:
    """Return True if a command line names our script anywhere, also the one of another folder of data."""
    words = re.findall(r"[^\s'\";&|()]+", line)
    with contextlib.suppress(ValueError):  # quotation marks that do not end
        words += shlex.split(line)
    return any(_is_script(word, script) for word in words)


def _is_script(word: str, script: Path) -> bool:
    return word == str(script) or PurePath(word).parts[-3:] == _SCRIPT


def _commands(element: object) -> list[str]:
    """Return the command lines in an element, at any depth."""
    if isinstance(element, list):
        return [text for one in element for text in _commands(one)]
    if not isinstance(element, dict):
        return []
    own = [value for name, value in element.items() if name in {"command", "bash"} and isinstance(value, str)]
    return own + [text for value in element.values() for text in _commands(value)]


def additions_for(host: Host, event: Event, line: str) -> list[Addition]:
    """Return what makes a host run a command line at an event, by each name that the host has for it."""
    return [_addition(host, event, name, line) for name in host.names_of(event)]


def _addition(host: Host, event: Event, name: str, line: str) -> Addition:
    path = ("hooks", name)
    if host.agent == "copilot-cli":
        return Addition(path, {"type": "command", "bash": line, "timeoutSec": _SECONDS})
    if host.agent == "cursor":
        return Addition(path, {"command": line})
    hook: dict[str, Any] = {"type": "command", "command": line, "timeout": _SECONDS}
    if host.agent == "gemini-cli":  # milliseconds, and hooks have names there
        hook = {"name": f"agent-tracker {event}", **hook, "timeout": 1000 * _SECONDS}
    matcher = {"matcher": host.runs} if event in _TOOL_EVENTS else {}
    return Addition(path, {**matcher, "hooks": [hook]})
