"""The column that the server computes, and what a reader makes of it."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.team.conftest import Organisation
from tests.team.made_events import insert, made_event
from tracker.model import KINDS, TASK_KINDS
from tracker.team.packed_column import FIRST_MONTH, LAST_MONTH, Small, mask, unpacked
from tracker.team.packing import COST_BITS, GRADES_BITS, OUTCOME_BITS

LARGEST: Final = Small(
    len(KINDS) - 1,
    len(TASK_KINDS) - 1,
    (1 << GRADES_BITS) - 1,
    (1 << OUTCOME_BITS) - 1,
    (1 << COST_BITS) - 1,
    LAST_MONTH,
)
LEAST: Final = Small(0, 0, 0, 0, 0, FIRST_MONTH)


@pytest.mark.few(100)
@pytest.mark.parametrize(
    "small", [LEAST, LARGEST, *(LEAST._replace(**{name: getattr(LARGEST, name)}) for name in Small._fields)]
)
def test_server_and_reader_make_the_same_of_each_number(small: Small, acme: Organisation) -> None:
    insert(acme.postgres.address(acme.member), acme.name, [made_event(1)._replace(**small._asdict())])
    ((packed, *parts),) = acme.facts(f"packed, {', '.join(Small._fields)}")
    assert unpacked(packed) == small
    assert Small(*parts) == small
    without_month = small._replace(month=FIRST_MONTH)
    assert unpacked(packed & mask(["month"])) == without_month
    assert packed & mask([]) == packed


@given(st.integers(0, (1 << 63) - 1))
def test_every_number_is_some_numbers(number: int) -> None:
    assert all(one >= 0 for one in unpacked(number))
