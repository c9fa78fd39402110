"""Keys of the ledger's tables: their order, their length, and the parts that can be read from them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker import keys
from tracker.model import Oid, ProjectId


@given(st.lists(st.integers(0, 2**63), min_size=2))
def test_sequence_keys_sort_by_number(numbers: list[int]) -> None:
    assert sorted(map(keys.sequence, numbers)) == [keys.sequence(number) for number in sorted(numbers)]


@given(st.integers(-(2**70), 2**70))
def test_month_of_any_time_fits_two_bytes(time: int) -> None:
    assert 0 <= keys.month(time) <= 0xFFFF


def test_month_is_counted_in_utc() -> None:
    assert keys.month(1_764_547_199) == 2025 * 12 + 10  # 2025-11-30T23:59:59Z
    assert keys.month(1_764_547_200) == 2025 * 12 + 11


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_keys_stay_far_below_the_limit_of_lmdb(agent: str, model: str) -> None:
    project = ProjectId("0" * 32)
    longest = max(
        len(keys.totals(agent, "agent", (model, model, None), project, "feat", 24000)),
        len(keys.communication(agent, project, Oid("a" * 64), 2**60)),
        len(keys.report(agent, 2**60)),
        len(keys.journal(agent, 2**40, 2**60)),
    )
    assert longest < 128


def test_commit_key_gives_back_project_and_oid() -> None:
    project, oid = ProjectId("12" * 16), Oid("ab" * 32)
    key = keys.commit(project, oid)
    assert (keys.project_of(key), keys.oid_of(key)) == (project, oid)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=2))
def test_keys_of_standings_sort_by_commit_time(times: list[int]) -> None:
    project, oid = ProjectId("12" * 16), Oid("ab" * 20)
    made = sorted(keys.standing(project, time, oid) for time in times)
    assert [keys.time_of_standing(key) for key in made] == sorted(times)
    assert all((keys.project_of(key), keys.oid_of_standing(key)) == (project, oid) for key in made)


def test_commit_time_outside_of_eight_bytes_is_clamped_in_the_key() -> None:
    project, oid = ProjectId("12" * 16), Oid("ab" * 20)
    times = [keys.time_of_standing(keys.standing(project, time, oid)) for time in (-5, 2**70)]
    assert times == [0, 2**64 - 1]


def test_key_of_a_holder_gives_back_oid_and_project() -> None:
    project, oid = ProjectId("12" * 16), Oid("ab" * 32)
    key = keys.holder(oid, project)
    assert (keys.oid_of_holder(key), keys.project_of_holder(key)) == (oid, project)


@given(st.integers(0, 253_402_300_799))
def test_month_is_that_of_the_calendar(time: int) -> None:
    moment = datetime.fromtimestamp(time, UTC)
    assert keys.month(time) == min(moment.year * 12 + moment.month - 1, keys.LAST_MONTH)
