"""Every git operation of the table, reported by git's own hooks.

By default a dozen operations run with the real detached recorder, the others with a reconcile afterwards that reads the
events of the same hooks. ``AGENT_TRACKER_TEST_WHOLE=1`` runs all of them with the recorder.
"""

from typing import Final

import pytest

from tests.history.operations import OPERATIONS, Operation
from tests.history.stages import Stage, carry_out
from tests.program import WHOLE
from tests.support import sealed_home

DETACHED: Final = OPERATIONS if WHOLE else OPERATIONS[:: len(OPERATIONS) // 12]


@pytest.fixture(scope="module")
def detached(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    return Stage(place, sealed_home(place / "home"), hooks="native").keep()


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    return Stage(place, sealed_home(place / "home"), hooks="native", recorder=False).keep()


@pytest.mark.parametrize("op", DETACHED, ids=[op.name for op in DETACHED])
def test_with_the_recorder(op: Operation, detached: Stage) -> None:
    carry_out(op, detached, seen=True)


@pytest.mark.skipif(WHOLE, reason="all of them run with the recorder")
@pytest.mark.parametrize("op", OPERATIONS, ids=[op.name for op in OPERATIONS])
def test_reconciled_afterwards(op: Operation, reconciled: Stage) -> None:
    carry_out(op, reconciled, seen=True)
