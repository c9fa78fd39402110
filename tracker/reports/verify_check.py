"""The shape of one comparison of ``verify``: it follows all commits, and says what differs."""

from collections.abc import Iterator
from typing import Generic, TypeVar

C = TypeVar("C")


class Check(Generic[C]):
    """One comparison, named after what it compares.

    ``found``: the differences that showed so far. ``has_ended``: a stored value was met of which no key can be made, so
    what follows is not compared.
    """

    name: str

    def __init__(self) -> None:
        self.found: list[str] = []
        self.has_ended = False

    def follow(self, commit: C) -> None:
        """Compare or add up one commit. Raises ValueError for a stored value of which no key can be made."""

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed. Raises ValueError as ``follow`` does."""
        return iter(())

    def differences(self) -> Iterator[str]:
        """Yield all differences. Call once, when all commits were followed. Raises ValueError after those before it."""
        yield from self.found
        if self.has_ended:
            raise ValueError(self.name)
        yield from self.rest()
