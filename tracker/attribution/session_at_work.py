"""Find the model of an agent that names its session to no shell: by the worktree, and the time of the commit.

OpenCode is such an agent. A commit is made by a tool, and the tools of a message end before the message does, so the
message that was begun before the commit and ended after it is the one that made it (anomalyco/opencode, session). That
holds whenever somebody looks.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.model_names import model_name
from tracker.attribution.session_log_files import StoreLocation, database

_LONGEST_MESSAGE: Final = 6 * 3_600_000
"""Milliseconds for which a message without an end may be at work still; one of a killed program has none for ever."""
_MOST_SESSIONS: Final = 2000
"""Sessions, those changed last, whose folder is compared."""
_SECOND: Final = 1000
"""Milliseconds: git gives the time of a commit without fractions."""
_SESSIONS: Final = """
    SELECT id, directory FROM session WHERE time_created < ? AND time_updated >= ? ORDER BY time_updated DESC"""
_MESSAGES: Final = """
    SELECT began, json_extract(sound, '$.modelID'), json_extract(sound, '$.time.completed')
    FROM (
        SELECT message.time_created AS began,
            CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data END AS sound
        FROM message JOIN session ON session.id = message.session_id
        WHERE session_id = ? AND message.time_created >= session.time_created
            AND message.time_created < ? AND message.time_created >= ?)
    WHERE json_extract(sound, '$.role') = 'assistant' ORDER BY began DESC"""
"""Rows older than their session are a fork's copies of another one's."""


class AtWork(NamedTuple):
    """A session that was at work when a commit was made, and its model."""

    session: str
    model: str


def opencode_at_work(
    place: StoreLocation, worktrees: Collection[str], others: Collection[str], time: int
) -> AtWork | None:
    """Return the session of OpenCode that was at work in one of some worktrees at a time, in seconds since the epoch.

    ``others``: the other worktrees of the repository, which may lie inside of these. None if no session was, or if
    several with different models were. Raises OSError and sqlite3.Error for a database that cannot be read.
    """
    tops = {os.path.realpath(one): True for one in worktrees}
    places = {**{os.path.realpath(one): False for one in others}, **tops}
    found = [one for path in opencode_databases(place) for one in _at_work(path, places, time * 1000)]
    return found[0] if len({one.model for one in found}) == 1 else None


def opencode_databases(place: StoreLocation) -> list[Path]:
    """Return the databases of OpenCode that exist; the one that OPENCODE_DB names takes the place of all others."""
    root = place.folder("XDG_DATA_HOME", ".local", "share") / "opencode"
    named = place.environment.get("OPENCODE_DB", "")
    if named:
        return [path] if (path := root / Path(named).expanduser()).is_file() else []
    return sorted(path for path in root.glob("opencode*.db") if path.is_file())


def _at_work(path: Path, places: Mapping[str, bool], time: int) -> Iterator[AtWork]:
    """Yield the sessions of a database that were at work at a time, in milliseconds, those changed last first.

    A session works on one message after another, so none counts before the newest that was begun before that second.
    """
    until, since = time + _SECOND, time - _LONGEST_MESSAGE
    with database(path) as connection:
        sessions = connection.execute(_SESSIONS, (until, since)).fetchmany(_MOST_SESSIONS)
        for session in (str(session) for session, directory in sessions if _is_inside(str(directory), places)):
            for began, model, completed in connection.execute(_MESSAGES, (session, until, since)):
                is_over = isinstance(completed, (int, float)) and completed < time
                name = model_name(model) if isinstance(model, str) and not is_over else None
                if name:
                    yield AtWork(session, name)
                if began < time:
                    break


def _is_inside(directory: str, places: Mapping[str, bool]) -> bool:
    """Return True for a folder whose nearest worktree is one of those that are meant; links in paths are followed."""
    real = os.path.realpath(directory)
    around = [top for top in places if real == top or real.startswith(f"{top}{os.sep}")]
    return bool(around) and places[max(around, key=len)]
