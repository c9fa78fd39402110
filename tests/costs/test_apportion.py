"""Division of a session among its commits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.costs.stores import NOON, after_noon, commit
from tracker.cost_records import FLAGS, CostRecord
from tracker.costs.apportion import SessionCommit, apportion
from tracker.costs.events import Call, Cut, Event, Forked, Lack, Prompt, Step, Total
from tracker.model import Oid


def call(seconds: float, key: str = "", **more: object) -> Event:
    values = {"input": 10, "cache_read": 100, "cache_write": 0, "output": 5, "reasoning": 1, "model": "m-1", **more}
    return Call(key or f"call-{seconds}", after_noon(seconds), **values)  # type: ignore[arg-type]


def cut(seconds: float, *ids: str) -> Event:
    return Cut(after_noon(seconds), ids)


def costs(events: Sequence[Event], *commits: SessionCommit) -> list[CostRecord]:
    """Return the cost of each commit, in the order given."""
    found = apportion(events, commits, 0).commits
    return [found[one.oid] for one in commits]


A, B, C = (commit(f"{letter}bcdef1", 5) for letter in "abc")


def test_call_that_ordered_the_commit_is_its_last() -> None:
    [one, other] = costs([call(1), call(2), cut(3, "abcdef1"), call(4), cut(5, "bbcdef1"), call(6)], A, B)
    assert (one.calls, one.flags) == (2, ("first",))
    assert (other.calls, other.flags) == (1, ())


def test_call_at_the_moment_of_the_cut_belongs_to_the_commit() -> None:
    [one] = costs([call(3), cut(3, "abcdef1")], A)
    assert one.calls == 1


def test_commits_of_one_command_are_one_group() -> None:
    [one, other, third] = costs([call(1), cut(3, "abcdef1", "bbcdef1"), call(4), cut(5, "cbcdef1")], A, B, C)
    assert (one.calls, one.flags) == (1, ("shared", "first"))
    assert (other.calls, other.flags, other.input, other.usd) == (0, ("shared",), 0, None)
    assert (third.calls, third.flags) == (1, ())


def test_commits_of_two_commands_of_one_call_are_one_group() -> None:
    [one, other] = costs([call(1), cut(3, "abcdef1"), cut(4, "bbcdef1")], A, B)
    assert [record.flags for record in (one, other)] == [("shared", "first"), ("shared",)]


def test_short_id_of_two_commits_gives_both_the_same() -> None:
    twins = (
        SessionCommit(Oid("abcdef1" + "0" * 33), NOON, is_exact=True),
        SessionCommit(Oid("abcdef1" + "1" * 33), NOON, is_exact=True),
    )
    [one, other] = costs([call(1), cut(3, "abcdef1")], *twins)
    assert one == other
    assert one.flags == ("shared", "first")


def test_commit_of_two_repositories_is_one() -> None:
    """The more exact of its times counts."""
    for twins in ([commit("a", 4, is_exact=False), commit("a", 4)], [commit("a", 4), commit("a", 4, is_exact=False)]):
        found = apportion([call(1), call(4.5), call(6)], twins, 0)
        assert [record.calls for record in found.commits.values()] == [1]
        assert found.rest.calls == 2


def test_commit_that_a_tool_shows_again_is_cut_once() -> None:
    events: list[Event] = [call(1), cut(2, "abcdef1"), call(3), cut(4, "abcdef1", A.oid), call(5), cut(6, "bbcdef1")]
    [one, other] = costs(events, A, B)
    assert (one.calls, other.calls, other.flags) == (1, 2, ())


def test_commit_that_nobody_knows_ends_a_part_and_is_remarked() -> None:
    """It may be one of another repository, or a text that looks like one."""
    [one] = costs([call(1), cut(2, "fedcba9"), call(3), cut(4, "abcdef1")], A)
    assert (one.calls, one.flags) == (1, ("at_least",))


def test_commit_without_its_id_is_cut_at_its_time() -> None:
    events: list[Event] = [call(1), Step(after_noon(2)), call(3), call(4.5), call(6)]
    [exact] = costs(events, commit("a", 4))
    assert (exact.calls, exact.found_by, exact.span_ms) == (2, "time", 3000)
    [whole] = costs(events, commit("a", 4, is_exact=False))
    assert (whole.calls, whole.span_ms) == (3, 4000)


def test_amended_commit_keeps_its_calls() -> None:
    """The new commit has what came since; a view adds the two."""
    old, new = commit("abcdef1", 3), commit("bbcdef1", 5)
    [first, second] = costs([call(1), call(2), cut(3, "abcdef1"), call(4), cut(5, "bbcdef1")], old, new)
    assert (first.calls, second.calls) == (2, 1)


@pytest.mark.parametrize(
    "events", [[], [cut(3, "abcdef1")], [Prompt(NOON), Step(NOON)], [Total(900)], [call(6), cut(7, "f" * 7)]]
)
def test_commit_without_calls_is_unknown(events: list[Event]) -> None:
    [one] = costs(events, A)
    assert (one.calls, one.unknown) == (None, "no_calls")
    assert set(one[:7]) == {None}
    assert (one.models, one.span_ms, one.active_ms, one.usd, one.credits) == ((), None, None, None, None)


def test_nothing_is_spread_over_the_commits_before() -> None:
    found = apportion([call(1), cut(2, "abcdef1"), call(3), call(4)], [A], 9)
    assert (found.commits[A.oid].calls, found.rest.calls, found.session.calls) == (1, 2, 3)
    assert {found.rest.read_at, found.session.read_at, found.commits[A.oid].read_at} == {9}
    assert apportion([call(1)], [], 0).rest.calls == 1


def test_session_without_anything_is_zeros() -> None:
    found = apportion([], [A], 0)
    assert (found.session.calls, found.rest.calls, found.stated_usd) == (0, 0, None)


def test_one_unknown_number_makes_the_sum_unknown() -> None:
    events: list[Event] = [call(1, cache_write=None, nanodollars=5000), call(2, nanodollars=None), cut(3, "abcdef1")]
    [one] = costs(events, A)
    assert (one.input, one.cache_write, one.usd) == (20, None, None)


def test_money_and_credits_are_added() -> None:
    events: list[Event] = [
        call(1, nanodollars=1_400, credits=5),
        call(2, nanodollars=1_400, credits=6),
        cut(3, "abcdef1"),
    ]
    [one] = costs(events, A)
    assert (one.usd, one.credits) == (3, 11)


def test_models_are_counted_and_unknown_ones_left_out() -> None:
    names = ["m-2", "m-1", "m-2", "", "<synthetic>", "m-\ud800\n\x1b[0m"]
    [one] = costs([*(call(number, model=name) for number, name in enumerate(names)), cut(9, "abcdef1")], A)
    assert one.models[:2] == (("m-2", 2), ("m-1", 1))
    assert one.calls == 6
    assert all(name.isprintable() for name, _ in one.models)


def test_very_many_models_are_cut_off() -> None:
    [one] = costs([*(call(number / 100, model=f"m-{number}") for number in range(100)), cut(9, "abcdef1")], A)
    assert len(one.models) == 20


@pytest.mark.parametrize(
    ("seconds", "flags"),
    [
        (None, [("at_least", "first"), ("at_least",)]),
        (1.5, [("at_least", "first"), ()]),
        (2.5, [("first",), ("at_least",)]),
        (2, [("at_least", "first"), ("at_least",)]),
        (9, [("first",), ()]),
    ],
    ids=["anywhere", "in the first part", "in the second part", "at the cut", "after the last commit"],
)
def test_lack_is_remarked_where_it_is(seconds: float | None, flags: list[tuple[str, ...]]) -> None:
    lack = Lack(None if seconds is None else after_noon(seconds))
    events: list[Event] = [call(1), cut(2, "abcdef1"), call(3), cut(4, "bbcdef1"), lack]
    assert [record.flags for record in costs(events, A, B)] == flags


def test_fork_and_placeholders_are_remarked() -> None:
    [one] = costs([Forked(), call(1, output=1, is_placeholder=True), cut(2, "abcdef1"), Total(10**6)], A)
    assert one.flags == ("at_least", "first", "forked", "old_output")
    assert one.output is None


def test_time_of_waiting_is_left_out_of_active() -> None:
    events: list[Event] = [
        Prompt(NOON),
        call(2),
        Step(after_noon(3)),
        Prompt(after_noon(60)),
        call(61),
        cut(62, "abcdef1"),
    ]
    more: list[Event] = [Prompt(after_noon(70)), call(75), cut(80, "bbcdef1")]
    [one, other] = costs([*events, *more], A, B)
    assert (one.span_ms, one.active_ms) == (62_000, 5_000)
    assert (other.span_ms, other.active_ms) == (18_000, 10_000)


def test_cuts_out_of_order_are_put_in_order() -> None:
    [one, other] = costs([cut(5, "bbcdef1"), call(4), cut(3, "abcdef1"), call(1), call(2)], A, B)
    assert (one.calls, other.calls) == (2, 1)


seconds = st.integers(0, 50)
event_lists = st.lists(
    st.one_of(
        seconds.map(call),
        st.tuples(seconds, seconds).map(lambda both: call(both[0], f"key-{both[1]}", output=both[1])),
        st.tuples(seconds, st.sampled_from("abcdef")).map(lambda both: cut(both[0], f"{both[1]}bcdef1")),
        seconds.map(lambda second: Prompt(after_noon(second))),
        seconds.map(lambda second: Step(after_noon(second))),
    ),
    max_size=40,
)
known_commits = st.lists(
    st.tuples(st.sampled_from("abcdef"), seconds, st.booleans()), max_size=6, unique_by=lambda one: one[0]
)


@given(event_lists, known_commits)
def test_every_call_is_counted_once(events: list[Event], known: list[tuple[str, int, bool]]) -> None:
    """Parts of commits that nobody knows, and the rest, hold what the commits do not."""
    commits = [commit(f"{letter}bcdef1", second, is_exact=is_exact) for letter, second, is_exact in known]
    found = apportion(events, commits, 0)
    everybody = apportion(events, [*commits, *(commit(f"{letter}bcdef1", 99) for letter in "abcdef")], 0)
    assert set(found.commits) == {one.oid for one in commits}
    counted = sum(record.calls or 0 for record in everybody.commits.values())
    assert counted + (everybody.rest.calls or 0) == everybody.session.calls
    assert sum(record.calls or 0 for record in found.commits.values()) + (found.rest.calls or 0) <= (
        found.session.calls or 0
    )
    for record in found.commits.values():
        assert list(record.flags) == [flag for flag in FLAGS if flag in record.flags]
        if record.span_ms is not None and record.active_ms is not None:
            assert 0 <= record.active_ms <= record.span_ms


@given(
    st.permutations(
        [call(1), call(1, "x"), call(2, "x"), cut(3, "abcdef1"), Prompt(NOON), Lack(NOON), Forked(), Total(1)]
    )
)
def test_order_of_events_does_not_matter(events: list[Event]) -> None:
    [one] = costs(events, A)
    assert (one.calls, one.span_ms, one.active_ms) == (2, 3000, 3000)
