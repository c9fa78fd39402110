"""Whatever a database of sessions holds, reading it ends with events or a reason."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.costs.bounds import check_numbers, reason
from tests.costs.stores import divided, events_of, sample
from tracker.costs.events import Lack


def test_locked_database_is_a_reason(tmp_path: Path) -> None:
    home = sample("opencode", tmp_path)
    with closing(sqlite3.connect(home / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("UPDATE session SET title = 'x'")
        assert reason("opencode", home) == "unreadable"
    assert divided("opencode", home).session.calls == 8


def test_database_with_a_log_beside_it_is_read(tmp_path: Path) -> None:
    home = sample("opencode", tmp_path)
    before = divided("opencode", home)
    with closing(sqlite3.connect(home / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE session SET title = 'x'")
        assert (home / ".local/share/opencode/opencode.db-wal").stat().st_size > 0
        assert divided("opencode", home) == before


@pytest.mark.parametrize("column", ["data", "time_created", "session_id"])
def test_database_of_another_form_is_a_reason(column: str, tmp_path: Path) -> None:
    home = sample("opencode", tmp_path)
    with closing(sqlite3.connect(home / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        connection.execute(f"ALTER TABLE message RENAME COLUMN {column} TO other")
    assert reason("opencode", home) == "unreadable"


@pytest.mark.parametrize("data", ["{", "", "[1", "\0", '{"a":' * 3000 + "1" + "}" * 3000, None])
def test_row_that_cannot_be_read_is_remarked(data: str | None, tmp_path: Path) -> None:
    home = sample("opencode", tmp_path)
    before = divided("opencode", home)
    with closing(sqlite3.connect(home / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        values = ("msg_bad", "ses_ddd6d8ae6ffevPRaU7TrlbxW9y", 1795876359000, 0, "" if data is None else data)
        connection.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", values)
        connection.execute("INSERT INTO part VALUES ('prt_bad', ?, ?, ?, ?, ?)", values)
        if data is None:
            connection.execute("UPDATE message SET data = x'ff00' WHERE id = 'msg_bad'")
    found = divided("opencode", home)
    assert Lack(None) in events_of("opencode", home)
    assert all("at_least" in record.flags for record in found.commits.values())
    assert found.session == before.session


@pytest.mark.parametrize("hostile", [-1, 1.5, 1e300, "12", "", None, "\u2028", 2**62])
def test_hostile_columns_are_unknown(hostile: Any, tmp_path: Path) -> None:
    home = sample("opencode", tmp_path)
    fields = (
        "$.tokens.input",
        "$.tokens.output",
        "$.tokens.reasoning",
        "$.tokens.cache.read",
        "$.time.created",
        "$.cost",
    )
    for field in fields:
        with closing(sqlite3.connect(home / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
            connection.execute("UPDATE message SET data = json_set(data, ?, ?)", (field, hostile))
        check_numbers("opencode", home)
