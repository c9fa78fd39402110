"""Read the files in which agents keep their sessions: JSON lines, JSON documents and SQLite databases.

The files are another program's and may hold anything. Reading is bounded and never writes or waits. All functions raise
OSError for a file that cannot be read so, and whatever a malformed file makes them raise.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tracker.attribution import foreign_json
from tracker.files import open_regular

if TYPE_CHECKING:
    from sqlite3 import Connection

_TAIL: Final = 4 << 20
"""Bytes read from the end of a log, where the newest turn is."""
_LONGEST_HEAD: Final = 64 << 10
"""Bytes of a first line that are read."""
_LARGEST: Final = 32 << 20
"""Bytes of a file that is one JSON document; a larger one is not read."""
_MOST_FILES: Final = 5000
"""Entries read of a folder."""
_INSTRUCTIONS: Final = 1000
"""Instructions of SQLite's virtual machine between two calls of the progress handler."""
_MOST_CALLS: Final = 2000
"""Calls of the progress handler that a query may take, which is well below a second."""
_MOST_ROWS: Final = 200


class StoreLocation(NamedTuple):
    """The user's home directory, and the environment, whose variables may move an agent's folder elsewhere."""

    home: Path
    environment: Mapping[str, str]

    def folder(self, variable: str, *default: str) -> Path:
        """Return the folder that a variable names, or the default one below the home directory."""
        named = self.environment.get(variable, "")
        return Path(named).expanduser() if named else self.home.joinpath(*default)


# -- folders -----------------------------------------------------------------------------------------------------


def listing(place: Path) -> Iterator[Path]:
    """Return the entries of a folder, in descending order of their names: the newest first when these are dates."""
    with os.scandir(place) as found:
        names = sorted((entry.name for _, entry in zip(range(_MOST_FILES), found, strict=False)), reverse=True)
    return (place / name for name in names)


def newest_files(paths: Iterable[Path], most: int) -> list[Path]:
    """Return those of some paths that are files, at most ``most``: the ones changed last, the newest first."""
    times: dict[Path, float] = {}
    for path in paths:
        with suppress(OSError):  # it is not there, or cannot be looked at
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                times[path] = status.st_mtime
    return sorted(times, key=times.__getitem__, reverse=True)[:most]


def first_file(paths: Iterable[Path]) -> Path:
    """Return the first path that is a file. Raises FileNotFoundError when none is."""
    for path in paths:
        if path.is_file():
            return path
    raise FileNotFoundError("there is no such session")


# -- JSON --------------------------------------------------------------------------------------------------------


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects in the last 4 MiB of a file of JSON lines; skip other lines, such as one being written."""
    for line in _tail(path).split(b"\n"):
        try:
            value = foreign_json.parse(line) if line.strip() else None
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def first_object(path: Path) -> dict[str, Any]:
    """Return the object in the first line of a file of JSON lines. Raises ValueError or TypeError for anything else."""
    with open_regular(path) as file:
        value = foreign_json.parse(file.readline(_LONGEST_HEAD))
    if not isinstance(value, dict):
        raise TypeError(f"{path} begins with no object")
    return value


def document(path: Path) -> Any:
    """Return the value of a file that is one JSON document. Raises OSError when it is larger than 32 MiB."""
    if path.stat().st_size > _LARGEST:
        raise OSError(f"{path} is too large")
    return foreign_json.parse(_tail(path, _LARGEST))


def _tail(path: Path, most: int = _TAIL) -> bytes:
    """Return the end of a regular file, from the beginning of a line on."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is not a regular file")
        file.seek(max(0, status.st_size - most))
        data = file.read(most)
    return data if status.st_size <= most else data.partition(b"\n")[2]


def text_in(value: object, *keys: str) -> str:
    """Return the text at a path of keys in nested objects; empty when there is none, so that other records count."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def seconds(value: object) -> float | None:
    """Return a time in seconds since the epoch, from ISO 8601, seconds or milliseconds; None for anything else."""
    try:
        if isinstance(value, (int, float)):
            return value / 1000 if value > 1e11 else float(value)
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) and value else None
    except (ValueError, OverflowError):
        return None


# -- SQLite ------------------------------------------------------------------------------------------------------


@contextmanager
def database(path: Path, most_calls: int = _MOST_CALLS) -> Iterator["Connection"]:
    """Open a SQLite database for reading in one transaction, without waiting for a program that writes to it.

    ``most_calls``: thousands of instructions of SQLite that all queries together may take. Raises OSError when reading
    would create files beside the database, and sqlite3.Error.
    """
    import sqlite3

    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is not a regular file")
    journal, wal, shm = (path.with_name(f"{path.name}{ending}").exists() for ending in ("-journal", "-wal", "-shm"))
    if wal and not shm:
        raise OSError(f"{path} cannot be read without writing beside it")
    # Without a journal no program writes, and an immutable database is read without files of ours beside it
    # (sqlite.org/uri.html).
    mode = "mode=ro" if journal or wal or shm else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=0.1, isolation_level=None)) as connection:
        calls = iter(range(most_calls))
        connection.set_progress_handler(lambda: next(calls, None) is None, _INSTRUCTIONS)
        connection.execute("BEGIN")
        yield connection


def rows(path: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    """Return at most 200 rows of a query. Raises as ``database`` does."""
    with database(path) as connection:
        return connection.execute(query, values).fetchmany(_MOST_ROWS)
