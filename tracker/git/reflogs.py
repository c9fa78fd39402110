"""The reflogs of one repository: of the HEADs of its worktrees, of branches, and of remote-tracking branches."""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from tracker.files import open_regular
from tracker.git import in_progress, reflog_newest, reflog_places, reflog_reader
from tracker.git.location import Location
from tracker.git.reflog import ReflogEntry
from tracker.git.reflog_reader import LogReading
from tracker.model import LogPosition, Oid, parse_oid

_MOST_OLDER: Final = 2000
"""Moves of each HEAD that are examined beside the new ones."""
_HEAD_BYTES: Final = 4096
"""Bytes of a HEAD that are read."""


class Reflogs:
    """Reader of the reflogs of a repository, seen from one of its worktrees."""

    def __init__(self, place: Location) -> None:
        self._git_dir = place.git_dir
        self._common_dir = place.common_dir
        self._is_held = False
        self._heads: Sequence[Sequence[ReflogEntry]] | None = None
        self._gained: dict[str, int] = {}

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Read the moves of HEADs once inside the block, however often they are asked for.

        A block inside another one has the reading of the outer one.
        """
        if self._is_held:
            yield
            return
        self._is_held = True
        try:
            yield
        finally:
            self._is_held, self._heads, self._gained = False, None, {}

    def of_head(self, limit: int) -> list[ReflogEntry]:
        """Return up to ``limit`` moves of this worktree's HEAD, newest first."""
        return reflog_newest.entries_of_head(self._common_dir, self._git_dir, limit)

    def of_every_head(self) -> Sequence[Sequence[ReflogEntry]]:
        """Return the moves of each worktree's HEAD, newest first: the newest 2000.

        In a block of ``hold`` these are all that ``new_entries`` found there, and 2000 before those.
        """
        if self._heads is not None:
            return self._heads
        heads = [
            reflog_newest.entries_of_head(self._common_dir, git_dir, _MOST_OLDER + self._gained.get(name, 0))
            for name, git_dir in reflog_places.heads(self._common_dir)
        ]
        self._heads = heads if self._is_held else None
        return heads

    def new_entries(self, positions: Mapping[str, LogPosition], moved_branches: Collection[str]) -> list[LogReading]:
        """Return what the reflogs of HEADs and branches gained since positions, which are keyed by their names.

        ``moved_branches``: full names of the branches whose tip has changed.
        """
        readings = [*reflog_reader.read_new(self._common_dir, positions, moved_branches)]
        if self._is_held:
            self._heads, self._gained = None, {one.name: len(one.entries) for one in readings}
        return readings

    def replaying_heads(self) -> frozenset[str]:
        """Return the names of the HEADs in whose worktrees a rebase or am is in progress."""
        heads = reflog_places.heads(self._common_dir)
        return frozenset(name for name, git_dir in heads if in_progress.is_replaying(git_dir))

    def detached_head(self, name: str) -> Oid | None:
        """Return the commit at a detached HEAD, None if it is on a branch. ``name``: that of its reflog."""
        try:
            with open_regular(self._common_dir / name) as file:
                return parse_oid(file.read(_HEAD_BYTES).decode("ascii", "replace").strip())
        except OSError:
            return None

    def end_positions(self) -> dict[str, LogPosition]:
        """Return the positions at the end of the reflogs of HEADs and branches, keyed by name."""
        return reflog_reader.end_positions(self._common_dir)

    def earlier_remote_tips(self, limit: int = 64) -> set[Oid]:
        """Return the commits that remote-tracking branches pointed to before. ``limit``: moves examined of each."""
        return reflog_newest.earlier_remote_tips(self._common_dir, limit)

    def pushed_tips(self, names: Iterable[str], limit: int = 5000) -> set[Oid]:
        """Return the commits that pushes moved remote-tracking branches to. ``limit``: moves examined of each."""
        return {oid for name in names for oid in reflog_newest.pushed_tips(self._common_dir, name, limit)}
