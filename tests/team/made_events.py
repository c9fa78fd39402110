"""Events made for tests, and their insertion as a client inserts them."""

from collections.abc import Iterable, Sequence

import psycopg

from tracker.digests import blake2b
from tracker.model import Oid
from tracker.team.events import Event
from tracker.team.outbox import Waiting
from tracker.team.server import INSERT


def made_event(number: int) -> Event:
    """Return an event of a commit with a number: it landed, is 14 days old, and went well."""
    return Event(
        subject=number.to_bytes(16, "big"), counted=True, author=b"a" * 8, project=b"p" * 8, agent="claude-code",
        kind=0, model="anthropic/claude-opus-4.7", version="1.2.3", instructions=None, task_kind=0, month=24300,
        grades=0, outcome=1 | 1 << 1 | 1 << 11 | 1 << 15, added=10, kept_14=9, kept_30=0, kept_90=0, cost=0, calls=None,
        tokens_in=None, tokens_cached=None, tokens_out=None, active_ms=None, usd=None,
    )  # fmt: skip


def waiting_of(events: Iterable[Event]) -> list[Waiting]:
    """Return events with their ids."""
    return [
        Waiting(Oid(""), blake2b(repr(one).encode(), digest_size=16).digest(), one, "", 1) for one in events
    ]  # fmt: skip


def insert(address: str, org: str, events: Sequence[Event]) -> None:
    """Store events with one connection, in one transaction. Raises psycopg.Error."""
    with psycopg.connect(address) as connection:
        for one in waiting_of(events):
            connection.execute(INSERT, (org, one.event_id, *one.event))
