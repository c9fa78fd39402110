"""Operations of git seen through the real pre-commit framework.

Natively the whole table is run. The framework hands on less than git does and more than nothing:
every second of what differs between those two is run here, and the first of some kinds in which hooks run.
``AGENT_TRACKER_TEST_WHOLE=1`` runs all of it.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.framework import configuration, pre_commit, surroundings
from tests.history.operations import OPERATIONS, Operation
from tests.history.stages import Stage, carry_out
from tests.program import WHOLE
from tests.support import sealed_home


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, product: Path, store: Path) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    made = Stage(place, sealed_home(place / "home"), hooks="none")
    world = made.world()
    for repo in (world.repo, world.beside):
        repo.environment |= surroundings(store)
    named = place / "hooks.yaml"  # outside, so that every branch and work tree has it
    named.write_text(configuration(product, before=False), encoding="utf-8")
    pre_commit(world.repo, "install", "--install-hooks", "--config", str(named))
    return made.keep()


FIRST: Final = ("commit", "merge", "pull", "rebase -i", "cherry-pick")
"""Kinds of operation of which the first is run, one for each hook that git may call or leave out."""


def chosen() -> list[Operation]:
    """Some operations, in the order of the table."""
    hooks_matter = [op for op in OPERATIONS if set(op.expected(seen=True)) != set(op.expected(seen=False))]
    first = {_kind(op): op for op in reversed(OPERATIONS)}
    few = [*hooks_matter[::2], *(first[kind] for kind in FIRST)]
    return [op for op in OPERATIONS if op in few]


def _kind(op: Operation) -> str:
    return op.name.split(",")[0].removesuffix(" --soft")


CHOSEN = OPERATIONS if WHOLE else chosen()


@pytest.mark.parametrize("op", CHOSEN, ids=[op.name for op in CHOSEN])
def test_operation(op: Operation, stage: Stage) -> None:
    carry_out(op, stage, seen=True)
