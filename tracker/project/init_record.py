"""The record of ``init``: what it knew of the ledger, the guard, and the places of the user's settings.

Settings that guard are read from the places in this record and not from those that a process's environment names,
since an agent can write its own environment (docs/guard.md). The record is a file in the git directory, which an agent
can change too; so it is sealed with the ledger's key, and ``doctor`` names a record that was changed by another program
and a ledger or guard that is not the recorded one.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.processes import SWITCH, may_read_processes
from tracker.files import atomic_write, read_regular
from tracker.ledger.key import seal
from tracker.project.files import ProjectFiles

_NAME: Final = "init-record"
_NO_PROCESSES: Final = "no-processes"
"""The file that tells the guard's hook that ``init`` was told to have no processes read."""
_MAX_FILE: Final = 1 << 16
"""Bytes of a record."""
_PURPOSE: Final = "init record"

PLACES: Final = (
    "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", SWITCH
)  # fmt: skip
"""Variables that say where settings are, and the switch that has no processes read."""


class InitRecord(NamedTuple):
    """The record of one ``init``. ``places``: the variables of ``PLACES`` that were set. ``ledger``: the ledger's path.

    ``guarded``: the guard was wanted. ``actor``: who ran it, in words (``feedback.actor``). ``account``: the number of
    the user account that ran it, empty where the system has none.
    """

    places: Mapping[str, str]
    ledger: str
    guarded: bool
    actor: str
    account: str


def present_places() -> dict[str, str]:
    """Return the variables of ``PLACES`` that are set in this process's environment."""
    found = {name: os.environ[name] for name in PLACES if name in os.environ}
    return {name: value for name, value in found.items() if "\n" not in value}


def this_account() -> str:
    """Return the number of this process's user account, empty where the system has none."""
    return str(os.geteuid()) if hasattr(os, "geteuid") else ""


def path(files: ProjectFiles) -> Path:
    """Return the path of a project's record; it need not exist."""
    return files.folder / _NAME


def read(files: ProjectFiles) -> InitRecord | None:
    """Return a project's record; None if there is none that can be read, or another account made it."""
    with contextlib.suppress(OSError):
        record = _parse(_text(files))
        return record if record.account == this_account() else None
    return None


def write(files: ProjectFiles, record: InitRecord) -> None:
    """Replace a project's record, sealed unless the ledger's key cannot be read. Raises OSError."""
    lines = [f"env.{name}={value}" for name, value in record.places.items()]
    lines += [f"ledger={record.ledger}", f"guard={'on' if record.guarded else 'off'}", f"by={record.actor}"]
    lines.append(f"account={record.account}")
    with contextlib.suppress(OSError):
        lines.append(f"key={_key_name(record)}")
    body = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    seal_line = b""
    with contextlib.suppress(OSError):
        seal_line = f"seal={_seal(record.ledger, body)}\n".encode("ascii")
    atomic_write(path(files), body + seal_line)
    mark = files.folder / _NO_PROCESSES
    if may_read_processes(record.places):
        mark.unlink(missing_ok=True)
    else:
        atomic_write(mark, b"")


def is_as_written(files: ProjectFiles, record: InitRecord) -> bool:
    """Return True if a project's record is as ``write`` left it, also if that cannot be known: the key is another one.

    Raises OSError when the record cannot be read.
    """
    body, _, last = _text(files).rpartition("seal=")
    try:
        expected, key = _seal(record.ledger, body.encode("utf-8", "surrogateescape")), _key_name(record)
    except OSError:
        return True
    return last.rstrip("\n") == expected or f"key={key}" not in body.split("\n")


def _text(files: ProjectFiles) -> str:
    return read_regular(path(files), _MAX_FILE).decode("utf-8", "surrogateescape")


def _parse(text: str) -> InitRecord:
    """Return the record in a text; unknown lines are ignored."""
    rows = [line.partition("=") for line in text.split("\n")]
    values = {key: value for key, _, value in rows}
    places = {key.removeprefix("env."): value for key, value in values.items() if key.startswith("env.")}
    known = {name: value for name, value in places.items() if name in PLACES}
    return InitRecord(
        known, values.get("ledger", ""), values.get("guard") == "on", values.get("by", ""), values.get("account", "")
    )


def _key_name(record: InitRecord) -> str:
    """Return what tells the ledger's key from others. Raises OSError when it cannot be read."""
    return seal(Path(record.ledger), "name of the key")


def _seal(ledger: str, body: bytes) -> str:
    """Return the seal of a record. Raises OSError when the ledger's key cannot be read."""
    return seal(Path(ledger), _PURPOSE, body)
