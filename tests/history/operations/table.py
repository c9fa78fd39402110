"""Operations with the rewrite links to expect of them, and a decorator that registers them."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from tests.history.operations.world import World

Pairs = Sequence[tuple[str, str, str]]
"""Expected rewrite links as (old subject, new subject, kind), with the subjects that the log shows afterwards."""

_RECORDED_BEFORE: Final = frozenset({"m1", "m2", "t1", "t2", "t3", "b1"})
"""Subjects of the commits that are recorded before an operation starts."""


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
        """Return the links to expect; without hooks, none from commits made and replaced between two reconciles."""
        if seen:
            return self.pairs
        return self.unseen if self.unseen is not None else [pair for pair in self.pairs if pair[0] in _RECORDED_BEFORE]


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
