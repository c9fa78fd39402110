"""The folders of hosts in a user's home, some of which the user may have moved. Pure."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_MOVED: Final[Mapping[str, str]] = {
    ".config": "XDG_CONFIG_HOME",
    ".claude": "CLAUDE_CONFIG_DIR",
    ".codex": "CODEX_HOME",
    ".copilot": "COPILOT_HOME",
}
"""The variables by which a user moves folders of the home."""


def user_path(name: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return the path of a file or folder in a home, or where the user has moved its first folder to.

    A variable that is no absolute path is left out: it would mean another place in each working directory.
    """
    folder, _, inside = name.partition("/")
    moved = environment.get(_MOVED.get(folder, ""), "")
    return (Path(moved) if os.path.isabs(moved) else home / folder) / inside  # noqa: PTH117 - a text from outside


def home_folder() -> Path:
    """Return the user's home. Raises RuntimeError for an account without one."""
    return Path(os.environ["HOME"]) if os.environ.get("HOME") else Path.home()
