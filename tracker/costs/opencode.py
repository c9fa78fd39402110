"""Read a session of OpenCode from its database: messages, and the parts of them that are tools.

An assistant's message is one call. A fork copies rows under new ids with their old times, so rows older than their
session are copies (junhoyeo/tokscale#446). The call that makes a session's title is in no row. ``cost`` is 0 for
models without a known price. ``storage/message`` is an old copy of the same, and is not read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.attribution.opencode_at_work import has_newer_tables, opencode_databases
from tracker.attribution.session_log_files import StoreLocation, database
from tracker.costs.commit_ids import commit_ids
from tracker.costs.events import (
    MOST_IN_ALL,
    Call,
    Cut,
    Event,
    Forked,
    Lack,
    Prompt,
    SessionUnreadable,
    Step,
    Total,
    count,
    milliseconds,
    nanodollars,
)
from tracker.costs.opencode_tables import V1, V2, Tables
from tracker.costs.session_files import MOST_FILES, SMALL, TimeLimit

if TYPE_CHECKING:
    from sqlite3 import Connection

_INSTRUCTIONS: Final = 200
"""Instructions of SQLite's virtual machine between two looks at the time: those for a few rows."""
_MOST_ROWS: Final = 100_000
_NEARBY: Final = 600_000
"""Milliseconds around a commit in which the session that made it was at work."""


class _Session(NamedTuple):
    """A row of the table of sessions. ``born``: before that, its rows are copies. ``stated``: its own sum of tokens."""

    id: str
    born: int
    stated: int


def read(place: StoreLocation, session: str) -> Iterator[Event]:
    """Yield the events of the session that an id belongs to, and of those that it started.

    Raises FileNotFoundError when there is no such session, OSError and sqlite3.Error when the database cannot be read.
    """
    limit = TimeLimit()
    for path in opencode_databases(place):
        with _opened(path, limit) as (connection, tables):
            root = _root(connection, tables, session)
            if root is not None:
                family = _family(connection, tables, root)
                yield from _events(connection, tables, family)
                return
    raise FileNotFoundError("there is no such session")


def root_session(place: StoreLocation, session: str) -> str:
    """Return the session at the beginning of those that started this one. Raises as ``read`` does."""
    limit = TimeLimit()
    for path in opencode_databases(place):
        with _opened(path, limit) as (connection, tables):
            root = _root(connection, tables, session)
            if root is not None:
                return root
    raise FileNotFoundError("there is no such session")


def session_of_commit(place: StoreLocation, directory: str, oid: str, time: int) -> str | None:
    """Return the session whose tool shows a commit's id; None if none or several do.

    OpenCode names its session to no shell. ``directory``: the worktree, as the session names it. ``time``: that of the
    commit in milliseconds; tools within ten minutes count. Raises OSError and sqlite3.Error.
    """
    found: set[str] = set()
    limit = TimeLimit()
    for path in opencode_databases(place):
        with _opened(path, limit) as (connection, tables):
            sessions = connection.execute(tables.sessions_in, (directory, time - _NEARBY)).fetchmany(MOST_FILES)
            for session, born in sessions:
                for output, begun, ended in _rows(connection, tables.tools, session):
                    is_near = abs((milliseconds(ended) or 0) - time) <= _NEARBY
                    is_own = (milliseconds(begun) or 0) >= (milliseconds(born) or 0)
                    if is_near and is_own and any(map(oid.startswith, commit_ids(output))):
                        found.add(_root(connection, tables, session) or session)
    return found.pop() if len(found) == 1 else None


@contextmanager
def _opened(path: Path, limit: TimeLimit) -> "Iterator[tuple[Connection, Tables]]":
    """Open a database, with the queries of the generation of tables that is in use.

    Raises SessionUnreadable when the time is over.
    """
    import sqlite3

    with database(path) as connection, _within(limit, sqlite3.OperationalError):
        if _size(path) > SMALL:
            connection.set_progress_handler(limit.is_over, _INSTRUCTIONS)
        yield connection, V2 if has_newer_tables(connection) else V1


def _size(path: Path) -> int:
    """Return the bytes of a database and of what was written to it last, which is in a file beside it."""
    written = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (written.stat().st_size if written.exists() else 0)


@contextmanager
def _within(limit: TimeLimit, interrupted: type[Exception]) -> Iterator[None]:
    """Say that a session is too large when its query was interrupted because the time is over."""
    try:
        yield
    except interrupted as error:
        if limit.is_over():
            raise SessionUnreadable("too_large") from error
        raise


def _root(connection: "Connection", tables: Tables, session: str) -> str | None:
    """Return the session at the beginning of those that started this one; None if it is not in the database."""
    row = connection.execute(tables.root, (session,)).fetchone()
    return None if row is None else str(row[0])


def _family(connection: "Connection", tables: Tables, session: str) -> list[_Session]:
    """Return a session and all that it started, itself first."""
    found = connection.execute(tables.family, (session,)).fetchmany(MOST_FILES + 1)
    if len(found) > MOST_FILES:
        raise SessionUnreadable("too_large")
    sessions = [
        _Session(str(row[0]), milliseconds(row[1]) or 0, sum(count(n, MOST_IN_ALL) or 0 for n in row[2:]))
        for row in found
    ]
    return sorted(sessions, key=lambda one: one.id != session)


def _events(connection: "Connection", tables: Tables, family: list[_Session]) -> Iterator[Event]:
    is_forked = False
    for one in family:
        is_child = one is not family[0]
        (damaged,) = connection.execute(tables.damaged, (one.id,)).fetchone()
        if damaged:
            yield Lack(None)
        for row in _rows(connection, tables.messages, one.id):
            time = milliseconds(row[2])
            if time is None:
                yield Lack(None)
            elif time < one.born:
                is_forked = True
            else:
                yield from _message(time, row, is_child=is_child)
        for output, begun, ended in _rows(connection, tables.tools, one.id):
            time = milliseconds(ended)
            if time is not None and (milliseconds(begun) or time) >= one.born:
                ids = commit_ids(output)
                yield Cut(time, ids) if ids else Step(time)
    if is_forked:
        yield Forked()
    else:  # a fork's own sum counts the copies again, and nobody asked for its title
        yield Lack(family[0].born)
        yield Total(sum(one.stated for one in family))


def _rows(connection: "Connection", query: str, session: str) -> list[tuple[Any, ...]]:
    found = connection.execute(query, (session,)).fetchmany(_MOST_ROWS + 1)
    if len(found) > _MOST_ROWS:
        raise SessionUnreadable("too_large")
    return found


def _message(time: int, row: tuple[Any, ...], *, is_child: bool) -> Iterator[Event]:
    key, role, _, completed, model, fresh, output, reasoning, read_tokens, written, cost = row
    numbers = [count(value) for value in (fresh, read_tokens, written, output, reasoning)]
    if role == "user":
        yield Step(time) if is_child else Prompt(time)
    elif role == "assistant" and any(numbers):
        cached, answered, thought = numbers[1], numbers[3], numbers[4]
        # The output is without the reasoning here.
        whole = None if answered is None or thought is None else answered + thought
        name = model if isinstance(model, str) else ""
        yield Call(str(key), time, name, numbers[0], cached, numbers[2], whole, thought, is_child, nanodollars(cost))
    elif role == "assistant" and milliseconds(completed) is None:  # the numbers come when its tools have run
        yield Lack(time, is_pending=True)
    elif role == "assistant":  # zeros are no call
        yield Lack(time) if None in numbers else Step(time)
