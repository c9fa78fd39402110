"""The user's key: printed for a person, and taken from a prompt or standard input, never from an argument."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from tracker.cli.import_files import ledger_to_fill
from tracker.errors import TrackerError, UsageError
from tracker.ledger.user_key import make_user_key, name_of, read_user_key, set_user_key
from tracker.sharing.key_words import NotAKey, key_of

_LONGEST: Final = 1000
"""Characters of a standard input that are read."""


def own_key(path: str, ledger: str | None) -> tuple[bytes, bool]:
    """Return the key of the ledger that applies at ``path``, made if there is none, and if it was made.

    Raises NotTheUser where an agent asks, TrackerError where it cannot be read, and the LedgerUnavailable errors.
    """
    place = _ledger(path, ledger, "showing the key of your machines")
    return _made(place)


def take_key(path: str, ledger: str | None) -> Iterator[str]:
    """Give the ledger that applies at ``path`` the key that the user enters; yield sentences about it.

    Raises NotTheUser where an agent asks, UsageError for what is no key, and TrackerError where it cannot be written.
    """
    place = _ledger(path, ledger, "trusting other machines")
    before, _ = _made(place)
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


def _made(place: Path) -> tuple[bytes, bool]:
    """Return the key of a ledger, and True if it had to be made."""
    try:
        known = read_user_key(place)
        return (known, False) if known is not None else (make_user_key(place), True)
    except OSError as error:
        raise TrackerError(f"the key cannot be read: {error.filename}: {error.strerror or error}.") from error


def _entered() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Key", hide_input=True))
    return sys.stdin.read(_LONGEST)
