"""Our part of a host's status line: behind the user's own, which is kept and runs first.

Each settings file has a status line of its own, so the user's command is kept for each file.
"""

import contextlib
from pathlib import Path

from tracker.digests import blake2b
from tracker.files import atomic_write, read_regular
from tracker.hosts.host_table import Host
from tracker.hosts.json_edits import JsonText
from tracker.hosts.settings_files import SETTINGS, command

EVENT = "status-line"
_LARGEST = 1 << 16


def chain(text: JsonText, settings: Path, host: Host, script: Path) -> None:
    """Put our command in the place of the status line's, and keep the user's for it. Raises OSError."""
    path = SETTINGS[host.agent].status_line
    ours = _command(settings, host, script)
    if not path:
        return
    own = text.find((*path, "command"))
    if text.find(path) is None:
        text.set(path, {"type": "command", "command": ours})
    elif own is not None and own.text is not None and own.text != ours:
        script.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(kept_command(settings, script), f"{own.text}\n".encode())
        text.set((*path, "command"), ours)


def unchain(text: JsonText, settings: Path, host: Host, script: Path) -> bool:
    """Put the user's command back, or take the status line out; return True if ours was there. Raises OSError."""
    path = SETTINGS[host.agent].status_line
    if not is_chained(text, settings, host, script):
        return False
    kept = _kept(settings, script)
    if kept is not None:
        text.set((*path, "command"), kept)
        return True
    for size in range(len(path), 0, -1):
        holder, value = text.find(path[: size - 1]), text.find(path[:size])
        if holder is None or value is None or (size < len(path) and value.members):
            break
        text.remove(holder, next(one for one in holder.members if one.value == value))
    return True


def is_chained(text: JsonText, settings: Path, host: Host, script: Path) -> bool:
    """Return True if the status line runs ours."""
    path = SETTINGS[host.agent].status_line
    own = text.find((*path, "command")) if path else None
    return own is not None and own.text == _command(settings, host, script)


def forget(settings: Path, script: Path) -> None:
    """Forget the user's command of a settings file, once it is back in its place. Raises OSError."""
    kept_command(settings, script).unlink(missing_ok=True)


def kept_command(settings: Path, script: Path) -> Path:
    """Return the file with the user's own command, which ``hooks/host`` runs."""
    return script.with_name(f"{EVENT}-{_place(settings)}")


def _command(settings: Path, host: Host, script: Path) -> str:
    return f"{command(script, host, EVENT)} {_place(settings)}"


def _place(settings: Path) -> str:
    """Return what tells a settings file from others."""
    return blake2b(str(settings).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def _kept(settings: Path, script: Path) -> str | None:
    with contextlib.suppress(OSError):
        return read_regular(kept_command(settings, script), _LARGEST).decode("utf-8", "replace").removesuffix("\n")
    return None
