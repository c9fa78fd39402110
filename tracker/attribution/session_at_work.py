"""The session of an agent that names it to no shell is found by the worktree, and the time of the commit.

A commit is made by a tool, and the tools of a message end before the message does. So the message that was begun before
the commit and ended after it is the one that made it. That holds whenever somebody looks.
"""

import os
from collections.abc import Callable, Collection, Iterable
from typing import Final, NamedTuple

LONGEST_MESSAGE: Final = 6 * 3600
"""Seconds for which a message without an end may be at work still; one of a killed program has none for ever."""
MOST_SESSIONS: Final = 2000
"""Sessions, those changed last, that are looked at."""

IsInside = Callable[[str], bool]
"""A test whether a folder is in the worktree of the commit."""


class AtWork(NamedTuple):
    """A session that was at work when a commit was made, its model, and the agent's version, None if not known."""

    session: str
    model: str
    version: str | None = None


def the_one_at_work(found: Iterable[AtWork]) -> AtWork | None:
    """Return the first of the sessions that may have made a commit; None if they do not all have the same model.

    The version is theirs only if they agree about it too.
    """
    sessions = [*found]
    if len({one.model for one in sessions}) != 1:
        return None
    versions = {one.version for one in sessions}
    return sessions[0] if len(versions) == 1 else sessions[0]._replace(version=None)


def folder_test(worktrees: Collection[str], others: Collection[str]) -> IsInside:
    """Return a test whether a folder's nearest worktree is one of some; links in paths are followed.

    ``others``: the other worktrees of the repository, which may lie inside of these.
    """
    meant = {os.path.realpath(one): True for one in worktrees}
    places = {**{os.path.realpath(one): False for one in others}, **meant}

    def is_inside(directory: str) -> bool:
        real = os.path.realpath(directory)
        around = [top for top in places if real == top or real.startswith(f"{top}{os.sep}")]
        return bool(around) and places[max(around, key=len)]

    return is_inside
