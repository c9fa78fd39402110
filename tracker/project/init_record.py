"""The record of ``init``: what it knew of the ledger, the guard, and the places of the user's settings.

Protected settings are read from the places in this record and not from those that a process's environment names,
since an agent can write its own environment (docs/guard.md). The record is a file in the git directory, which an agent
can change too; so it is sealed with the ledger's key, and without a valid seal it is none. ``doctor`` names that,
a ledger or guard that is not the recorded one, and what was decided without a person at a terminal.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.processes import SWITCH, may_read_processes
from tracker.files import atomic_write, read_regular
from tracker.ledger.key import key_name, seal
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

NO_GUARD: Final = "disabling the guard"
OTHER_LEDGER: Final = "recording into another ledger"
TRACKED_AGAIN: Final = "tracking the repository again"
"""Changes that a person has to confirm, each as the subject of a sentence; another one is a change of a setting."""


class InitRecord(NamedTuple):
    """The record of one ``init``. ``places``: the variables of ``PLACES`` that were set. ``ledger``: the ledger's path.

    ``guarded``: the guard was wanted. ``actor``: who ran it, in words (``feedback.actor``). ``account``: the number of
    the user account that ran it, empty where the system has none. ``unconfirmed``: what changed since without a person
    at a terminal, each as the words that say what and who.
    """

    places: Mapping[str, str]
    ledger: str
    guarded: bool
    actor: str
    account: str
    unconfirmed: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A project's record, or None with the ``fault`` that makes it none: a clause that follows the file's name.

    ``is_of_other_account``: that fault is that another account made it, as in a repository that users share.
    """

    record: InitRecord | None
    fault: str = ""
    is_of_other_account: bool = False


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
    """Return a project's record; None if there is none that counts (``examine`` says why)."""
    return examine(files).record


def examine(files: ProjectFiles) -> Reading:
    """Return a project's record, or what is wrong with it: only this account's counts, sealed with the key."""
    try:
        text = _text(files)
    except FileNotFoundError:
        return Reading(None, "is not there")
    except OSError as error:
        return Reading(None, f"cannot be read ({error.strerror or error})")
    record = _parse(text)
    if record.account != this_account():
        return Reading(None, "was made by another account", is_of_other_account=True)
    body, _, last = text.rpartition("seal=")
    try:
        expected, key = _seal(record.ledger, body.encode("utf-8", "surrogateescape")), key_name(Path(record.ledger))
    except (OSError, ValueError):
        return Reading(None, f"cannot be checked: the key of the ledger {record.ledger} cannot be read")
    if last.rstrip("\n") == expected:
        return Reading(record)
    if f"key={key}" in body.split("\n"):
        return Reading(None, "was changed by another program than agent-tracker")
    return Reading(None, "is not sealed with the ledger's key: it was changed, or the ledger was begun again")


def write(files: ProjectFiles, record: InitRecord) -> None:
    """Replace a project's record, sealed with the ledger's key. Raises OSError, also when the key cannot be read."""
    lines = [f"env.{name}={value}" for name, value in record.places.items()]
    lines += [f"ledger={record.ledger}", f"guard={'on' if record.guarded else 'off'}", f"by={record.actor}"]
    lines += [f"account={record.account}", *(f"unconfirmed={one}" for one in record.unconfirmed)]
    lines.append(f"key={key_name(Path(record.ledger))}")
    body = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    atomic_write(path(files), body + f"seal={_seal(record.ledger, body)}\n".encode("ascii"))
    mark = files.folder / _NO_PROCESSES
    if may_read_processes(record.places):
        mark.unlink(missing_ok=True)
    else:
        atomic_write(mark, b"")


def are_processes_skipped(files: ProjectFiles) -> bool:
    """Return True if the guard's hook is told to have no processes read. Raises OSError."""
    return (files.folder / _NO_PROCESSES).exists()


def _text(files: ProjectFiles) -> str:
    return read_regular(path(files), _MAX_FILE).decode("utf-8", "surrogateescape")


def _parse(text: str) -> InitRecord:
    """Return the record in a text; unknown lines are ignored."""
    rows = [line.partition("=") for line in text.split("\n")]
    values = {key: value for key, _, value in rows}
    places = {key.removeprefix("env."): value for key, value in values.items() if key.startswith("env.")}
    known = {name: value for name, value in places.items() if name in PLACES}
    unconfirmed = tuple(value for key, _, value in rows if key == "unconfirmed")
    guarded, actor, account = values.get("guard") == "on", values.get("by", ""), values.get("account", "")
    return InitRecord(known, values.get("ledger", ""), guarded, actor, account, unconfirmed)


def _seal(ledger: str, body: bytes) -> str:
    """Return the seal of a record. Raises OSError when the ledger's key cannot be read."""
    return seal(Path(ledger), _PURPOSE, body)
