"""Git operations whose hooks run through the real pre-commit framework.

The framework passes on a part of what git tells its hooks. By default every fourth operation runs whose links differ
with and without hooks, and the first of some kinds, one for each hook. ``AGENT_TRACKER_TEST_WHOLE=1`` runs all.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.framework import configuration, pre_commit, surroundings
from tests.history.operations import OPERATIONS, Operation
from tests.history.saved_world import SavedWorld, assert_operation
from tests.program import WHOLE
from tests.support import sealed_home

pytestmark = pytest.mark.few(1)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, product: Path, store: Path) -> SavedWorld:
    place = tmp_path_factory.mktemp("operations") / "place"
    made = SavedWorld(place, sealed_home(place / "home"), hooks="none")
    world = made.current()
    for repo in (world.repo, world.beside):
        repo.environment |= surroundings(store)
    configured = place / "hooks.yaml"  # outside, so that every branch and worktree has it
    configured.write_text(configuration(product, before=False), encoding="utf-8")
    pre_commit(world.repo, "install", "--install-hooks", "--config", str(configured))
    return made.save()


FIRST: Final = ("commit", "merge", "pull", "rebase -i", "cherry-pick")
"""Kinds of operation of which the first runs, one for each hook that git may call or leave out."""


def chosen() -> list[Operation]:
    """Return the operations to run by default, in the order of the table."""
    hooks_matter = [op for op in OPERATIONS if set(op.expected(seen=True)) != set(op.expected(seen=False))]
    first = {_kind(op): op for op in reversed(OPERATIONS)}
    wanted = [*hooks_matter[::4], *(first[kind] for kind in FIRST)]
    return [op for op in OPERATIONS if op in wanted]


def _kind(op: Operation) -> str:
    return op.name.split(",")[0].removesuffix(" --soft")


CHOSEN = OPERATIONS if WHOLE else chosen()


@pytest.mark.parametrize("operation", CHOSEN, ids=[op.name for op in CHOSEN])
def test_links_through_framework(operation: Operation, saved: SavedWorld) -> None:
    assert_operation(operation, saved, seen=True)
