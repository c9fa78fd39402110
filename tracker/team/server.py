"""The team's server: connections, retries, and what goes wrong, as sentences that show no password.

psycopg is imported here only, when a command needs the server. Values are parameters, never parts of a statement.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from tracker.errors import ConfigError, TrackerError
from tracker.team.events import Event
from tracker.team.outbox import Waiting
from tracker.team.team_file import Team
from tracker.text import printable

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

PATIENCE: Final = 30.0
"""Seconds for which a transaction is tried again on a server that cannot be reached, stops, or refused it for now."""
READING_PATIENCE: Final = 3.0
"""Seconds for which figures are asked for again: somebody waits for them."""
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 2.0
_CONNECT_TIMEOUT: Final = 10
"""Seconds for one host of the connection string."""
_UNACKNOWLEDGED_MS: Final = 30_000
"""Milliseconds after which a connection is lost whose packets nobody confirms (TCP_USER_TIMEOUT)."""
_SHORTEST_LIMIT: Final = 5.0
"""Seconds that a server has at least to store a batch, and to wait until its standby has it."""
_ROWS_AT_ONCE: Final = 1_000
_LONGEST_REASON: Final = 200
_LONGEST_ORGANISATION: Final = 63
NO_FIGURE: Final = "the team's server sent what is no figure: ask its owner if its tables were changed."
_LOCAL: Final = ("/", "@", "localhost", "127.", "::1")
"""Beginnings of hosts on this machine."""

_REPEATED: Final = ("40001", "40P01", "57P01", "57P02", "57P03", "25006", "53300", "08")
"""Beginnings of the SQLSTATEs after which a transaction is run again: serialisation failures and deadlocks, a server
that stops or starts, a standby that is not promoted yet, too many connections, a lost connection."""

_REFUSED: Final = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "pg_hba.conf",
    "permission denied",
)
"""Parts of what a server says as it refuses a connection, for which libpq gives no SQLSTATE. To try a wrong password
again and again would lock the role on some servers."""

_TOLD: Final = {
    "42501": "your role may not do that for this organisation: ask its owner to add you (docs/team.md)",
    "42P01": "it does not have our tables: its owner makes them with 'agent-tracker team setup-sql'",
    "23514": "it refused a value: its tables are of another version than this agent-tracker (docs/team.md)",
}
"""Clauses for what its owner has to do, by SQLSTATE."""

_COLUMNS: Final = ("org", "event_id", *Event._fields)
_UUIDS: Final = ("event_id", "subject")
_UUID: Final = "encode(%s, 'hex')::uuid"
"""Pseudonyms of commits and events have no structure: ``uuid`` is the type of 16 bytes that is compared fastest."""
INSERT: Final = (
    f"INSERT INTO agent_tracker.events ({', '.join(_COLUMNS)})"  # noqa: S608 - names of our own columns
    f" VALUES ({', '.join(_UUID if one in _UUIDS else '%s' for one in _COLUMNS)}) ON CONFLICT DO NOTHING"
)


class ServerUnavailable(TrackerError):
    """The team's server cannot be reached, or refuses; nothing of the ledger changed."""


