"""Numbers, times and ids of commits in foreign records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.costs.stores import NOON, shown
from tracker.costs.commit_ids import commit_ids
from tracker.costs.events import Call, count, less, merged, milliseconds, nanodollars, object_in, objects_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0), (7, 7), (7.0, 7), (10**9, 10**9), (10**9 + 1, None), (-1, None), (1.5, None), (True, None),
        (False, None), ("7", None), (None, None), ([], None), (float("nan"), None),
        (float("inf"), None), (-float("inf"), None), (10**400, None),
    ],
)  # fmt: skip
def test_count(value: object, number: int | None) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    ("value", "amount"),
    [(0.000824, 824_000), (1, 10**9), (0, None), (0.0, None), (-1, None), (True, None), ("1", None), (1e7, None),
     (float("nan"), None), (float("inf"), None), (10**400, None)],
)  # fmt: skip
def test_nanodollars(value: object, amount: int | None) -> None:
    assert nanodollars(value) == amount


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-01-01T12:00:00Z", NOON), ("2026-01-01T12:00:00.684Z", NOON + 684), ("2026-01-01T13:00:00+01:00", NOON),
        (NOON, NOON), (NOON / 1000, NOON), (NOON + 0.4, NOON), ("", None), ("noon", None), (None, None), (True, None),
        (-5, None), (0, None), (1e300, None), (10**400, None), (float("nan"), None), (float("inf"), None),
        ("9999-12-31T23:59:59Z", None), ("0001-01-01T00:00:00Z", None), ({}, None), ("\ud800", None),
    ],
)  # fmt: skip
def test_milliseconds(value: object, time: int | None) -> None:
    assert milliseconds(value) == time


@given(JSON)
def test_no_value_is_an_error(value: Any) -> None:
    assert count(value) is None or 0 <= (count(value) or 0) <= 10**9
    assert nanodollars(value) is None or (nanodollars(value) or 0) >= 0
    assert milliseconds(value) is None or (milliseconds(value) or 0) > 0
    assert isinstance(object_in(value, "a", "b"), dict)
    assert all(isinstance(one, dict) for one in objects_in(value))
    assert isinstance(commit_ids(value), tuple)


def test_time_below_a_millisecond_is_none() -> None:
    assert milliseconds(3.2958776800425164e-72) is None
    assert milliseconds(0.001) == 1


def test_less_is_unknown_rather_than_negative() -> None:
    assert less(10, 3, 7) == 0
    assert less(10) == 10
    assert less(10, 11) is None
    assert less(None, 1) is None
    assert less(10, None) is None


def test_merged_keeps_the_earlier_time_and_the_larger_numbers() -> None:
    one = Call("x", 5, "", 1, None, 3, 9, None, is_subagent=False, nanodollars=None)
    other = Call("x", 3, "m", 2, 7, 2, 8, None, is_subagent=True, nanodollars=4)
    whole = Call("x", 3, "m", 2, 7, 3, 9, None, is_subagent=True, nanodollars=4)
    assert merged(one, other) == merged(other, one) == whole


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (shown("abcdef1"), ("abcdef1",)),
        (f"{shown('abcdef1')}\n{shown('1234567')}\n{shown('abcdef1')}", ("abcdef1", "1234567")),
        ("[main (root-commit) abcdef1] one", ("abcdef1",)),
        ("[detached HEAD abcdef1] one", ("abcdef1",)),
        ("[feature/a-b_c.d abcdef1234] one", ("abcdef1234",)),
        (f"[main {'a' * 40}] one", ("a" * 40,)),
        (f"[main {'a' * 64}] one", ("a" * 64,)),
        (f"Output: {shown('abcdef1')}", ("abcdef1",)),
        (f"warning: dummy\r\n{shown('abcdef1')}", ("abcdef1",)),
        (f"see {shown('abcdef1')}", ()),
        ("[main abcdef] one", ()),
        ("[main ABCDEF1] one", ()),
        ("[main abcdef1]", ()),
        ("[abcdef1] one", ()),
        ("[main\nabcdef1] one", ()),
        (f"[{'x' * 300} abcdef1] one", ()),
        ('{"output": "[main abcdef1] one"}', ("abcdef1",)),
        ('{"output": ', ()),
        ([[[[[[shown("abcdef1")]]]]]], ()),
        ({"command": shown("abcdef1")}, ()),
        (None, ()),
    ],
)
def test_ids_of_commits_in_results(text: object, ids: tuple[str, ...]) -> None:
    assert commit_ids(text) == ids


def test_ids_of_very_many_commits_are_cut_off() -> None:
    assert len(commit_ids("\n".join(f"[main {number:040x}] x" for number in range(1000)))) == 100


@pytest.mark.parametrize("text", ["[" * 10**6, "[a " * 10**5, "[" + " " * 10**6, "{" * 10**5, "\n[x y " * 10**5])
def test_large_texts_without_an_id_end(text: str) -> None:
    assert commit_ids(text) == ()
