"""Places of statements: which of several in one second a statement is, so that two equal ones stay two.

Pure. A place is given when a statement is recorded, and goes with it into every other ledger: a statement is known
there by its content and its place.
"""

from collections.abc import Iterable
from typing import Final, Protocol

MOST: Final = 1 << 32
"""The greatest place, and the greatest number of changes of one thing: they stay there."""


class Placed(Protocol):
    """A record of feedback that has a place."""

    @property
    def place(self) -> int:
        """Its place among those of the same second, from 0."""


def next_place(earlier: Iterable[Placed]) -> int:
    """Return the place of the next statement after those of the same second."""
    return min(1 + max((one.place for one in earlier), default=-1), MOST)


def next_change(changes: int) -> int:
    """Return the number of changes of a thing after one more."""
    return min(changes + 1, MOST)
