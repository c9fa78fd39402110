"""The reflogs of one repository: of the HEADs of its worktrees, of branches, and of remote-tracking branches."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from tracker.git import reflog_newest, reflog_places, reflog_reader
from tracker.git.location import Location
from tracker.git.reflog import ReflogEntry
from tracker.git.reflog_reader import LogReading
from tracker.model import LogPosition, Oid


class Reflogs:
    """Reader of the reflogs of a repository, seen from one of its worktrees."""

    def __init__(self, place: Location) -> None:
        self._git_dir = place.git_dir
        self._common_dir = place.common_dir

    def of_head(self, limit: int) -> list[ReflogEntry]:
        """Return up to ``limit`` moves of this worktree's HEAD, newest first."""
        return reflog_newest.entries_of_head(self._common_dir, self._git_dir, limit)

    def of_every_head(self, limit: int = 2000) -> Iterator[list[ReflogEntry]]:
        """Yield the moves of each worktree's HEAD, up to ``limit`` each, newest first."""
        for _, git_dir in reflog_places.heads(self._common_dir):
            yield reflog_newest.entries_of_head(self._common_dir, git_dir, limit)

    def new_entries(
        self, positions: Mapping[str, LogPosition], moved_branches: Collection[str]
    ) -> Iterator[LogReading]:
        """Yield what the reflogs of HEADs and branches gained since positions, which are keyed by their names.

        ``moved_branches``: full names of the branches whose tip has changed.
        """
        return reflog_reader.read_new(self._common_dir, positions, moved_branches)

    def end_positions(self) -> dict[str, LogPosition]:
        """Return the positions at the end of the reflogs of HEADs and branches, keyed by name."""
        return reflog_reader.end_positions(self._common_dir)

    def earlier_remote_tips(self, limit: int = 64) -> set[Oid]:
        """Return the commits that remote-tracking branches pointed to before. ``limit``: moves examined of each."""
        return reflog_newest.earlier_remote_tips(self._common_dir, limit)

    def pushed_tips(self, names: Iterable[str], limit: int = 5000) -> set[Oid]:
        """Return the commits that pushes moved remote-tracking branches to. ``limit``: moves examined of each."""
        return {oid for name in names for oid in reflog_newest.pushed_tips(self._common_dir, name, limit)}
