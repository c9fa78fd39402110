"""A repository for tests that run with nobody looking, and with somebody looking after every git command."""

from typing import Final

import pytest

from tests.history.looking import watched
from tests.history.looking.watched import WatchedRepo
from tests.support import Repo

LOOKS: Final = ("never", "always")

looked_at: Final = pytest.mark.parametrize("looks", LOOKS, ids=["nobody looks", "somebody looks"])
"""Runs a test twice; it calls ``watch`` with its parameter ``looks``."""

looked_at_during_commands: Final = pytest.mark.parametrize(
    "looks", [*LOOKS, "during"], ids=["nobody looks", "somebody looks", "somebody looks during commands"]
)
"""Runs a test a third time, with a look between the moment when git moves a ref and the hook that tells why."""


def watch(repo: Repo, looks: str) -> WatchedRepo:
    """Return the repository as seen by somebody who looks never, always, or during git's commands."""
    if looks == "during":
        return WatchedRepo(repo, watched.during_commands(repo, ""))
    return WatchedRepo(repo, watched.always(repo) if looks == "always" else watched.never(repo))
