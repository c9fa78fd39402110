"""Checks of a store that was changed: the reason why it is not read, and numbers that are numbers."""

import json
from pathlib import Path

import pytest

from tests.costs.stores import divided, events_of
from tracker.cost_records import FLAGS, UNKNOWN
from tracker.costs.events import SessionUnreadable


def reason(host: str, home: Path) -> str:
    with pytest.raises(SessionUnreadable) as caught:
        events_of(host, home)
    assert caught.value.reason in UNKNOWN
    return caught.value.reason


def check_numbers(host: str, home: Path) -> None:
    """Read and divide; every number is a whole one from 0 on, or unknown, and all can be stored."""
    try:
        found = divided(host, home)
    except SessionUnreadable as unreadable:
        assert unreadable.reason in UNKNOWN  # noqa: PT017 - one of two outcomes
        return
    for record in [*found.commits.values(), found.rest, found.session]:
        json.dumps(record).encode("utf-8")
        for number in [*record[:7], record.span_ms, record.active_ms, record.usd, record.credits]:
            assert number is None or (type(number) is int and number >= 0)
        assert record.unknown in {"", *UNKNOWN}
        assert set(record.flags) <= set(FLAGS)
        assert (record.calls is None) == bool(record.unknown)
