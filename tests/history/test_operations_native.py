"""Every git operation of the table with native hooks.

By default six operations run with the real detached recorder, and six with a reconcile afterwards that reads the events
of the same hooks; the others run without any hook (``test_operations_without_hooks``).
``AGENT_TRACKER_TEST_WHOLE=1`` runs all of them with the recorder.
"""

from typing import Final

import pytest

from tests.history.operations import OPERATIONS, Operation
from tests.history.saved_world import SavedWorld, assert_operation
from tests.program import WHOLE
from tests.support import sealed_home

pytestmark = pytest.mark.few(6)

DETACHED: Final = OPERATIONS if WHOLE else OPERATIONS[:: len(OPERATIONS) // 12]
RECONCILED: Final = OPERATIONS[::2]


@pytest.fixture(scope="module")
def detached(tmp_path_factory: pytest.TempPathFactory) -> SavedWorld:
    place = tmp_path_factory.mktemp("operations") / "place"
    return SavedWorld(place, sealed_home(place / "home"), hooks="native").save()


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> SavedWorld:
    place = tmp_path_factory.mktemp("operations") / "place"
    return SavedWorld(place, sealed_home(place / "home"), hooks="native", recorder=False).save()


@pytest.mark.parametrize("operation", DETACHED, ids=[op.name for op in DETACHED])
def test_links_with_recorder(operation: Operation, detached: SavedWorld) -> None:
    assert_operation(operation, detached, seen=True)


@pytest.mark.skipif(WHOLE, reason="all of them run with the recorder")
@pytest.mark.parametrize("operation", RECONCILED, ids=[op.name for op in RECONCILED])
def test_links_by_reconcile(operation: Operation, reconciled: SavedWorld) -> None:
    assert_operation(operation, reconciled, seen=True)
