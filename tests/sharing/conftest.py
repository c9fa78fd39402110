"""A bare repository for machines that share events."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE, SURE
from tests.sharing.machines import Machines
from tests.support import Repo


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    """A bare repository with one commit of a person."""
    found = Machines(tmp_path)
    seed = Repo(tmp_path / "seed", found.bare.environment)
    found.bare.git("clone", "-q", str(found.bare.path), str(seed.path))
    seed.commit("chore: begin")
    seed.git("push", "-q", "origin", "main")
    return found


@pytest.fixture
def laptop(machines: Machines) -> Repo:
    """A machine on which two agents worked."""
    repo = machines.add("laptop")
    repo.commit("feat: cart", env=CLAUDE_CODE)
    repo.commit("fix: rounding", env=SURE["codex"])
    repo.settle()
    return repo
