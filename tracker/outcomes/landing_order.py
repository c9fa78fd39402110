"""The order in which commits came to the default branch: each main-line commit after what it brought in. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracker.model import Oid


class Landing(NamedTuple):
    """A commit of the main line and the commits that it brought in, parents first; it is the last of them itself."""

    main: Oid
    commits: Sequence[Oid]


def main_line(parents: Mapping[Oid, Sequence[Oid]], tip: Oid) -> list[Oid]:
    """Return the tip and its first-parent ancestors, as far as their parents are known, oldest first."""
    line: list[Oid] = []
    at: Oid | None = tip
    while at is not None and at in parents:
        line.append(at)
        at = parents[at][0] if parents[at] else None
    return line[::-1]


def landings(order: Sequence[Oid], parents: Mapping[Oid, Sequence[Oid]], tip: Oid) -> list[Landing]:
    """Return the landings on the main line of a tip, oldest first.

    ``order``: all commits that the tip reaches, parents first. ``parents``: keyed by commit.
    """
    position = {oid: number for number, oid in enumerate(order)}
    landed: set[Oid] = set()
    found: list[Landing] = []
    for main in main_line(parents, tip):
        brought: list[Oid] = []
        waiting = [main]
        while waiting:
            oid = waiting.pop()
            if oid in position and oid not in landed:
                landed.add(oid)
                brought.append(oid)
                waiting += parents[oid]
        found.append(Landing(main, sorted(brought, key=position.__getitem__)))
    return found
