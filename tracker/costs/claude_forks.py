"""Find what a file of Claude Code repeats from another session: a fork copies its parent's records.

The copies have the fork's session id and the old ids of messages and times (ryoppippi/ccusage#1762). The first record
of a fork is usually its own and so later than the copies behind it. Where it is not, nothing says which of two files is
the copy: calls that both have are then left out of both.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from tracker.attribution.session_log_files import listing, text_in
from tracker.costs.events import Call, Event, Forked, Lack, milliseconds
from tracker.costs.session_files import SessionFiles, head, head_records

_HEAD: Final = 256 << 10
"""Bytes of another session's file in which this one's first call is looked for."""
_MOST_SIBLINGS: Final = 500
_NEEDLES: Final = (b'"usage"',)


class Copies(NamedTuple):
    """The events of a file that are copies: all before ``birth``, in milliseconds, and the calls with ``keys``."""

    birth: int = 0
    keys: frozenset[str] = frozenset()
    is_fork: bool = False

    def contain(self, event: Event) -> bool:
        """Return True for an event that another session owns."""
        if isinstance(event, Call) and event.key in self.keys:
            return True
        time = getattr(event, "time", None)
        return isinstance(time, int) and time < self.birth

    def events(self) -> list[Event]:
        """Return the events that stand for what is left out."""
        if self.keys:
            return [Forked(), Lack(None)]
        return [Forked()] if self.is_fork else []

    @classmethod
    def none(cls) -> Self:
        """Return the copies of a file that has none."""
        return cls()


def copies_in(path: Path, session_files: SessionFiles) -> Copies:
    """Return the copies in a session's file. Raises OSError and SessionUnreadable."""
    birth = _first_time(path)
    first = next(_calls(path, session_files), None)
    if birth is None or first is None:
        return Copies.none()
    key, time = first
    if time < birth:
        return Copies(birth, is_fork=True)
    keys: set[str] = set()
    for _, other in zip(range(_MOST_SIBLINGS), listing(path.parent), strict=False):
        if other == path or other.suffix != ".jsonl" or other.name.startswith("agent-"):
            continue
        if f'"{key}"'.encode() in head(other, _HEAD) and (_first_time(other) or 0) <= time:
            keys |= {shared for shared, _ in _calls(other, session_files)}
    return Copies(keys=frozenset(keys), is_fork=bool(keys))


def _first_time(path: Path) -> int | None:
    times = (milliseconds(record.get("timestamp")) for record in head_records(path))
    return next((time for time in times if time is not None), None)


def _calls(path: Path, session_files: SessionFiles) -> Iterator[tuple[str, int]]:
    """Yield the key and time of each record of a call."""
    for record in session_files.records(path, _NEEDLES):
        if record is not None and record.get("type") == "assistant":
            key, time = text_in(record, "message", "id"), milliseconds(record.get("timestamp"))
            if key and time is not None:
                yield key, time
