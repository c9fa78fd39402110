"""The command ``statusline [HOST]``: one line about the agent that works here, from what is in ``.agent/``.

A host runs it again and again and waits for it, so nothing is opened but the status file, and nothing is imported but
Python's own parser of JSON. Whatever goes wrong, nothing is printed.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

_STATUS: Final = os.path.join(".agent", "status.json")
_LARGEST: Final = 4 << 20
_LONGEST_NAME: Final = 40


def main(arguments: Sequence[str]) -> int:
    """Print the line, and return the exit code, which is always 0."""
    try:
        line = _line(arguments[0] if arguments else "")
        if line:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001, S110 - a status line is no place for errors; nothing is lost by one less
        pass
    return 0


def _line(host: str) -> str:
    said = _said()
    status = _status(_folder(said))
    if status is None:
        return ""
    agents = status.get("agents")
    sheets = agents if isinstance(agents, dict) else {}
    name = _agent_of(host) if host else str(status.get("agent_name") or "")
    sheet = sheets.get(name)
    parts = [name[:_LONGEST_NAME]]
    if not isinstance(sheet, dict):
        parts.append("new here")
    else:
        parts += [str(sheet["trust_tier"])] if sheet.get("trust_tier") else []
        parts += ["HALTED"] if sheet.get("halted") else []
        waiting = sheet.get("here", {}).get("waiting_for_agent", 0)
        parts += [f"{waiting} without its grade"] if waiting else []
    for_user = status.get("waiting_for_user")
    parts += [f"{for_user} to review"] if isinstance(for_user, int) and for_user else []
    line = ", ".join(part for part in parts if part)
    return "".join(one if one.isprintable() else "?" for one in line)


def _agent_of(host: str) -> str:
    """Return the agent that works in a host."""
    if host == "claude":
        return "claude-code"
    return f"{host}-cli" if host in {"gemini", "copilot"} else "qwen-code" if host == "qwen" else host


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
    """Return the status of the worktree around a folder; None outside of one, or where it has no status file."""
    while True:
        path = os.path.join(folder, _STATUS)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                status = json.loads(file.read(_LARGEST))
            return status if isinstance(status, dict) else None
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = above
