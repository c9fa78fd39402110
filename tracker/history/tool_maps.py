"""Read the maps from old to new commits that tools which rewrite history leave behind: git-filter-repo's commit map."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.files import open_regular
from tracker.git import Repository
from tracker.model import Event, Oid, parse_oid

_COMMIT_MAP: Final = "filter-repo/commit-map"
"""The file in the git directory; each line has an old and a new object name, zeros for a commit that was dropped."""
_MOST_BYTES: Final = 256 << 20
"""Bytes of a map that are read at most: two million commits."""


class ToolMap(NamedTuple):
    """A map that a tool wrote. ``mark``: identifies the file's present content. ``time``: its seconds since 1970."""

    mark: str
    time: int
    pairs: tuple[tuple[Oid, Oid], ...]


def map_mark(common_dir: Path) -> str:
    """Return what identifies the present content of the map; empty if there is none."""
    try:
        status = (common_dir / _COMMIT_MAP).stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


def read_map(common_dir: Path) -> ToolMap | None:
    """Return the map of the last run of git-filter-repo, without unchanged and dropped commits; None if there is none.

    A file that is not such a map has no pairs.
    """
    path, mark = common_dir / _COMMIT_MAP, map_mark(common_dir)
    try:
        with open_regular(path) as file:
            lines = file.read(_MOST_BYTES).decode("ascii", "replace").split("\n")
            time = int(path.stat().st_mtime)
    except OSError:
        return None
    rows = (line.split() for line in lines)
    found = ((parse_oid(row[0]), parse_oid(row[1])) for row in rows if len(row) == 2)
    pairs = tuple((old, new) for old, new in found if old and new and old != new and new.strip("0"))
    return ToolMap(mark, time, pairs)


def with_new_heads(repository: Repository, events: Sequence[Event], tool_map: ToolMap | None) -> list[Event]:
    """Return events with the new commit in place of a HEAD that the tool rewrote and removed before anybody looked.

    What the event's hook saw is then evidence of the new commit: nothing is known of the old one. Raises
    RepositoryError.
    """
    heads = {event.head for event in events if event.head}
    became = {old: new for old, new in tool_map.pairs if old in heads} if tool_map else {}
    existing = repository.existing_commits(became) if became else set()
    return [
        event._replace(head=became[event.head])
        if event.head in became and event.head not in existing
        else event
        for event in events
    ]  # fmt: skip
