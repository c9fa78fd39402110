"""Sessions of Qwen Code: telemetry, whose output contains the thoughts or not."""

from pathlib import Path
from typing import Any

import pytest

from tests.costs.stores import OTHER, SESSION, at, commit, place, shown, write_lines
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.read_session import read_session

COMMIT = commit("abcdef1", 2.9)


def call(seconds: float, key: str, **more: Any) -> dict[str, Any]:
    event = {
        "event.name": "qwen-code.api_response", "response_id": key, "model": "qwen3-coder-plus",
        "input_token_count": 100, "output_token_count": 20, "cached_content_token_count": 60, "thoughts_token_count": 5,
        "total_token_count": 120, "response_text": "dummy", **more,
    }  # fmt: skip
    payload = {"uiEvent": event}
    return {"type": "system", "subtype": "ui_telemetry", "timestamp": at(seconds), "systemPayload": payload}


def result(seconds: float, output: str) -> dict[str, Any]:
    return {"type": "tool_result", "timestamp": at(seconds), "toolCallResult": {"resultDisplay": {"output": output}}}


def write(home: Path, *records: object, name: str = f"projects/-one/chats/{SESSION}.jsonl") -> None:
    write_lines(home / ".qwen" / name, records)


def divided(home: Path, *commits: SessionCommit) -> Apportioned:
    return apportion(read_session("qwen-code", place(home), SESSION), commits, 0)


@pytest.mark.parametrize(
    ("total", "thoughts", "output"),
    [(120, 5, 20), (125, 5, 25), (120, 0, 20), (121, 5, None), (None, 5, None), (120, None, None)],
    ids=["OpenAI", "Gemini", "no thoughts", "neither", "no total", "unknown thoughts"],
)
def test_total_says_if_the_output_contains_the_thoughts(
    total: int | None, thoughts: int | None, output: int | None, tmp_path: Path
) -> None:
    write(tmp_path, call(1, "one", total_token_count=total, thoughts_token_count=thoughts))
    session = divided(tmp_path).session
    assert (session.output, session.reasoning, session.input, session.cache_read) == (output, thoughts, 40, 60)
    assert session.cache_write is None


def test_answers_and_files_of_subagents_are_not_added(tmp_path: Path) -> None:
    repeated = {"type": "assistant", "timestamp": at(1), "usageMetadata": {"promptTokenCount": 100}}
    write(tmp_path, call(1, "one"), repeated, call(2, "two", subagent_name="general"), call(2, "two"))
    write(tmp_path, repeated, name=f"projects/-one/subagents/{SESSION}/agent-general.jsonl")
    session = divided(tmp_path).session
    assert (session.calls, session.subagent_calls) == (2, 1)


def test_commit_of_a_subagent_is_found_in_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, call(1, "one"), call(2, "two", subagent_name="general"), call(4, "three"))
    parts = [{"functionResponse": {"response": {"output": f"Output: {shown('abcdef1')}"}}}]
    side = {**result(3, ""), "isSidechain": True, "message": {"parts": parts}}
    write(tmp_path, side, name=f"projects/-one/subagents/{SESSION}/agent-general.jsonl")
    record = divided(tmp_path, COMMIT).commits[COMMIT.oid]
    assert (record.calls, record.subagent_calls, record.found_by) == (2, 1, "id")


def test_last_sum_of_the_session_is_for_checking(tmp_path: Path) -> None:
    def sums(*totals: int, session: str = SESSION) -> list[dict[str, Any]]:
        return [{"sessionId": session, "models": {"qwen": {"totalTokens": total}}} for total in totals]

    write(tmp_path, call(1, "one"), result(3, shown("abcdef1")))
    write(tmp_path, *sums(119, 120), {**sums(999, session=OTHER)[0], "project": SESSION}, name="usage_record.jsonl")
    assert divided(tmp_path, COMMIT).commits[COMMIT.oid].flags == ("first",)
    write(tmp_path, *sums(120, 121), name="usage_record.jsonl")
    assert divided(tmp_path, COMMIT).commits[COMMIT.oid].flags == ("at_least", "first")
