"""The key that one user's machines have in common: it seals the events that they share through a repository.

Whoever has it is believed as this user is. It is a file beside the ledger and no part of the ledger itself, so merging
ledgers and importing events never spreads it; a backup has it.
"""

import errno
import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from tracker.files import atomic_write, read_regular
from tracker.ledger.integrity import USER_KEY

KEY_BYTES: Final = 32
_PURPOSE: Final = b"agent-tracker shared event 1\n"
_NAME: Final = b"agent-tracker name of the user's key\n"
_NAME_DIGITS: Final = 16


def read_user_key(ledger: Path) -> bytes | None:
    """Return the key, None if there is none or the file holds something else. Raises OSError as reading does."""
    try:
        key = read_regular(ledger / USER_KEY, KEY_BYTES + 1)
    except FileNotFoundError:
        return None
    return key if len(key) == KEY_BYTES else None


def make_user_key(ledger: Path) -> bytes:
    """Return the key, which is made if there is none. Raises OSError, also for a file that holds something else.

    Of two processes that make it at the same time both return the key that is kept.
    """
    known = read_user_key(ledger)
    if known is not None:
        return known
    made = ledger / f".{USER_KEY}.{os.getpid()}"
    atomic_write(made, os.urandom(KEY_BYTES), durable=True)
    try:
        os.link(made, ledger / USER_KEY)
    except FileExistsError:
        pass  # the other process was faster
    except OSError:  # a file system without second names
        if not os.path.lexists(ledger / USER_KEY):
            made.replace(ledger / USER_KEY)
    finally:
        made.unlink(missing_ok=True)
    kept = read_user_key(ledger)
    if kept is None:
        reason = "it holds something else than a key; 'agent-tracker share key' makes a new one"
        raise FileExistsError(errno.EEXIST, reason, str(ledger / USER_KEY))
    return kept


def set_damaged_key_aside(ledger: Path) -> Path | None:
    """Give a file that is there and holds no key another name, and return its path; None if there is none.

    Raises OSError.
    """
    path = ledger / USER_KEY
    if not os.path.lexists(path) or read_user_key(ledger) is not None:
        return None
    aside = ledger / f"{USER_KEY}.damaged"
    path.replace(aside)
    return aside


def set_user_key(ledger: Path, key: bytes) -> bytes:
    """Put a key in the place of the one that was there, and return it. Raises OSError."""
    atomic_write(ledger / USER_KEY, key, durable=True)
    return key


def name_of(key: bytes) -> str:
    """Return what tells a key from others, and does not show it."""
    return hmac.digest(key, _NAME, hashlib.sha256).hex()[:_NAME_DIGITS]


def seal_of(key: bytes, line: bytes) -> str:
    """Return the seal of an event's line: HMAC-SHA256 (RFC 2104) in hexadecimal."""
    return hmac.digest(key, _PURPOSE + line, hashlib.sha256).hex()


def is_sealed(key: bytes, line: bytes, seal: str) -> bool:
    """Return True if a seal is that of the line by this key."""
    return hmac.compare_digest(seal_of(key, line).encode(), seal.encode("utf-8", "replace"))
