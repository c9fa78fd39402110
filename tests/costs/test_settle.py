"""The time at which a commit's cost is read, and when it is given up."""

import pytest

from tests.costs.stores import NOON, after_noon, commit
from tracker.cost_records import CostRecord
from tracker.costs.events import Call, Cut, Event, Lack, Prompt, Step
from tracker.costs.settle import Decision, Held, given_up, held, replaces, settle
from tracker.costs.timeline import Timeline

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
COMMIT = commit("abcdef1", 10)


@pytest.mark.parametrize(
    ("age", "store", "decision"),
    [
        (0, None, "wait"),
        (6 * DAY - 1, None, "wait"),
        (6 * DAY, None, "give_up"),
        (90 * DAY, None, "give_up"),
        (-DAY, None, "wait"),
        (0, Held(shows_id=False, is_later=False, is_pending=False), "wait"),
        (0, Held(shows_id=True, is_later=False, is_pending=False), "read"),
        (0, Held(shows_id=False, is_later=True, is_pending=False), "read"),
        (0, Held(shows_id=True, is_later=True, is_pending=True), "wait"),
        (10 * MINUTE - 1, Held(shows_id=False, is_later=False, is_pending=False), "wait"),
        (10 * MINUTE, Held(shows_id=False, is_later=False, is_pending=False), "read"),
        (10 * MINUTE, Held(shows_id=True, is_later=True, is_pending=True), "read"),
        (7 * DAY, Held(shows_id=False, is_later=False, is_pending=False), "read"),
        (-DAY, Held(shows_id=False, is_later=False, is_pending=False), "wait"),
    ],
)
def test_decision(age: int, store: Held | None, decision: Decision) -> None:
    assert settle(NOON, NOON + age, store) == decision


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Held(shows_id=False, is_later=False, is_pending=False)),
        ([Call("x", after_noon(9))], Held(shows_id=False, is_later=False, is_pending=False)),
        ([Cut(after_noon(10), ("abcdef1",))], Held(shows_id=True, is_later=False, is_pending=False)),
        ([Cut(after_noon(10), ("fedcba9",))], Held(shows_id=False, is_later=False, is_pending=False)),
        ([Step(after_noon(11))], Held(shows_id=False, is_later=True, is_pending=False)),
        ([Prompt(after_noon(11))], Held(shows_id=False, is_later=True, is_pending=False)),
        ([Lack(after_noon(9), is_pending=True)], Held(shows_id=False, is_later=False, is_pending=True)),
        ([Lack(after_noon(12), is_pending=True)], Held(shows_id=False, is_later=False, is_pending=False)),
        ([Lack(after_noon(9)), Lack(None)], Held(shows_id=False, is_later=False, is_pending=False)),
    ],
)
def test_what_a_session_says_of_a_commit(events: list[Event], expected: Held) -> None:
    assert held(Timeline.of(events), COMMIT) == expected


def test_record_in_the_second_of_gits_time_is_not_later() -> None:
    whole = commit("abcdef1", 10, is_exact=False)
    assert not held(Timeline.of([Step(after_noon(11))]), whole).is_later
    assert held(Timeline.of([Step(after_noon(11.001))]), whole).is_later


def test_cost_that_is_given_up_has_a_reason_and_no_number() -> None:
    record = given_up("missing", 7)
    assert record == CostRecord(unknown="missing", read_at=7)
    assert record.calls is None


BY_ID, BY_TIME = CostRecord(1, found_by="id"), CostRecord(2, found_by="time")


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (given_up("missing", 0), None, True),
        (BY_TIME, None, True),
        (BY_TIME, given_up("missing", 0), True),
        (given_up("missing", 0), BY_TIME, False),
        (given_up("missing", 0), given_up("compressed", 0), False),
        (BY_ID, BY_TIME, True),
        (BY_TIME, BY_ID, False),
        (BY_ID._replace(calls=5), BY_ID, False),
        (BY_TIME._replace(calls=5), BY_TIME, False),
    ],
)
def test_later_reading_counts_only_if_it_knows_more(new: CostRecord, old: CostRecord | None, expected: bool) -> None:
    assert replaces(new, old) is expected
