"""The ledger's key, with which files outside the ledger are sealed.

Grades that wait and what ``init`` recorded are files in git directories. A seal shows that such a file was written with
this ledger's key: an unpacked archive, or a program that has not read the key, cannot make one. The key is no secret
from a program that runs as the user.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from tracker.digests import blake2b
from tracker.files import atomic_write, read_regular
from tracker.ledger.integrity import KEY, file_in

_BYTES: Final = 32
_SEAL_BYTES: Final = 16


def seal(ledger: Path, purpose: str, *parts: bytes) -> str:
    """Return the seal of some bytes, in hexadecimal. ``purpose``: what is sealed, so that no seal serves another.

    Raises OSError when there is no key, or it cannot be read.
    """
    digest = blake2b(key=read_regular(ledger / KEY, _BYTES), digest_size=_SEAL_BYTES)
    for part in (purpose.encode(), *parts):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def key_name(ledger: Path) -> str:
    """Return what tells a ledger's key from others, and does not show it. Raises OSError as ``seal`` does."""
    return seal(ledger, "name of the key")


def make_key(ledger: Path) -> None:
    """Give a ledger its key, unless it has one. The caller holds the writer lock. A write error is ignored.

    Nothing can be sealed then, and the next writer tries again.
    """
    if not has_key(ledger):
        with contextlib.suppress(OSError):
            atomic_write(ledger / KEY, os.urandom(_BYTES), durable=True)


def has_key(ledger: Path) -> bool:
    """Return True if a ledger has a key."""
    try:
        return file_in(ledger, KEY).lstat().st_size == _BYTES
    except OSError:
        return False
