"""Our part of a host's status line: behind the user's own, which is kept and runs first.

Each settings file has a status line of its own, so the user's command is kept for each file.
"""

import contextlib
from pathlib import Path
from typing import Literal

from tracker.digests import blake2b
from tracker.files import atomic_write, read_regular
from tracker.hosts.host_table import Host
from tracker.hosts.json_edits import JsonText
from tracker.hosts.settings_files import SETTINGS, command, runs_ours
from tracker.hosts.written_files import identity

EVENT = "status-line"
_LARGEST = 1 << 16

Kind = Literal["none", "ours", "runs ours", "the user's", "without command"]
"""The status line that a settings file has. ``runs ours``: a command of the user's that runs ours itself."""


def kind_of(text: JsonText, settings: Path, host: Host, script: Path) -> Kind:
    """Return what a settings file has as its status line; ``none`` also for a host that shows none of ours."""
    path = SETTINGS[host.agent].status_line
    if not path or text.find(path) is None:
        return "none"
    own = text.find((*path, "command"))
    if own is None or own.text is None:
        return "without command"
    if own.text == _command(settings, host, script):
        return "ours"
    return "runs ours" if runs_ours(own.text, script) else "the user's"


def chain(text: JsonText, settings: Path, host: Host, script: Path) -> None:
    """Put our command in the place of the status line's, and keep the user's for it. Raises NotJson and OSError.

    One that has no command, or runs ours already, stays as it is.
    """
    path, kind = SETTINGS[host.agent].status_line, kind_of(text, settings, host, script)
    ours = _command(settings, host, script)
    if kind == "none" and path:
        _set_aside(settings, script)
        text.set(path, {"type": "command", "command": ours})
    elif kind == "the user's":
        own = text.find((*path, "command"))
        script.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(kept_command(settings, script), f"{own.text if own else ''}\n".encode())
        text.set((*path, "command"), ours)


def unchain(text: JsonText, settings: Path, host: Host, script: Path) -> bool:
    """Put the user's command back, or take the status line out; return True if ours was there. Raises OSError."""
    path = SETTINGS[host.agent].status_line
    if kind_of(text, settings, host, script) != "ours":
        return False
    own = kept(settings, script)
    if own is not None:
        text.set((*path, "command"), own)
        return True
    for size in range(len(path), 0, -1):
        holder, value = text.find(path[: size - 1]), text.find(path[:size])
        if holder is None or value is None or (size < len(path) and value.members):
            break
        text.remove(holder, next(one for one in holder.members if one.value == value))
    return True


def forget(settings: Path, script: Path) -> None:
    """Forget the user's command of a settings file, once it is back in its place. Raises OSError."""
    kept_command(settings, script).unlink(missing_ok=True)


def _set_aside(settings: Path, script: Path) -> None:
    """Set the kept command of a status line aside that a settings file has no more."""
    kept = kept_command(settings, script)
    with contextlib.suppress(FileNotFoundError):
        kept.replace(kept.with_name(f"{kept.name}.old"))


def kept_command(settings: Path, script: Path) -> Path:
    """Return the file with the user's own command, which ``hooks/host`` runs."""
    return script.with_name(f"{EVENT}-{_place(settings)}")


def _command(settings: Path, host: Host, script: Path) -> str:
    return f"{command(script, host, EVENT)} {_place(settings)}"


def _place(settings: Path) -> str:
    """Return what tells a settings file from others."""
    return blake2b(str(identity(settings)).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


def kept(settings: Path, script: Path) -> str | None:
    """Return the user's own command of a settings file, None if there was none."""
    with contextlib.suppress(OSError):
        return read_regular(kept_command(settings, script), _LARGEST).decode("utf-8", "replace").removesuffix("\n")
    return None
