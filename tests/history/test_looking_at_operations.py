"""The ledger is the same whoever looked and when, after each git operation of the table.

By default a part of the operations runs. ``AGENT_TRACKER_TEST_WHOLE=1`` runs all of them, also with random looks, and
compares the evidence of each commit too.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.history.looking.comparison import compare_operation
from tests.history.looking.saved import saved_by_module
from tests.history.operations import OPERATIONS, Operation
from tests.history.saved_world import SavedWorld
from tests.program import WHOLE
from tests.support import one, sized
from tracker.model import GradeValue, Rater

pytestmark = pytest.mark.few(3)

_STEP: Final = sized(1, 11)
WITH_HOOKS: Final = OPERATIONS[::_STEP]
WITHOUT_HOOKS: Final = OPERATIONS if WHOLE else OPERATIONS[2 :: 2 * _STEP]
LOOKS: Final = ("always", "at random", "during commands", "by killed recorders") if WHOLE else ("always",)

_GRADES: Final[list[tuple[str, Rater, GradeValue]]] = [
    ("t1", "user", 5), ("t2", "agent", 2), ("t2", "user", -1), ("t3", "user", 2),
]  # fmt: skip


def graded_world(place: Path, environment: dict[str, str], hooks: str) -> SavedWorld:
    made = SavedWorld(place, environment, hooks, recorder=False)
    world = made.current()
    for name, rater, grade in _GRADES:
        world.repo.grade(world.find(name), rater, grade)
    return made.save()


hooked = saved_by_module(graded_world, "native")
unhooked = saved_by_module(graded_world, "none")


@pytest.mark.parametrize("operation", WITH_HOOKS, ids=[op.name for op in WITH_HOOKS])
def test_looking_changes_nothing(operation: Operation, hooked: SavedWorld) -> None:
    compare_operation(hooked, operation, LOOKS, hooks=True)


@pytest.mark.parametrize("operation", WITHOUT_HOOKS, ids=[op.name for op in WITHOUT_HOOKS])
@pytest.mark.whole
def test_looking_changes_nothing_without_hooks(operation: Operation, unhooked: SavedWorld) -> None:
    compare_operation(unhooked, operation, LOOKS, hooks=False)


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("host squash, and a copy of it on a release branch", "always"),  # the copy is seen before the merge
        ("rebase -i, fixup", "during commands"),  # the branch moves before HEAD's reflog shows the end
    ],
)
def test_order_in_which_refs_move_changes_nothing(name: str, look: str, unhooked: SavedWorld) -> None:
    operation = one(operation for operation in OPERATIONS if operation.name == name)
    compare_operation(unhooked, operation, [look], hooks=False)
