"""Our part of a host's status line: behind the user's own, which is kept and runs first.

Each settings file has a status line of its own, so the user's command is kept for each file, and our command says in
which file of ours.
"""

import contextlib
from pathlib import Path
from typing import Literal

from tracker.digests import blake2b
from tracker.files import atomic_write, read_regular
from tracker.hosts.host_table import Host
from tracker.hosts.json_edits import JsonText
from tracker.hosts.settings_files import SETTINGS, command, runs_ours, words_of_ours
from tracker.hosts.written_files import identity

EVENT = "status-line"
_LARGEST = 1 << 16

Kind = Literal["none", "ours", "runs ours", "the user's", "without command"]
"""The status line that a settings file has. ``runs ours``: a command of the user's that runs ours itself."""


def kind_of(text: JsonText, host: Host, script: Path) -> Kind:
    """Return what a settings file has as its status line; ``none`` also for a host that shows none of ours.

    One of ours is ours also if it was written for another folder of data, or before the settings were moved.
    """
    if _value(text, host) is None:
        return "none"
    own = _own(text, host)
    if own is None:
        return "without command"
    if _kept_for(own, script) is not None:
        return "ours"
    return "runs ours" if runs_ours(own, script) else "the user's"


def is_current(text: JsonText, settings: Path, host: Host, script: Path) -> bool:
    """Return True if a settings file has our command as it is written today."""
    return _own(text, host) == _command(settings, host, script)


def chain(text: JsonText, settings: Path, host: Host, script: Path) -> None:
    """Put our command in the place of the status line's, and keep the user's for it. Raises NotJson and OSError.

    One that has no command, or runs ours already, stays as it is.
    """
    path, kind = SETTINGS[host.agent].status_line, kind_of(text, host, script)
    ours, own = _command(settings, host, script), _own(text, host)
    if kind == "none" and path:
        _set_aside(settings, script)
        text.set(path, {"type": "command", "command": ours})
        return
    if kind not in ("the user's", "ours") or own is None or own == ours:
        return
    command_of_user = own if kind == "the user's" else kept(text, host, script)
    if command_of_user is not None:
        script.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(_kept_command(settings, script), f"{command_of_user}\n".encode())
    text.set((*path, "command"), ours)


def unchain(text: JsonText, host: Host, script: Path) -> None:
    """Put the user's command in the place of ours, or take the status line out; nothing if it is not ours."""
    path = SETTINGS[host.agent].status_line if host.agent in SETTINGS else ()
    if kind_of(text, host, script) != "ours":
        return
    own = kept(text, host, script)
    if own is not None:
        text.set((*path, "command"), own)
        return
    for size in range(len(path), 0, -1):
        holder, value = text.find(path[: size - 1]), text.find(path[:size])
        if holder is None or value is None or (size < len(path) and value.members):
            break
        text.remove(holder, next(one for one in holder.members if one.value == value))


def kept(text: JsonText, host: Host, script: Path) -> str | None:
    """Return the user's own command that our status line runs first, None if there is none."""
    path = kept_file(text, host, script)
    if path is not None:
        with contextlib.suppress(OSError):
            return read_regular(path, _LARGEST).decode("utf-8", "replace").removesuffix("\n")
    return None


def kept_file(text: JsonText, host: Host, script: Path) -> Path | None:
    """Return the file with the user's own command, which our status line in a settings file names; None without one.

    Also where the user's command only runs ours.
    """
    own = _own(text, host)
    return None if own is None else _kept_for(own, script) or _kept_in(own, script)


def _kept_for(line: str, script: Path) -> Path | None:
    """Return the file that a command of ours names; None for any other command."""
    words = words_of_ours(line, script)
    return Path(words[1]).with_name(f"{EVENT}-{words[4]}") if len(words) == 5 and words[3] == EVENT else None


def _kept_in(line: str, script: Path) -> Path | None:
    """Return the file that a command names which runs ours among other things."""
    found = line.partition(f" {EVENT} ")[2][:8]
    return script.with_name(f"{EVENT}-{found}") if found.isalnum() else None


def _set_aside(settings: Path, script: Path) -> None:
    """Set the kept command of a status line aside that a settings file has no more."""
    path = _kept_command(settings, script)
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_name(f"{path.name}.old"))


def _value(text: JsonText, host: Host) -> object:
    path = SETTINGS[host.agent].status_line if host.agent in SETTINGS else ()
    return text.find(path) if path else None


def _own(text: JsonText, host: Host) -> str | None:
    """Return the command of the status line, None if there is none."""
    path = SETTINGS[host.agent].status_line if host.agent in SETTINGS else ()
    own = text.find((*path, "command")) if path else None
    return own.text if own is not None else None


def _kept_command(settings: Path, script: Path) -> Path:
    return script.with_name(f"{EVENT}-{_place(settings)}")


def _command(settings: Path, host: Host, script: Path) -> str:
    return f"{command(script, host, EVENT)} {_place(settings)}"


def _place(settings: Path) -> str:
    """Return what tells a settings file from others."""
    return blake2b(str(identity(settings)).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
