"""The session of OpenCode that was at work at a time, from its database (anomalyco/opencode, session)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.attribution.model_names import model_name
from tracker.attribution.session_at_work import LONGEST_MESSAGE, MOST_SESSIONS, AtWork, IsInside
from tracker.attribution.session_log_files import StoreLocation, database

if TYPE_CHECKING:
    from sqlite3 import Connection

_SECOND: Final = 1000
"""Milliseconds: git gives the time of a commit without fractions."""


class _Queries(NamedTuple):
    """The queries of one generation of tables.

    ``sessions``: id, directory and version of those that were changed since a time, the newest first; begun before
    another. ``messages``: times of creation, model and time of completion of an assistant's in a session, newest first.
    Rows older than their session are a fork's copies of another one's.
    """

    sessions: str
    messages: str


_SESSIONS: Final = """
    SELECT id, directory, {version} FROM {table}
    WHERE time_created < ? AND time_updated >= ? ORDER BY time_updated DESC"""
_MESSAGES: Final = """
    SELECT began, json_extract(sound, '{model}'), json_extract(sound, '$.time.completed')
    FROM (
        SELECT one.time_created AS began, {columns},
            CASE WHEN length(data) <= 33554432 AND json_valid(data) THEN data END AS sound
        FROM {messages} AS one JOIN {table} AS session ON session.id = one.session_id
        WHERE session_id = ? AND one.time_created >= session.time_created
            AND one.time_created < ? AND one.time_created >= ?)
    WHERE {is_assistant} ORDER BY began DESC"""


def opencode_databases(place: StoreLocation) -> list[Path]:
    """Return the databases of OpenCode that exist; the one that OPENCODE_DB names takes the place of all others."""
    root = place.folder("XDG_DATA_HOME", ".local", "share") / "opencode"
    named = place.environment.get("OPENCODE_DB", "")
    if named:
        return [path] if (path := root / Path(named).expanduser()).is_file() else []
    return sorted(path for path in root.glob("opencode*.db") if path.is_file())


def has_newer_tables(connection: "Connection") -> bool:
    """Return True if the tables of OpenCode 2 are in use; the older ones stay when the rows have moved."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    is_newer = {"session_v2", "session_message"} <= names
    return is_newer and connection.execute("SELECT 1 FROM session_message LIMIT 1").fetchone() is not None


def opencode_at_work(place: StoreLocation, is_inside: IsInside, time: int) -> Iterator[AtWork]:
    """Yield the sessions that were at work at a time, in seconds since the epoch, those changed last first.

    A session works on one message after another, so none counts before the newest that was begun before that second.
    Raises OSError and sqlite3.Error for a database that cannot be read.
    """
    for path in opencode_databases(place):
        with database(path) as connection:
            yield from _at_work(connection, is_inside, time * 1000)


def _at_work(connection: "Connection", is_inside: IsInside, time: int) -> Iterator[AtWork]:
    queries = _queries(connection)
    until, since = time + _SECOND, time - LONGEST_MESSAGE * 1000
    sessions = connection.execute(queries.sessions, (until, since)).fetchmany(MOST_SESSIONS)
    for session, version in ((str(row[0]), row[2]) for row in sessions if is_inside(str(row[1]))):
        for began, model, completed in connection.execute(queries.messages, (session, until, since)):
            is_over = isinstance(completed, (int, float)) and completed < time
            name = model_name(model) if isinstance(model, str) and not is_over else None
            if name:
                yield AtWork(session, name, version if isinstance(version, str) else None)
            if began < time:
                break


def _queries(connection: "Connection") -> _Queries:
    """Return the queries of the tables that are in use; a column that a database lacks is NULL in them."""
    is_newer = has_newer_tables(connection)
    table = "session_v2" if is_newer else "session"
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    sessions = _SESSIONS.format(table=table, version="version" if "version" in columns else "NULL")
    if is_newer:
        parts = {"messages": "session_message", "model": "$.model.id", "columns": "one.type AS kind"}
        return _Queries(sessions, _MESSAGES.format(table=table, is_assistant="kind = 'assistant'", **parts))
    parts = {"messages": "message", "model": "$.modelID", "columns": "NULL"}
    is_assistant = "json_extract(sound, '$.role') = 'assistant'"
    return _Queries(sessions, _MESSAGES.format(table=table, is_assistant=is_assistant, **parts))
