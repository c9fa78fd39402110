"""Operations of git in turn with no hook at all: one look afterwards must find it out.

Every second one of the table; all of it with ``AGENT_TRACKER_TEST_WHOLE=1``.
"""

from typing import Final

import pytest

from tests.history.operations import OPERATIONS, Operation
from tests.history.stages import Stage, carry_out
from tests.support import sealed_home, sized

CHOSEN: Final = OPERATIONS[:: sized(1, 2)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    return Stage(place, sealed_home(place / "home"), hooks="none").keep()


@pytest.mark.parametrize("op", CHOSEN, ids=[op.name for op in CHOSEN])
def test_operation(op: Operation, stage: Stage) -> None:
    carry_out(op, stage, seen=False)
