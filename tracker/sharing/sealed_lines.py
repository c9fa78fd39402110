"""Lines of the messages in our refs: a seal, a blank, and the event as ``exchange.event_lines`` writes it. Pure.

The seal stands before the event and covers its bytes, so nothing of an event is parsed before its seal was checked.
"""

from typing import Final, NamedTuple

from tracker.exchange.event_lines import LONGEST_LINE, line_of
from tracker.exchange.events import Event
from tracker.ledger.user_key import is_sealed, seal_of

_SEAL_DIGITS: Final = 64


class SharedLine(NamedTuple):
    """The line of an event, and if this user's key seals it."""

    line: bytes
    is_trusted: bool


def sealed_line(key: bytes, event: Event) -> bytes:
    """Return the line of an event with its seal."""
    line = line_of(event).rstrip(b"\n")
    return seal_of(key, line).encode() + b" " + line


def opened_line(key: bytes | None, text: bytes) -> SharedLine | None:
    """Return the event's line in a line of a message; None for what cannot be one. ``key`` None: nobody is trusted."""
    seal, blank, line = text[: _SEAL_DIGITS + 1].partition(b" ")
    line = text[_SEAL_DIGITS + 1 :]
    if len(seal) != _SEAL_DIGITS or not blank or len(line) > LONGEST_LINE or not line.startswith(b"{"):
        return None
    is_trusted = key is not None and is_sealed(key, line, seal.decode("ascii", "replace"))
    return SharedLine(line, is_trusted)