class Server:
    """The team's server. ``patience``: seconds for which an attempt is repeated."""

    def __init__(self, team: Team, patience: float = PATIENCE) -> None:
        self._driver = _driver()
        self._team = team
        self._patience = patience
        # One row at a time costs the client several times as much, but is all that libpq before version 17 can.
        self._rows_at_once = _ROWS_AT_ONCE if self._driver.capabilities.has_stream_chunked() else 1
        self._connection: psycopg.Connection[Any] | None = None
        self._warnings: list[str] = []

    def __enter__(self) -> Self:
        """Return the server; the connection is made when it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(self._driver.Error):
                connection.close()

    def store(self, batch: Sequence[Waiting]) -> int:
        """Store events in one transaction; return how many the server did not have. Raises ServerUnavailable."""
        rows = [(self._team.org, one.event_id, *one.event) for one in batch]

        def insert(connection: psycopg.Connection[Any]) -> int:
            self._warnings.clear()
            limit = max(_SHORTEST_LIMIT, min(PATIENCE, self._patience))
            with _cancelled_after(connection, limit), connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(INSERT, rows)
                stored = max(0, cursor.rowcount)
            if self._warnings:  # such as that a standby has not confirmed it
                raise ServerUnavailable(f"the team's server stored events with a warning: {self._warnings[0]}.")
            return stored

        return self._run(insert)

    def read(self, statement: str, parameters: Sequence[object], most: int) -> list[tuple[object, ...]]:
        """Return the rows of a query. Raises ServerUnavailable, also for more than ``most`` rows."""

        def select(connection: psycopg.Connection[Any]) -> list[tuple[object, ...]]:
            found: list[tuple[object, ...]] = []
            with connection.transaction(), connection.cursor() as cursor:
                for row in cursor.stream(statement, parameters, binary=True, size=self._rows_at_once):
                    found.append(row)
                    if len(found) > most:
                        raise ServerUnavailable(f"the team's server sent more than {most} rows: ask its owner why.")
            return found

        try:
            return self._run(select)
        except (ValueError, ArithmeticError, RecursionError) as error:  # psycopg cannot make a value of what was sent
            self.close()
            raise ServerUnavailable(NO_FIGURE) from error

    def check_organisation(self) -> None:
        """Raise ServerUnavailable unless the role with which the user logs in reads for the team's organisation."""
        rows = self.read("SELECT agent_tracker.organisation(false)", (), 1)
        if any(len(row) != 1 for row in rows):
            raise ServerUnavailable(NO_FIGURE)
        found = rows[0][0] if rows else None
        if found is not None and found != self._team.org:
            shown = printable(str(found))[:_LONGEST_ORGANISATION]
            raise ServerUnavailable(
                f"your role reads for the organisation {shown}, and team.toml names {self._team.org}: correct it there."
            )

    def _run(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Run a transaction; run it again where that is safe and may help. Its statements add nothing twice."""
        deadline = time.monotonic() + self._patience
        for pause in _pauses():
            try:
                return work(self._connected())
            except self._driver.Error as error:
                self.close()
                if not self._may_help(error) or time.monotonic() + pause > deadline:
                    raise ServerUnavailable(self._sentence(error)) from None
            time.sleep(pause)
        raise AssertionError("there is always another pause")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            _require_tls(self._driver, self._team.server)
            self._connection = self._driver.connect(
                **_parameters(self._driver, self._team.server), autocommit=True, prepare_threshold=None
            )
            self._connection.add_notice_handler(self._keep_warning)
        return self._connection

    def _keep_warning(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            self._warnings.append(printable(notice.message_primary or "")[:_LONGEST_REASON].rstrip("."))

    def _may_help(self, error: psycopg.Error) -> bool:
        state = error.sqlstate
        if state is not None:
            return state.startswith(_REPEATED)
        is_refused = any(sign in str(error) for sign in _REFUSED)
        return isinstance(error, self._driver.OperationalError | self._driver.InterfaceError) and not is_refused

    def _sentence(self, error: psycopg.Error) -> str:
        text = _TOLD.get(error.sqlstate or "") or _told_by(error)
        for hidden in _secrets(self._driver, self._team):
            text = text.replace(hidden, "…")
        return f"the team's server could not be used: {printable(text)[:_LONGEST_REASON].rstrip('.')}."


def _told_by(error: psycopg.Error) -> str:
    """Return what libpq says in one line, without the questions that it asks."""
    lines = [line.strip() for line in str(error).splitlines()]
    return "; ".join(line for line in lines if line and not line.endswith("?"))


@contextlib.contextmanager
def _cancelled_after(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Have the server end what it does for the block after a time, also the wait for a standby.

    A limit of PostgreSQL's own (``statement_timeout``) does not hold for that wait.
    """
    timer = threading.Timer(seconds, connection.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def described(server: str) -> str:
    """Return host, port, database and role of a connection string. Raises ConfigError; TrackerError without psycopg."""
    driver = _driver()
    parts = _parts(driver, server)
    shown = [f"{name}={parts[name]}" for name in ("host", "hostaddr", "port", "dbname", "user") if parts.get(name)]
    return printable(" ".join(shown)) or "the default of libpq"


def _driver() -> Any:
    """Return psycopg. Raises TrackerError where it is not installed."""
    try:
        import psycopg
    except ImportError as error:
        raise TrackerError(
            "a team needs the package 'psycopg', which is not installed: pip install 'git-agent-tracker[team]'."
        ) from error
    import logging  # which psycopg has imported

    logging.getLogger("psycopg").addHandler(logging.NullHandler())  # else what it logs appears on standard error
    return psycopg


def _parts(driver: Any, server: str) -> dict[str, str]:
    """Return the parts of a connection string. Raises ConfigError, which does not quote it."""
    try:
        return dict(driver.conninfo.conninfo_to_dict(server))
    except driver.Error as error:
        raise ConfigError("'server' in team.toml is no connection string of PostgreSQL (docs/team.md).") from error


def _parameters(driver: Any, server: str) -> dict[str, str | int]:
    """Return the parameters of a connection: those of the user, with what is needed for a server that is far away."""
    defaults: dict[str, str | int] = {
        "connect_timeout": _CONNECT_TIMEOUT,
        "tcp_user_timeout": _UNACKNOWLEDGED_MS,
        "application_name": "agent-tracker",
        "client_encoding": "utf8",
    }
    return defaults | _parts(driver, server)


def _require_tls(driver: Any, server: str) -> None:
    """Have connections of this process use TLS, unless the server is on this machine or the user says otherwise.

    A variable does that, since the user's connection string and service file come before it.
    """
    variables = {one.keyword.decode(): one.val.decode() for one in driver.pq.Conninfo.get_defaults() if one.val}
    parts = {**variables, **_parts(driver, server)}
    hosts = [one for name in ("host", "hostaddr") for one in str(parts.get(name) or "").split(",") if one]
    is_near = all(one.startswith(_LOCAL) for one in hosts) and not parts.get("service")
    if not is_near:
        os.environ.setdefault("PGSSLMODE", "require")


def _secrets(driver: Any, team: Team) -> list[str]:
    password = _parts(driver, team.server).get("password")
    return [one for one in (password, team.secret) if one]


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(_LONGEST_PAUSE, pause * 2)
