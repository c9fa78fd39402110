"""Hosts that are installed in a home of a test."""

import json
from pathlib import Path
from typing import Any, Final

from tracker.hosts.host_table import Host, host_named
from tracker.hosts.install import Place, install
from tracker.hosts.settings_files import SETTINGS

PROGRAM: Final = "/opt/agent-tracker"


def host_of(agent: str) -> Host:
    found = host_named(agent)
    assert found is not None
    return found


CLAUDE: Final = host_of("claude-code")
CODEX: Final = host_of("codex")
MINE: Final = {"statusLine": {"type": "command", "command": "echo MINE"}}
"""Settings with a status line of the user's own."""


def put(host: Host, place: Place, text: str) -> Path:
    """Write a host's settings file as its user did."""
    path = place.home / SETTINGS[host.agent].user
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def add(host: Host, place: Place, *, status_line: bool = True) -> list[str]:
    return install(host, place, PROGRAM, asks_at_stop=False, status_line=status_line)


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
