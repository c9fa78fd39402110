"""Every operation of git in turn, seen through the real pre-commit framework."""

from pathlib import Path

import pytest

from tests.e2e.framework import configuration, pre_commit, surroundings
from tests.e2e.operations import OPERATIONS, Operation
from tests.e2e.stages import Stage, carry_out
from tests.support import sealed_home


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, product: Path, store: Path) -> Stage:
    place = tmp_path_factory.mktemp("operations") / "place"
    made = Stage(place, sealed_home(place / "home"), hooks="none")
    world = made.world()
    for repo in (world.repo, world.beside):
        repo.environment |= surroundings(store)
    named = place / "hooks.yaml"  # outside, so that every branch and work tree has it
    named.write_text(configuration(product), encoding="utf-8")
    pre_commit(world.repo, "install", "--install-hooks", "--config", str(named))
    return made.keep()


@pytest.mark.parametrize("op", OPERATIONS, ids=[op.name for op in OPERATIONS])
def test_operation(op: Operation, stage: Stage) -> None:
    carry_out(op, stage, seen=True)
