"""Sending what waits: in batches, each one transaction, each recorded as stored after the server has confirmed it.

Killed anywhere, it begins again with what is not recorded as stored; what the server has already adds nothing.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from tracker.team.outbox import Outbox, Waiting, batches
from tracker.team.server import Server

BATCH: Final = 500
"""Events of one transaction."""


class Pushed(NamedTuple):
    """Result of a push: events that the server has confirmed, and those of them that it did not have before."""

    confirmed: int
    new: int


def push(
    outbox: Outbox,
    server: Server,
    waiting: Sequence[Waiting],
    progress: Callable[[int, int], None] | None = None,
    now: Callable[[], float] = time.time,
) -> Pushed:
    """Send events. ``progress``: called with the number of events done and of all.

    Raises ServerUnavailable and the LedgerUnavailable errors; the batches before are stored then.
    """
    confirmed = new = 0
    for batch in batches(waiting, BATCH):
        new += server.store(batch)
        outbox.acknowledge(batch, int(now()))
        confirmed += len(batch)
        if progress is not None:
            progress(confirmed, len(waiting))
    return Pushed(confirmed, new)
