"""The user's key as text that a person can carry from one machine to another. Pure."""

import base64
import binascii
import hashlib
from typing import Final

from tracker.ledger.user_key import KEY_BYTES

_CHECK_BYTES: Final = 3
_GROUP: Final = 4


class NotAKey(ValueError):
    """A text is no user's key; the message is a clause that says why."""


def words_of(key: bytes) -> str:
    """Return a key as 14 groups of four letters and digits (base32, RFC 4648), of which the last ones are a check."""
    text = base64.b32encode(key + _check(key)).decode("ascii").lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def key_of(words: str) -> bytes:
    """Return the key in a text; blanks, hyphens and the case of letters do not matter. Raises NotAKey."""
    text = "".join(words.replace("-", " ").split()).upper()
    try:
        data = base64.b32decode(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotAKey("it is not what 'agent-tracker share key' prints") from error
    key, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(data) != KEY_BYTES + _CHECK_BYTES or check != _check(key):
        raise NotAKey("a part of it is missing or mistyped")
    return key


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"agent-tracker user's key\n" + key).digest()[:_CHECK_BYTES]
