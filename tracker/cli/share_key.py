"""The user's key: printed for a person, and taken from a prompt or standard input, never from an argument."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from tracker.cli.import_files import ledger_to_fill
from tracker.errors import TrackerError, UsageError
from tracker.ledger.user_key import make_user_key, name_of, read_user_key, set_damaged_key_aside, set_user_key
from tracker.sharing.key_words import NotAKey, key_of
from tracker.text import printable

_LONGEST: Final = 1000
"""Characters of a standard input that are read."""


def own_key(path: str, ledger: str | None) -> tuple[bytes, list[str]]:
    """Return the key of the ledger that applies at ``path``, made if there is none, and what is to be said of that.

    Raises NotTheUser where an agent asks, TrackerError where it cannot be read, and the LedgerUnavailable errors.
    """
    place = _ledger(path, ledger, "showing the key of your machines")
    try:
        known = read_user_key(place)
        if known is not None:
            return known, []
        said = _set_aside(place)
        return make_user_key(place), [*said, "this key is new: no other machine has it yet."]
    except OSError as error:
        raise _unread(error) from error


def take_key(path: str, ledger: str | None) -> Iterator[str]:
    """Give the ledger that applies at ``path`` the key that the user enters; yield sentences about it.

    Raises NotTheUser where an agent asks, UsageError for what is no key, and TrackerError where it cannot be written.
    """
    place = _ledger(path, ledger, "trusting other machines")
    try:
        before = read_user_key(place)
    except OSError as error:
        raise _unread(error) from error
    try:
        key = key_of(_entered())
    except NotAKey as error:
        raise UsageError(
            f"that is no key: {error}. Nothing was changed. 'agent-tracker share key' prints it on your other machine."
        ) from error
    if key == before:
        yield "This machine has that key already."
        return
    try:
        yield from (f"{one[0].upper()}{one[1:]}" for one in _set_aside(place))
        set_user_key(place, key)
    except OSError as error:
        raise TrackerError(f"the key cannot be written: {error.filename}: {error.strerror or error}.") from error
    yield f"Machines with this key ({name_of(key)[:8]}) are trusted from now on."
    yield (
        "In each repository that shares, 'git fetch' and 'agent-tracker share' show what they say. What this machine"
        " shared before is sealed with the new key at the next push."
    )


def _ledger(path: str, ledger: str | None, what: str) -> Path:
    found = ledger_to_fill(path, ledger, what)
    found.begin()
    return found.path


def _set_aside(place: Path) -> list[str]:
    """Set a damaged key aside; return a sentence about it. Raises OSError."""
    aside = set_damaged_key_aside(place)
    return [] if aside is None else [f"the file of the key held something else, and is now {printable(str(aside))}."]


def _unread(error: OSError) -> TrackerError:
    return TrackerError(f"the key cannot be read: {error.filename}: {error.strerror or error}.")


def _entered() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Key", hide_input=True))
    return sys.stdin.read(_LONGEST)
