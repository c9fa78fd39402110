"""Every operation of git in turn, seen by git's own hooks."""

import pytest

from tests.history.operations import OPERATIONS, Operation
from tests.history.stages import Stage, carry_out
from tests.support import sealed_home


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    return Stage(place, sealed_home(place / "home"), hooks="native").keep()


@pytest.mark.parametrize("op", OPERATIONS, ids=[op.name for op in OPERATIONS])
def test_operation(op: Operation, stage: Stage) -> None:
    carry_out(op, stage, seen=True)
