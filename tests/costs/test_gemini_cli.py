"""Sessions of Gemini CLI: messages that are written again, replaced and taken back, and documents of older versions."""

import json
from pathlib import Path
from typing import Any

from tests.costs.stores import SESSION, after_noon, at, commit, place, shown, write_lines
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Lack, Prompt
from tracker.costs.read_session import read_session

COMMIT = commit("abcdef1", 2.9)
HEADER = {"sessionId": SESSION, "startTime": at(0), "kind": "main"}
CHATS = ".gemini/tmp/one/chats"


def answer(seconds: float, key: str, *tools: dict[str, Any], **more: Any) -> dict[str, Any]:
    tokens = {"input": 100, "cached": 60, "output": 5, "thoughts": 2, "tool": 3, "total": 110, **more}
    message: dict[str, Any] = {
        "id": key,
        "timestamp": at(seconds),
        "type": "gemini",
        "model": "gemini-3",
        "tokens": tokens,
    }
    return message | ({"toolCalls": [*tools]} if tools else {})


def tool(seconds: float, text: object) -> dict[str, Any]:
    return {"id": "x", "timestamp": at(seconds), "resultDisplay": text}


def user(seconds: float, content: object = "dummy") -> dict[str, Any]:
    return {"id": f"user-{seconds}", "timestamp": at(seconds), "type": "user", "content": content}


def write(home: Path, *records: object, name: str = f"session-2026-01-01T12-00-{SESSION[:8]}.jsonl") -> None:
    write_lines(home / CHATS / name, records)


def divided(home: Path, *commits: SessionCommit) -> Apportioned:
    return apportion(read_session("gemini-cli", place(home), SESSION), commits, 0)


def test_tokens_are_taken_apart(tmp_path: Path) -> None:
    write(tmp_path, HEADER, answer(1, "one"))
    session = divided(tmp_path).session
    assert (session.calls, session.input, session.cache_read, session.cache_write) == (1, 43, 60, None)
    assert (session.output, session.reasoning) == (7, 2)


def test_message_written_again_and_replaced_is_one_call(tmp_path: Path) -> None:
    replaced = {"$set": {"messages": [user(0), answer(1, "one", tool(3, shown("abcdef1")))]}}
    write(tmp_path, HEADER, answer(1, "one"), answer(1, "one", tool(3, shown("abcdef1"))), replaced, answer(4, "two"))
    found = divided(tmp_path, COMMIT)
    assert (found.commits[COMMIT.oid].calls, found.rest.calls) == (1, 1)
    assert found.commits[COMMIT.oid].found_by == "id"


def test_message_that_was_taken_back_was_paid_for(tmp_path: Path) -> None:
    write(tmp_path, HEADER, answer(1, "one"), {"$rewindTo": "user-0"}, {"$set": {"messages": []}}, answer(2, "two"))
    assert divided(tmp_path).session.calls == 2


def test_other_session_with_the_same_eight_digits_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, HEADER, answer(1, "one"))
    other = {**HEADER, "sessionId": f"{SESSION[:-1]}9"}
    write(tmp_path, other, answer(1, "two"), name=f"session-2026-01-01T13-00-{SESSION[:8]}.jsonl")
    assert divided(tmp_path).session.calls == 1


def test_document_of_older_versions_is_read(tmp_path: Path) -> None:
    path = tmp_path / CHATS / f"session-2026-01-01T12-00-{SESSION[:8]}.json"
    path.parent.mkdir(parents=True)
    messages = [user(0), answer(1, "one", tool(3, shown("abcdef1"))), answer(4, "two"), 7]
    path.write_text(json.dumps({"sessionId": SESSION, "messages": messages}))
    found = divided(tmp_path, COMMIT)
    assert (found.commits[COMMIT.oid].calls, found.rest.calls) == (1, 1)


def test_answer_whose_numbers_are_to_come_is_pending(tmp_path: Path) -> None:
    write(tmp_path, HEADER, {**answer(1, "one"), "tokens": None}, answer(2, "two"))
    assert Lack(after_noon(1), is_pending=True) in read_session("gemini-cli", place(tmp_path), SESSION)
    assert divided(tmp_path).session.calls == 1


def test_result_of_a_tool_is_no_prompt(tmp_path: Path) -> None:
    write(tmp_path, HEADER, user(0), answer(1, "one"), user(2, [{"functionResponse": {}}]))
    events = read_session("gemini-cli", place(tmp_path), SESSION)
    assert [event.time for event in events if isinstance(event, Prompt)] == [after_noon(0)]


def test_commit_is_found_in_the_response_when_nothing_was_displayed(tmp_path: Path) -> None:
    response = [{"functionResponse": {"response": {"output": f"Output: {shown('abcdef1')}"}}}]
    write(tmp_path, HEADER, answer(1, "one", {**tool(3, ""), "result": response}))
    assert divided(tmp_path, COMMIT).commits[COMMIT.oid].found_by == "id"


def test_moved_store_is_found(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", HEADER, answer(1, "one"))
    assert read_session("gemini-cli", place(tmp_path, GEMINI_CLI_HOME=str(tmp_path / "elsewhere")), SESSION)
