"""End a git process that gives no answer: one on a dead network disk, or one that was stopped, would wait forever."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from tracker.errors import RepositoryError

PATIENCE: Final = 300.0
"""Seconds that git may take for an answer, and for the next part of a longer one. The first walk of a history of a
million commits from a cold disk takes less than a minute."""

_CHECKS: Final = 10
"""Checks in that time."""


class TooSlow(RepositoryError):
    """A git command that gave no answer in time and was ended."""

    def __init__(self, subcommand: str, patience: float) -> None:
        super().__init__(
            f"git {subcommand} gave no answer for {patience:.0f} seconds and was ended: is the disk reachable?"
        )


class Watchdog:
    """Calls ``kill`` when a process lets this one wait for more than ``patience`` seconds at a time.

    ``subcommand``: what git was asked to do. Only the time inside ``waiting`` counts: a process that has nothing to do
    may live as long as it likes.
    """

    def __init__(self, kill: Callable[[], object], subcommand: str, patience: float = PATIENCE) -> None:
        self._kill = kill
        self._subcommand = subcommand
        self._patience = patience
        self._since: float | None = None
        self._has_expired = False
        self._ended = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for the process inside the block, at most until it is killed."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Wait for an answer of the process inside the block. Raises TooSlow at its end if it was killed."""
        with self.waiting():
            yield
        if self._has_expired:
            raise TooSlow(self._subcommand, self._patience)

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(self._patience / _CHECKS):
            since = self._since
            if since is not None and time.monotonic() - since > self._patience:
                self._has_expired = True
                self._kill()
                return
