"""Find the hosts that this user has, by their settings folder, or by a program on the PATH."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.hosts.user_folders import user_path

_PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "claude-code": ("claude",), "codex": ("codex",), "opencode": ("opencode",), "gemini-cli": ("gemini",),
    "copilot-cli": ("copilot",), "qwen-code": ("qwen",), "cursor": ("cursor-agent", "cursor"), "goose": ("goose",),
    "amp": ("amp",), "crush": ("crush",), "aider": ("aider",),
}  # fmt: skip
_FOLDERS: Final[Mapping[str, str]] = {
    "claude-code": ".claude", "codex": ".codex", "opencode": ".config/opencode", "gemini-cli": ".gemini",
    "copilot-cli": ".copilot", "qwen-code": ".qwen", "cursor": ".cursor", "goose": ".config/goose",
    "amp": ".config/amp", "crush": ".config/crush", "aider": ".aider.conf.yml",
}  # fmt: skip


def program_of(agent: str) -> str | None:
    """Return the path of a host's program, None if none is on the PATH."""
    return next((found for name in _PROGRAMS.get(agent, ()) if (found := shutil.which(name))), None)


def is_used(agent: str, home: Path, environment: Mapping[str, str]) -> bool:
    """Return True if this user has settings of a host, which a host makes when it is first used."""
    return agent in _FOLDERS and os.path.lexists(user_path(_FOLDERS[agent], home, environment))


def is_found(agent: str, home: Path, environment: Mapping[str, str]) -> bool:
    """Return True if this user has a host."""
    return program_of(agent) is not None or is_used(agent, home, environment)


def found_agents(home: Path, environment: Mapping[str, str]) -> list[str]:
    """Return the agents of the hosts that this user has, in the order of the table."""
    return [agent for agent in _PROGRAMS if is_found(agent, home, environment)]
