"""Operations with the rewrite links to expect of them, and a decorator that registers them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.history.operations.world import World

Pairs = Sequence[tuple[str, str, str]]
"""Expected rewrite links as (old subject, new subject, kind), with the subjects that the log shows afterwards."""


class Operation(NamedTuple):
    """A git operation and the rewrite links to expect, with hooks and (``unseen``) without any hook.

    ``needs``: a command of git and words of its usage, if not every supported git has them.
    """

    name: str
    act: Callable[[World], object]
    pairs: Pairs = ()
    unseen: Pairs | None = None
    needs: tuple[str, str] | None = None

    def expected(self, *, seen: bool) -> Pairs:
        """Return the links to expect, with hooks or without any."""
        return self.pairs if seen or self.unseen is None else self.unseen


class Operations(list[Operation]):
    """The operations of one kind, in the order in which they are registered."""

    def register(
        self,
        name: str,
        *pairs: tuple[str, str, str],
        unseen: Pairs | None = None,
        needs: tuple[str, str] | None = None,
    ) -> Callable[[Callable[[World], object]], None]:
        """Return a decorator that adds a function as an operation."""

        def add(act: Callable[[World], object]) -> None:
            self.append(Operation(name, act, pairs, unseen, needs))

        return add


def same(*subjects: str) -> list[tuple[str, str, str]]:
    """Return links from commits to commits with the same subjects and changes."""
    return [(subject, subject, "same") for subject in subjects]


def squashed_into(subject: str) -> Pairs:
    """Return links from all commits of ``topic`` to the squash commit with this subject."""
    return [(name, subject, "squashed") for name in ("t1", "t2", "t3")]
