"""A repository for tests that run with nobody looking, and with somebody looking after every git command."""

from typing import Final

import pytest

from tests.history.looking import watched
from tests.history.looking.watched import WatchedRepo
from tests.support import Repo

LOOKS: Final = ("never", "always")

looked_at: Final = pytest.mark.parametrize("looks", LOOKS, ids=["nobody looks", "somebody looks"])
"""Runs a test that uses the fixture ``watched_repo`` with both."""


def watch(repo: Repo, looks: str) -> WatchedRepo:
    """Return the repository as seen by somebody who looks never, or always."""
    return WatchedRepo(repo, watched.always(repo) if looks == "always" else watched.never(repo))
