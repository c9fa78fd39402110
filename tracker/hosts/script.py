"""The shell script that hosts run: one file for the user, in the folder of the user's data, for all repositories.

Hosts ask the user to trust a command line, so this stays the same when a new version writes the file again.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.files import atomic_write
from tracker.hooks import template
from tracker.hosts.host_table import HOSTS
from tracker.hosts.payload import CALL_KEYS, SESSION_KEYS
from tracker.project.settings import default_ledger_path

_NAME: Final = "host"


def hosts_folder() -> Path:
    """Return the folder of what belongs to hosts. Raises RuntimeError for an account without a home."""
    return default_ledger_path().parent / "hosts"


def script_path(folder: Path) -> Path:
    """Return the path of the script in the folder of hosts."""
    return folder / _NAME


def write_script(folder: Path) -> None:
    """Write the script, or the one of this version in the place of another. Raises OSError, TrackerError."""
    text = script_text(sys.executable, template.interpreter_flags(sys.executable))
    path = script_path(folder)
    if path.is_file() and path.read_bytes() == text:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic_write(path, text, mode=0o700)


def script_text(interpreter: str, flags: Sequence[str]) -> bytes:
    """Return the script; with an empty interpreter it finds the program on the PATH. Raises TrackerError."""
    return template.render_host_script(
        interpreter,
        flags,
        sessions=SESSION_KEYS,
        calls=CALL_KEYS,
        elsewhere=[host.agent for host in HOSTS if host.runs_elsewhere],
        without_ids=[host.agent for host in HOSTS if not host.names_calls],
    )
