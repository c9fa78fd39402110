"""The command ``statusline [HOST]``: one line about the agent that works here, from what is in ``.agent/``.

A host runs it again and again and waits for it, so nothing is opened but the status file, and nothing is imported but
Python's own parser of JSON and the table of hosts. Whatever goes wrong, nothing is printed.
"""

import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tracker.hosts.host_table import HOSTS, host_named

_USAGE: Final = (
    "usage: agent-tracker statusline [HOST]; HOST is one of "
    + ", ".join(host.agent for host in HOSTS)
    + ". It reads a host's JSON on standard input."
)
_STATUS: Final = os.path.join(".agent", "status.json")
_LARGEST: Final = 4 << 20
_LONGEST_NAME: Final = 40
_MOST: Final = 1_000_000
"""More than this counts as no number of commits."""


def main(arguments: Sequence[str]) -> int:
    """Print the line, and return the exit code, which is always 0."""
    host = host_named(arguments[0]) if arguments else None
    if arguments and host is None:
        print(_USAGE, file=sys.stderr)
        return 0
    try:
        line = _line(host.agent if host else "")
        if line:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001, S110 - a status line is no place for errors; nothing is lost by one less
        pass
    return 0


def _line(agent: str) -> str:
    said = _said()
    status = _status(_folder(said))
    if status is None:
        return ""
    agents = status.get("agents")
    sheets = agents if isinstance(agents, dict) else {}
    name = agent or _text(status.get("agent_name"))
    sheet = sheets.get(name)
    parts = [name]
    if not isinstance(sheet, dict):
        parts.append("new here")
    else:
        here = sheet.get("here")
        parts += ["HALTED" if sheet.get("halted") is True else "", _text(sheet.get("trust_tier"))]
        parts += [_counted(here.get("waiting_for_agent") if isinstance(here, dict) else 0, "without its own grade")]
    parts += [_counted(status.get("waiting_for_user"), "in all for you to review")]
    return ", ".join(part for part in parts if part)


def _text(value: object) -> str:
    """Return a short name from the status file, which anybody may have written; empty if it is something else."""
    known = value[:_LONGEST_NAME] if isinstance(value, str) else ""
    return "".join(one if one.isprintable() else "?" for one in known)


def _counted(number: object, what: str) -> str:
    return f"{number} {what}" if isinstance(number, int) and 0 < number < _MOST else ""


def _said() -> Mapping[str, Any]:
    """Return what the host says on standard input, nothing of anything but an object."""
    if sys.stdin is None or sys.stdin.isatty():
        return {}
    try:
        said = json.loads(sys.stdin.buffer.read(_LARGEST))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _folder(said: Mapping[str, Any]) -> str:
    """Return the folder in which the agent works."""
    workspace = said.get("workspace")
    named = [workspace.get("current_dir")] if isinstance(workspace, dict) else []
    found = next((one for one in (*named, said.get("cwd")) if isinstance(one, str) and os.path.isdir(one)), None)
    return found or os.getcwd()


def _status(folder: str) -> Mapping[str, Any] | None:
    """Return the status of the worktree around a folder; None outside of a tracked one, or where it has no status."""
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    if not _is_tracked(os.path.join(folder, ".git")):
        return None
    # Whatever git can carry may be there: a link to a terminal would take the keys that the user presses.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(os.path.join(folder, _STATUS), flags), "rb") as file:
        is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        status = json.loads(file.read(_LARGEST)) if is_regular else None
    return status if isinstance(status, dict) else None


def _is_tracked(git: str) -> bool:
    """Return True if a repository is tracked. ``git``: its git directory, or the file that names it in a worktree."""
    if os.path.isfile(git):
        git = os.path.join(os.path.dirname(git), _first_line(git).removeprefix("gitdir: "))
    shared = os.path.join(git, "commondir")
    common = os.path.join(git, _first_line(shared)) if os.path.isfile(shared) else git
    return os.path.isfile(os.path.join(common, "agent-tracker", "project-id"))


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.readline(_LARGEST).rstrip("\n")
