"""Fixtures: a sealed environment, and a tracked repository in it."""

import os
from pathlib import Path

import pytest

from tests.support import Repo, clean_environment, sealed_home


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a test calls in this process sees the sealed environment too, and no ledger of the user's."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "AGENT_TRACKER_", "PRE_COMMIT")):
            monkeypatch.delenv(name)
    for name, value in clean_environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return sealed_home(tmp_path / "home")


@pytest.fixture
def untracked(tmp_path: Path, environment: dict[str, str]) -> Repo:
    """A repository that agent-tracker does not know."""
    return Repo.make(tmp_path / "repo", environment)


@pytest.fixture
def repo(untracked: Repo, request: pytest.FixtureRequest) -> Repo:
    """A tracked repository without commits."""
    untracked.tracker("init")
    if request.node.get_closest_marker("recorded_later"):
        untracked.record_later()
    return untracked
