"""The ledger is the same whoever looked at which points of some ways of working that no single git command shows.

By default somebody looks at the first point, or at all of them; with ``AGENT_TRACKER_TEST_WHOLE=1`` at each set of
points.
"""

from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.history.looking import watched
from tests.history.looking.comparison import report
from tests.history.looking.ledger_state import LedgerState, differences, read_state
from tests.history.looking.saved import saved_by_module
from tests.history.looking.ways import WAYS, Way
from tests.history.saved_world import SavedWorld
from tests.program import WHOLE
from tests.support import sized

pytestmark = pytest.mark.few(1)

NO_HOOKS: Final = [way for way in WAYS if not way.needs_hooks][:: sized(1, 2)]


def saved_world(place: Path, environment: dict[str, str], hooks: str) -> SavedWorld:
    return SavedWorld(place, environment, hooks, recorder=False).save()


hooked = saved_by_module(saved_world, "native")
unhooked = saved_by_module(saved_world, "none")


def state_after(saved: SavedWorld, way: Way, looks: tuple[bool, ...]) -> LedgerState:
    """Restore the repositories, go the way with looks at some of its points, and return the ledger's state."""
    world = saved.restore()
    way.act(world, lambda point: watched.sync(world.repo) if looks[point - 1] else None)
    return read_state(world.repo)


def compare(saved: SavedWorld, way: Way) -> None:
    """Fail if the ledger depends on the points at which somebody looks."""
    never, *others = product((False, True), repeat=way.points)
    base = state_after(saved, way, never)
    chosen = [looks for looks in others if WHOLE or all(looks) or (looks[0] and not any(looks[1:]))]
    report(way.name, {str(looks): differences(base, state_after(saved, way, looks)) for looks in chosen})


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_looking_changes_nothing(way: Way, hooked: SavedWorld) -> None:
    compare(hooked, way)


@pytest.mark.parametrize("way", NO_HOOKS, ids=[way.name for way in NO_HOOKS])
@pytest.mark.whole
def test_looking_changes_nothing_without_hooks(way: Way, unhooked: SavedWorld) -> None:
    compare(unhooked, way)
