"""The model from agents' session stores: the right one at the time, and nothing at all from what is no store."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.attribution.agent_session_logs import model_of
from tracker.attribution.session_log_files import Place

ID = "0123abcd-0000-4000-8000-000000000000"
THEN = 1_767_225_600  # 2026-01-01T00:00:00Z


def lines(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records) + '{"cut off')


def database(path: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()


def claude(home: Path) -> None:
    def turn(model: str, when: str, **more: object) -> dict[str, object]:
        return {"type": "assistant", "timestamp": when, "message": {"model": model, "content": "secret"}, **more}

    lines(
        home / f".claude/projects/-w-repo/{ID}.jsonl",
        {"type": "user", "message": {"content": "x"}},
        turn("model-early", "2025-12-31T23:00:00Z"),
        turn("model-then", "2025-12-31T23:59:58.123Z"),
        turn("<synthetic>", "2025-12-31T23:59:59Z"),
        turn("model-side", "2025-12-31T23:59:59Z", isSidechain=True),
        turn("model-later", "2026-01-01T00:10:00Z"),
    )


def codex(home: Path) -> None:
    lines(
        home / f".codex/sessions/2025/12/31/rollout-2025-12-31T23-00-00-{ID}.jsonl",
        {"timestamp": "2025-12-31T23:00:00Z", "type": "session_meta", "payload": {"id": ID}},
        {"timestamp": "2025-12-31T23:59:00Z", "type": "turn_context", "payload": {"model": "model-then"}},
        {"timestamp": "2026-01-02T00:00:00Z", "type": "turn_context", "payload": {"model": "model-later"}},
    )


def opencode(home: Path) -> None:
    def row(number: int, model: str | None, when: int) -> tuple[str, tuple[Any, ...]]:
        data = {"role": "assistant" if model else "user", "modelID": model}
        return "INSERT INTO message VALUES (?, ?, ?, ?)", (str(number), ID, 1000 * when, json.dumps(data))

    database(
        home / ".local/share/opencode/opencode.db",
        ("CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT)", ()),
        row(1, "model-early", THEN - 100), row(2, "model-then", THEN - 10), row(3, None, THEN - 5),
        row(4, "model-later", THEN + 100),
    )  # fmt: skip


def opencode_files(home: Path) -> None:
    folder = home / f".local/share/opencode/storage/message/{ID}"
    for number, model in enumerate(("model-early", "model-then")):
        folder.mkdir(parents=True, exist_ok=True)
        message = {"role": "assistant", "modelID": model, "time": {"created": 1000 * (THEN - 50 + number)}}
        (folder / f"msg_{number}.json").write_text(json.dumps(message))


def copilot(home: Path) -> None:
    lines(
        home / f".copilot/session-state/{ID}/events.jsonl",
        {"type": "session.start", "data": {"selectedModel": "model-early"}, "timestamp": "2025-12-31T00:00:00Z"},
        {"type": "session.model_change", "data": {"newModel": "model-then"}, "timestamp": "2025-12-31T23:00:00Z"},
        {"type": "user.message", "data": {"content": "x"}},
    )


def gemini(home: Path) -> None:
    lines(
        home / f".gemini/tmp/slug/chats/session-2025-12-31T23-00-{ID[:8]}.jsonl",
        {"sessionId": ID, "kind": "main"},
        {"id": "m1", "type": "gemini", "model": "model-then", "timestamp": "2025-12-31T23:00:00Z"},
    )
    lines(
        home / f".gemini/tmp/slug/chats/session-2025-12-31T23-30-{ID[:8]}.jsonl",
        {"sessionId": f"{ID[:8]}-another"},
        {"id": "m1", "type": "gemini", "model": "model-of-another", "timestamp": "2025-12-31T23:30:00Z"},
    )


def gemini_document(home: Path) -> None:
    path = home / f".gemini/tmp/hash/chats/session-2025-12-31T23-00-{ID[:8]}.json"
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps({"sessionId": ID, "messages": [{"type": "user"}, {"type": "gemini", "model": "model-then"}]})
    )


def amp(home: Path) -> None:
    path = home / f".local/share/amp/threads/{ID}.json"
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps({"messages": [{"role": "user"}, {"role": "assistant", "usage": {"model": "model-then"}}]})
    )


def goose(home: Path) -> None:
    database(
        home / ".local/share/goose/sessions/sessions.db",
        ("CREATE TABLE sessions (id TEXT, model_config_json TEXT)", ()),
        ("INSERT INTO sessions VALUES (?, ?)", (ID, '{"model_name": "model-then"}')),
    )


def kiro(home: Path) -> None:
    path = home / f".kiro/sessions/cli/{ID}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"session_state": {"rts_model_state": {"model_info": {"model_id": "model-then"}}}}))


def cursor(home: Path) -> None:
    value = json.dumps({"lastUsedModel": "model-then"}).encode().hex()
    database(
        home / f".cursor/chats/digest/{ID}/store.db",
        ("CREATE TABLE meta (key TEXT, value TEXT)", ()),
        ("INSERT INTO meta VALUES ('0', ?)", (value,)),
    )


STORES: list[tuple[str, Callable[[Path], None]]] = [
    ("claude-code", claude), ("claude-cowork", claude), ("codex", codex), ("opencode", opencode),
    ("opencode", opencode_files), ("copilot-cli", copilot), ("gemini-cli", gemini), ("gemini-cli", gemini_document),
    ("amp", amp), ("goose", goose), ("kiro", kiro), ("cursor", cursor),
]  # fmt: skip


def found(agent: str, home: Path, session: str = ID, **environment: str) -> str | None:
    return model_of(agent, session, THEN, Place(home, environment))


@pytest.mark.parametrize(("agent", "make"), STORES, ids=lambda one: getattr(one, "__name__", one))
def test_the_model_that_was_in_use(agent: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    assert found(agent, tmp_path) is None
    make(tmp_path)
    assert found(agent, tmp_path) == "model-then"
    assert found(agent, tmp_path, "ffffffff-0000") is None


@pytest.mark.parametrize(("agent", "make"), STORES, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize(
    "damage", [b"", b"\0" * 5000, b"{}", b"[]", b"null", b'{"type":"assistant"}\n', b'{"messages": 7}', b"[" * 200_000]
)
def test_a_store_of_another_form_is_none(
    agent: str, make: Callable[[Path], None], damage: bytes, tmp_path: Path
) -> None:
    make(tmp_path)
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        path.write_bytes(damage)
    assert found(agent, tmp_path) is None


@pytest.mark.parametrize(("agent", "make"), STORES, ids=lambda one: getattr(one, "__name__", one))
def test_what_is_no_plain_file_is_not_waited_for(agent: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path)
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        path.unlink()
        os.mkfifo(path)
    assert found(agent, tmp_path) is None


def test_a_database_that_somebody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    opencode(tmp_path)
    with closing(sqlite3.connect(tmp_path / ".local/share/opencode/opencode.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("DELETE FROM message")  # from here on there is a journal
        assert found("opencode", tmp_path) is None
        connection.execute("ROLLBACK")
    assert found("opencode", tmp_path) == "model-then"


def test_nothing_is_left_beside_a_database(tmp_path: Path) -> None:
    opencode(tmp_path)
    path = tmp_path / ".local/share/opencode/opencode.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = sorted(path.parent.iterdir())
    assert found("opencode", tmp_path) == "model-then"
    assert sorted(path.parent.iterdir()) == before


def test_one_bad_record_hides_no_other(tmp_path: Path) -> None:
    claude(tmp_path)
    path = tmp_path / f".claude/projects/-w-repo/{ID}.jsonl"
    bad = '{"type": "assistant"}\n{"type": "assistant", "message": 7, "timestamp": 1' + "0" * 400 + "}\n"
    path.write_text(bad + path.read_text().rsplit("\n", 1)[0] + "\n" + bad)
    assert found("claude-code", tmp_path) == "model-then"


def test_a_home_that_does_not_exist(tmp_path: Path) -> None:
    assert found("claude-code", tmp_path, CLAUDE_CONFIG_DIR="~nosuchuser/x") is None


def test_of_a_huge_log_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / f".claude/projects/p/{ID}.jsonl"
    path.parent.mkdir(parents=True)
    turn = json.dumps({"type": "assistant", "timestamp": "2025-12-31T23:00:00Z", "message": {"model": "model-then"}})
    with path.open("wb") as file:
        file.truncate(3 << 30)  # sparse
        file.seek(0, os.SEEK_END)
        file.write(f"\n{turn}\n".encode())
    assert found("claude-code", tmp_path) == "model-then"


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    amp(tmp_path)
    os.truncate(tmp_path / f".local/share/amp/threads/{ID}.json", 1 << 30)
    assert found("amp", tmp_path) is None


@pytest.mark.parametrize("session", ["../../etc/passwd", "..", "a/b", "*", "x" * 200, "", "a\0b", ".hidden", "[a-z]"])
def test_a_session_id_is_never_a_path(session: str, tmp_path: Path) -> None:
    for make in dict(STORES).values():
        make(tmp_path)
    (tmp_path / ".claude/projects/secret.jsonl").write_text('{"type": "assistant", "message": {"model": "m"}}\n')
    for agent in dict(STORES):
        assert found(agent, tmp_path, session) is None


def test_stores_that_were_moved(tmp_path: Path) -> None:
    claude(tmp_path)
    (tmp_path / ".claude").rename(tmp_path / "elsewhere")
    assert found("claude-code", tmp_path) is None
    assert found("claude-code", tmp_path, CLAUDE_CONFIG_DIR=str(tmp_path / "elsewhere")) == "model-then"
    codex(tmp_path)
    (tmp_path / ".codex").rename(tmp_path / "cdx")
    assert found("codex", tmp_path, CODEX_HOME=str(tmp_path / "cdx")) == "model-then"


def test_an_agent_without_a_store_that_we_know(tmp_path: Path) -> None:
    assert found("aider", tmp_path) is None


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
def test_any_json_breaks_nothing(record: object, tmp_path: Path) -> None:
    for agent, make in STORES:
        if agent in {"opencode", "goose", "cursor"}:
            continue
        home = tmp_path / str(time.monotonic_ns())
        make(home)
        for path in [path for path in home.rglob("*") if path.is_file()]:
            path.write_text(json.dumps(record) + "\n")
        found(agent, home)
