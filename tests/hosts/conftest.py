"""Fixtures of the tests of hosts."""

from pathlib import Path

import pytest

from tests.hosts.calls import HostAt
from tests.support import Repo
from tracker.hosts.install import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "someone"
    home.mkdir()
    return Place(home, tmp_path / "data" / "hosts", {})


@pytest.fixture
def gemini(repo: Repo) -> HostAt:
    """Gemini CLI at work in a tracked repository with one commit."""
    repo.commit("chore: begin")
    return HostAt(repo, "gemini-cli", "ac557a82-c228-4eb9-bff0-7b11b9c1fc37")
