"""Parsers of the settings' texts: one function for each kind of value. Each raises ValueError with the reason.

Each also gets the variables that a text may name: only paths name any.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.lazy_regex import LazyRegex
from tracker.ledger import LARGEST_SIZE_LIMIT, SMALLEST_SIZE_LIMIT
from tracker.text import printable

_MAX_NAME: Final = 64
"""Characters of the name of an agent or model."""

_SIZE: Final = LazyRegex(r"(\d{1,9})\s*(|k|kib|m|mib|mb|g|gib|gb)\Z", re.IGNORECASE)
_UNITS: Final = {"": 1 << 20, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
"""Bytes of a unit, by its first letter; a number without a unit is in MiB."""

_VARIABLE: Final = LazyRegex(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)


def home_in(variables: Mapping[str, str]) -> Path:
    """Return the home directory that the variable HOME names, else the account's own, whatever this process's HOME is.

    Raises RuntimeError when neither is known.
    """
    named = variables.get("HOME", "")
    return Path(named) if Path(named).is_absolute() else account_home()


def account_home() -> Path:
    """Return the home directory of this process's account, which no variable changes (on Windows variables name it).

    Raises RuntimeError when it is not known.
    """
    try:
        import pwd

        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except (ImportError, KeyError):
        return Path.home()


def size_in_bytes(text: str, _variables: Mapping[str, str]) -> int:
    """Return a size limit in bytes: a number of MiB, or one with a unit (``64MiB``, ``2GiB``).

    Raises ValueError with the reason.
    """
    match = _SIZE.match(text.strip())
    if not match:
        raise ValueError("it must be a number of MiB, such as 512, or a size such as 64MiB or 2GiB")
    size = int(match[1]) * _UNITS[match[2][:1].lower()]
    if not SMALLEST_SIZE_LIMIT <= size <= LARGEST_SIZE_LIMIT:
        raise ValueError("it must be from 1 MiB to 2 GiB")
    return size


def absolute_path(text: str, variables: Mapping[str, str]) -> Path:
    """Return a ledger's path: ``~`` and variables are expanded, a relative path is relative to the home directory.

    Raises ValueError with the reason, RuntimeError when a home directory cannot be found.
    """
    if not text.strip() or "\0" in text or "\n" in text:
        raise ValueError("it must be a path on one line")
    path = Path(_VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), text))
    if path.is_absolute():
        return path
    home = home_in(variables)
    return home / (path.relative_to("~") if path.parts[:1] == ("~",) else path.expanduser())


def mode(text: str, _variables: Mapping[str, str]) -> str:
    """Return a mode. Raises ValueError with the reason."""
    if text not in {"detached", "sync"}:
        raise ValueError("it must be 'detached' or 'sync'")
    return text


def switch(text: str, _variables: Mapping[str, str]) -> bool:
    """Return a boolean, as git writes them (git-config(1)). Raises ValueError with the reason."""
    value = text.strip().lower()
    if value in {"true", "yes", "on", "1"}:
        return True
    if value in {"false", "no", "off", "0"}:
        return False
    raise ValueError("it must be true or false")


def name(text: str, _variables: Mapping[str, str]) -> str:
    """Return the name of an agent or model without control characters. Raises ValueError with the reason."""
    shown = printable(text.strip(), "")
    if not 0 < len(shown) <= _MAX_NAME:
        raise ValueError(f"it must be a name of at most {_MAX_NAME} characters")
    return shown
