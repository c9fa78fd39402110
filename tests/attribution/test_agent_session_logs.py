"""The model in agents' session stores: the one in use at the time of the commit, none from damaged files."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attribution.session_stores import (
    COMMIT_TIME,
    SESSION,
    STORES,
    amp_store,
    claude_store,
    codex_store,
    opencode_store,
)
from tests.support import one
from tracker.attribution import agent_session_logs
from tracker.attribution.session_log_files import StoreLocation
from tracker.attribution.unread_sources import UnreadSources
from tracker.model import Evidence

each_store = pytest.mark.parametrize(
    ("agent", "make"), STORES, ids=[f"{agent}, {make.__name__}" for agent, make in STORES]
)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def model_found(agent: str, home: Path, session: str = SESSION, **environment: str) -> str | None:
    """Return the model of a session, as a commit that names it gets it."""
    named = Evidence("session", "x", session, agent, "agent", None, "high")
    stores = StoreLocation(home, environment)
    return one(agent_session_logs.complete_models([named], COMMIT_TIME, ((), ()), stores, UnreadSources())).model


@each_store
def test_model_in_use_at_commit_time_is_found(agent: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    assert model_found(agent, tmp_path) is None
    make(tmp_path)
    assert model_found(agent, tmp_path) == "model-in-use"
    assert model_found(agent, tmp_path, "ffffffff-0000") is None


@each_store
@pytest.mark.parametrize(
    "damage",
    [b"", b"\0" * 5000, b"{}", b"[]", b"null", b'{"type":"assistant"}\n', b'{"messages": 7}', b"[" * 200_000],
    ids=["empty", "NUL bytes", "empty object", "empty array", "null", "fields missing", "wrong type", "deeply nested"],
)
def test_store_of_another_format_gives_no_model(
    agent: str, make: Callable[[Path], None], damage: bytes, tmp_path: Path
) -> None:
    make(tmp_path)
    for path in files_below(tmp_path):
        path.write_bytes(damage)
    assert model_found(agent, tmp_path) is None


@each_store
def test_named_pipe_in_place_of_a_store_is_not_opened(agent: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path)
    for path in files_below(tmp_path):
        path.unlink()
        os.mkfifo(path)
    assert model_found(agent, tmp_path) is None


def test_locked_database_gives_no_model(tmp_path: Path) -> None:
    opencode_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("DELETE FROM message")  # makes SQLite create a journal
        assert model_found("opencode", tmp_path) is None
        connection.execute("ROLLBACK")
    assert model_found("opencode", tmp_path) == "model-in-use"


def test_reading_a_database_creates_no_files(tmp_path: Path) -> None:
    opencode_store(tmp_path)
    path = tmp_path / ".local/share/opencode/opencode.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = sorted(path.parent.iterdir())
    assert model_found("opencode", tmp_path) == "model-in-use"
    assert sorted(path.parent.iterdir()) == before


def test_faulty_records_of_a_log_are_skipped(tmp_path: Path) -> None:
    claude_store(tmp_path)
    path = tmp_path / f".claude/projects/-w-repo/{SESSION}.jsonl"
    bad = '{"type": "assistant"}\n{"type": "assistant", "message": 7, "timestamp": 1' + "0" * 400 + "}\n"
    path.write_text(bad + path.read_text().rsplit("\n", 1)[0] + "\n" + bad)
    assert model_found("claude-code", tmp_path) == "model-in-use"


def test_configured_folder_of_unknown_user_gives_no_model(tmp_path: Path) -> None:
    assert model_found("claude-code", tmp_path, CLAUDE_CONFIG_DIR="~nosuchuser/x") is None


def test_end_of_a_huge_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / f".claude/projects/p/{SESSION}.jsonl"
    path.parent.mkdir(parents=True)
    turn = json.dumps({"type": "assistant", "timestamp": "2025-12-31T23:00:00Z", "message": {"model": "model-in-use"}})
    with path.open("wb") as file:
        file.truncate(3 << 30)  # sparse
        file.seek(0, os.SEEK_END)
        file.write(f"\n{turn}\n".encode())
    assert model_found("claude-code", tmp_path) == "model-in-use"


def test_too_large_document_is_not_read(tmp_path: Path) -> None:
    amp_store(tmp_path)
    os.truncate(tmp_path / f".local/share/amp/threads/{SESSION}.json", 1 << 30)
    assert model_found("amp", tmp_path) is None


@pytest.mark.parametrize(
    "session", ["../../etc/passwd", "..", "a/b", "*", "x" * 200, "", "a\0b", ".hidden", "[a-z]"], ids=ascii
)
def test_session_id_is_never_used_as_a_path(session: str, tmp_path: Path) -> None:
    for make in dict(STORES).values():
        make(tmp_path)
    (tmp_path / ".claude/projects/secret.jsonl").write_text('{"type": "assistant", "message": {"model": "m"}}\n')
    for agent in dict(STORES):
        assert model_found(agent, tmp_path, session) is None


def test_store_is_found_where_the_agents_variable_points(tmp_path: Path) -> None:
    claude_store(tmp_path)
    (tmp_path / ".claude").rename(tmp_path / "elsewhere")
    assert model_found("claude-code", tmp_path) is None
    assert model_found("claude-code", tmp_path, CLAUDE_CONFIG_DIR=str(tmp_path / "elsewhere")) == "model-in-use"
    codex_store(tmp_path)
    (tmp_path / ".codex").rename(tmp_path / "codex-home")
    assert model_found("codex", tmp_path, CODEX_HOME=str(tmp_path / "codex-home")) == "model-in-use"


def test_copilots_subagent_has_the_model_of_its_own_calls(tmp_path: Path) -> None:
    """Its shell names an id of its own, and its calls are in the file of the session that started it."""
    path = tmp_path / ".copilot" / "session-state" / SESSION / "events.jsonl"
    path.parent.mkdir(parents=True)
    own = [(SESSION, "gpt-5.5"), ("5d09a0ea-sub", "claude-haiku-4-5"), (SESSION, "gpt-5.5")]
    records: list[dict[str, object]] = [{"type": "session.start", "data": {"selectedModel": "gpt-5.5"}}]
    for source, model in own:
        usage = {"model": model, "accounting": {"sourceSessionId": source}}
        records.append({"type": "session.usage_record", "timestamp": "2001-01-01T00:00:00Z", "data": {"usage": usage}})
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert model_found("copilot-cli", tmp_path) == "gpt-5.5"
    assert model_found("copilot-cli", tmp_path, "5d09a0ea-sub") == "claude-haiku-4-5"
    assert model_found("copilot-cli", tmp_path, "5d09a0ea-other") is None


def test_agent_without_known_store_gives_no_model(tmp_path: Path) -> None:
    assert model_found("aider", tmp_path) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "message", "model", "timestamp", "payload", "data", "messages", "sessionId", "usage"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=JSON)
def test_arbitrary_json_in_a_store_never_raises(record: object, tmp_path: Path) -> None:
    for agent, make in STORES:
        if agent in {"opencode", "goose", "cursor"}:
            continue
        home = tmp_path / str(time.monotonic_ns())
        make(home)
        for path in files_below(home):
            path.write_text(json.dumps(record) + "\n")
        model_found(agent, home)
