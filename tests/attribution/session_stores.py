"""Session stores as agents write them, with one session in which the model changed."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

SESSION: Final = "0123abcd-0000-4000-8000-000000000000"
COMMIT_TIME: Final = 1_767_225_600  # 2026-01-01T00:00:00Z


def write_json_lines(path: Path, *records: object) -> None:
    """Write a log of JSON lines whose last line is incomplete, as while the agent writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records) + '{"cut off')


def write_database(path: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()


def claude_store(home: Path) -> None:
    def turn(model: str, when: str, **more: object) -> dict[str, object]:
        return {"type": "assistant", "timestamp": when, "message": {"model": model, "content": "secret"}, **more}

    write_json_lines(
        home / f".claude/projects/-w-repo/{SESSION}.jsonl",
        {"type": "user", "message": {"content": "x"}},
        turn("model-early", "2025-12-31T23:00:00Z"),
        turn("model-in-use", "2025-12-31T23:59:58.123Z"),
        turn("<synthetic>", "2025-12-31T23:59:59Z"),
        turn("model-side", "2025-12-31T23:59:59Z", isSidechain=True),
        turn("model-later", "2026-01-01T00:10:00Z"),
    )


def codex_store(home: Path) -> None:
    write_json_lines(
        home / f".codex/sessions/2025/12/31/rollout-2025-12-31T23-00-00-{SESSION}.jsonl",
        {"timestamp": "2025-12-31T23:00:00Z", "type": "session_meta", "payload": {"id": SESSION}},
        {"timestamp": "2025-12-31T23:59:00Z", "type": "turn_context", "payload": {"model": "model-in-use"}},
        {"timestamp": "2026-01-02T00:00:00Z", "type": "turn_context", "payload": {"model": "model-later"}},
    )


def opencode_store(home: Path) -> None:
    def row(number: int, model: str | None, when: int) -> tuple[str, tuple[Any, ...]]:
        data = {"role": "assistant" if model else "user", "modelID": model}
        return "INSERT INTO message VALUES (?, ?, ?, ?)", (str(number), SESSION, 1000 * when, json.dumps(data))

    write_database(
        home / ".local/share/opencode/opencode.db",
        ("CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT)", ()),
        row(1, "model-early", COMMIT_TIME - 100),
        row(2, "model-in-use", COMMIT_TIME - 10),
        row(3, None, COMMIT_TIME - 5),
        row(4, "model-later", COMMIT_TIME + 100),
    )


def opencode_files_store(home: Path) -> None:
    folder = home / f".local/share/opencode/storage/message/{SESSION}"
    for number, model in enumerate(("model-early", "model-in-use")):
        folder.mkdir(parents=True, exist_ok=True)
        message = {"role": "assistant", "modelID": model, "time": {"created": 1000 * (COMMIT_TIME - 50 + number)}}
        (folder / f"msg_{number}.json").write_text(json.dumps(message))


def copilot_store(home: Path) -> None:
    write_json_lines(
        home / f".copilot/session-state/{SESSION}/events.jsonl",
        {"type": "session.start", "data": {"selectedModel": "model-early"}, "timestamp": "2025-12-31T00:00:00Z"},
        {"type": "session.model_change", "data": {"newModel": "model-in-use"}, "timestamp": "2025-12-31T23:00:00Z"},
        {
            "type": "session.model_change",
            "data": {"newModel": "model-of-subagent"},
            "agentId": "a1",
            "timestamp": "2025-12-31T23:01:00Z",
        },
        {"type": "user.message", "data": {"content": "x"}},
    )


def gemini_store(home: Path) -> None:
    write_json_lines(
        home / f".gemini/tmp/slug/chats/session-2025-12-31T23-00-{SESSION[:8]}.jsonl",
        {"sessionId": SESSION, "kind": "main"},
        {"id": "m1", "type": "gemini", "model": "model-in-use", "timestamp": "2025-12-31T23:00:00Z"},
    )
    write_json_lines(
        home / f".gemini/tmp/slug/chats/session-2025-12-31T23-30-{SESSION[:8]}.jsonl",
        {"sessionId": f"{SESSION[:8]}-another"},
        {"id": "m1", "type": "gemini", "model": "model-of-another", "timestamp": "2025-12-31T23:30:00Z"},
    )


def gemini_document_store(home: Path) -> None:
    path = home / f".gemini/tmp/hash/chats/session-2025-12-31T23-00-{SESSION[:8]}.json"
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps({"sessionId": SESSION, "messages": [{"type": "user"}, {"type": "gemini", "model": "model-in-use"}]})
    )


def amp_store(home: Path) -> None:
    path = home / f".local/share/amp/threads/{SESSION}.json"
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps({"messages": [{"role": "user"}, {"role": "assistant", "usage": {"model": "model-in-use"}}]})
    )


def goose_store(home: Path) -> None:
    write_database(
        home / ".local/share/goose/sessions/sessions.db",
        ("CREATE TABLE sessions (id TEXT, model_config_json TEXT)", ()),
        ("INSERT INTO sessions VALUES (?, ?)", (SESSION, '{"model_name": "model-in-use"}')),
    )


def kiro_store(home: Path) -> None:
    path = home / f".kiro/sessions/cli/{SESSION}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"session_state": {"rts_model_state": {"model_info": {"model_id": "model-in-use"}}}}))


def cursor_store(home: Path) -> None:
    value = json.dumps({"lastUsedModel": "model-in-use"}).encode().hex()
    write_database(
        home / f".cursor/chats/digest/{SESSION}/store.db",
        ("CREATE TABLE meta (key TEXT, value TEXT)", ()),
        ("INSERT INTO meta VALUES ('0', ?)", (value,)),
    )


STORES: Final[list[tuple[str, Callable[[Path], None]]]] = [
    ("claude-code", claude_store),
    ("claude-cowork", claude_store),
    ("codex", codex_store),
    ("opencode", opencode_store),
    ("opencode", opencode_files_store),
    ("copilot-cli", copilot_store),
    ("gemini-cli", gemini_store),
    ("gemini-cli", gemini_document_store),
    ("amp", amp_store),
    ("goose", goose_store),
    ("kiro", kiro_store),
    ("cursor", cursor_store),
]
"""Agents, each with the function that creates its store; older versions of an agent have a store of another format."""
