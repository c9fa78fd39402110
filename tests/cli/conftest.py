"""Fixtures of the tests of several commands."""

import pytest

from tests.support import Repo


@pytest.fixture
def old(untracked: Repo) -> Repo:
    """A tracked repository that had ten commits before."""
    for number in range(10):
        untracked.commit(f"feat: old {number}", file=f"{number}.txt")
    untracked.tracker("init")
    return untracked


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """A tracked repository whose user may give grades without a terminal."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    return repo
