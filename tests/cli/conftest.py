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
