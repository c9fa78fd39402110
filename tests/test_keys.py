"""Keys of the ledger's tables: their order, their length, and the parts that can be read from them."""

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
        len(keys.totals(agent, "agent", model, project, "feat", 24000)),
        len(keys.communication(agent, project, Oid("a" * 64), 2**60)),
        len(keys.report(agent, 2**60)),
        len(keys.journal(agent, 2**40, 2**60)),
    )
    assert longest < 128


def test_commit_key_gives_back_project_and_oid() -> None:
    project, oid = ProjectId("12" * 16), Oid("ab" * 32)
    key = keys.commit(project, oid)
    assert (keys.project_of(key), keys.oid_of(key)) == (project, oid)
