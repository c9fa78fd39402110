"""Git operations without any hook, found by one reconcile afterwards.

Every second operation of the table runs by default, those that do not run with hooks then; all with
``AGENT_TRACKER_TEST_WHOLE=1``.
"""

from typing import Final

import pytest

from tests.history.operations import OPERATIONS, Operation
from tests.history.saved_world import SavedWorld, assert_operation
from tests.program import WHOLE
from tests.support import sealed_home

pytestmark = pytest.mark.few(5)

CHOSEN: Final = OPERATIONS if WHOLE else OPERATIONS[1::2]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> SavedWorld:
    place = tmp_path_factory.mktemp("operations") / "place"
    return SavedWorld(place, sealed_home(place / "home"), hooks="none").save()


@pytest.mark.parametrize("operation", CHOSEN, ids=[op.name for op in CHOSEN])
def test_links_without_hooks(operation: Operation, saved: SavedWorld) -> None:
    assert_operation(operation, saved, seen=False)
