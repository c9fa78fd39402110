"""The tables as one SQLite file, such as Datasette opens.

The meaning of each column stands as a comment in the statement that made its table, which SQLite keeps and Datasette
shows below the table, and as a row of the table ``columns``.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tracker.exchange.tables.all_tables import TABLES
from tracker.exchange.tables.table import Column, Converters, Source, Table, clamped_integer, clean_text, iso_time
from tracker.files import open_regular

APPLICATION_ID: Final = 0x41675472
"""``AgTr``: the number in the header by which an export is known (SQLite, "PRAGMA application_id")."""
VERSION: Final = 1
"""The version of the tables, in the header as ``user_version``; columns may be added without a new one."""

_HEADER: Final = 100
"""Bytes of the header of every SQLite file."""
_MAGIC: Final = b"SQLite format 3\0"
_ID_PLACE: Final = slice(68, 72)
_TYPES: Final = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "boolean": "INTEGER", "time": "TEXT"}
_CONVERTERS: Final[Converters] = {
    "text": clean_text, "integer": clamped_integer, "real": float, "boolean": int, "time": iso_time,
}  # fmt: skip


def is_export(file: Path) -> bool:
    """Return True if a file is an export of ours, or empty. Raises OSError."""
    with open_regular(file) as opened:
        header = opened.read(_HEADER)
    return not header or (header.startswith(_MAGIC) and header[_ID_PLACE] == APPLICATION_ID.to_bytes(4, "big"))


def unfinished_file(file: Path) -> str | None:
    """Return the name of a journal beside a file; None if there is none.

    SQLite would play it back into the file that takes the place of the one that it belongs to.
    """
    names = (f"{file.name}{suffix}" for suffix in ("-wal", "-journal"))
    return next((name for name in names if file.with_name(name).exists()), None)


def write_sqlite(source: Source, file: Path) -> int:
    """Write the tables into an empty file; return the number of rows. Raises OSError.

    Without a journal: whoever calls it throws an unfinished file away.
    """
    try:
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {VERSION}")
            database.execute("BEGIN")
            count = sum(_write_table(database, table, source) for table in TABLES)
            _write_meanings(database)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise OSError(f"SQLite says: {error}") from error
    return count


def _write_table(database: sqlite3.Connection, table: Table[Any], source: Source) -> int:
    """Create and fill a table; its indexes are made when it is full, which is faster."""
    database.execute(statement(table))
    places = ", ".join("?" for _ in table.columns)
    filled = database.executemany(
        f'INSERT INTO "{table.name}" VALUES ({places})',  # noqa: S608 - a name of ours
        table.values(source, _CONVERTERS),
    )
    for columns in table.indexes:
        listed = _listed(columns)
        database.execute(f'CREATE INDEX "{table.name}_{"_".join(columns)}" ON "{table.name}" ({listed})')
    return max(0, filled.rowcount)


def statement(table: Table[Any]) -> str:
    """Return the statement that creates a table, with the meanings as comments."""
    return "\n".join((f'CREATE TABLE "{table.name}" ( -- {table.meaning}', *_column_lines(table), ")"))


def _column_lines(table: Table[Any]) -> Iterator[str]:
    for column in table.columns:
        yield f"  {_definition(column)}, -- {_meaning(column)}"
    references = (
        f'  FOREIGN KEY ({_listed(one.columns)}) REFERENCES "{one.table}" ({_listed(_key_of(one.table))})'
        for one in table.references
    )
    yield ",\n".join((f"  PRIMARY KEY ({_listed(table.key)})", *references))


def _definition(column: Column[Any]) -> str:
    needed = " NOT NULL" if column.required else ""
    check = f' CHECK ("{column.name}" IN (0, 1))' if column.type == "boolean" else ""
    return f'"{column.name}" {_TYPES[column.type]}{needed}{check}'


def _meaning(column: Column[Any]) -> str:
    forms = {"time": " (ISO 8601, UTC)", "boolean": " (0 or 1)"}
    return f"{column.meaning}{forms.get(column.type, '')}"


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _key_of(name: str) -> tuple[str, ...]:
    return next(table.key for table in TABLES if table.name == name)


def _write_meanings(database: sqlite3.Connection) -> None:
    """Write the meanings of all columns as a table, which can be searched."""
    database.execute(
        'CREATE TABLE "columns" ( -- The columns of the other tables.\n'
        '  "table_name" TEXT NOT NULL, -- the table\n'
        '  "column_name" TEXT NOT NULL, -- the column\n'
        '  "type" TEXT NOT NULL, -- text, integer, real, boolean or time\n'
        '  "meaning" TEXT NOT NULL, -- in words\n'
        '  PRIMARY KEY ("table_name", "column_name")\n)'
    )
    database.executemany(
        'INSERT INTO "columns" VALUES (?, ?, ?, ?)',
        ((table.name, one.name, one.type, _meaning(one)) for table in TABLES for one in table.columns),
    )
