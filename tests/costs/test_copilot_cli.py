"""Sessions of Copilot CLI: records of calls, credits, and versions that wrote sums only."""

from pathlib import Path
from typing import Any

import pytest

from tests.costs.stores import OTHER, SESSION, at, commit, place, shown, write_lines
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Lack, SessionUnreadable
from tracker.costs.read_session import read_session, root_session

COMMIT = commit("abcdef1", 2.9)


def event(seconds: float, kind: str, data: object, **more: Any) -> dict[str, Any]:
    return {"type": kind, "data": data, "id": f"event-{seconds}", "timestamp": at(seconds), **more}


def call(seconds: float, key: str, agent: str = "", **more: Any) -> dict[str, Any]:
    usage = {
        "model": "gpt-5.4", "inputTokens": 100, "outputTokens": 5, "cacheReadTokens": 60, "cacheWriteTokens": 10,
        "reasoningTokens": 2, "accounting": {"usageId": key, "sourceSessionId": agent or SESSION}, **more,
    }  # fmt: skip
    return event(seconds, "session.usage_record", {"usage": usage}, **({"agentId": agent} if agent else {}))


def result(seconds: float, text: str) -> dict[str, Any]:
    return event(seconds, "tool.execution_complete", {"result": {"content": text}})


def shutdown(seconds: float, tokens: int) -> dict[str, Any]:
    metrics = {"gpt-5.4": {"requests": {"count": 9}, "usage": {"inputTokens": tokens, "outputTokens": 0}}}
    return event(seconds, "session.shutdown", {"modelMetrics": metrics})


def write(home: Path, *records: object, name: str = f"{SESSION}/events.jsonl") -> None:
    write_lines(home / ".copilot/session-state" / name, records)


def divided(home: Path, *commits: SessionCommit) -> Apportioned:
    return apportion(read_session("copilot-cli", place(home), SESSION), commits, 0)


def test_record_of_a_call_is_taken_apart(tmp_path: Path) -> None:
    write(tmp_path, call(1, "use-1"), call(2, "use-1"), call(3, "use-2", agent=OTHER))
    session = divided(tmp_path).session
    assert (session.calls, session.subagent_calls, session.input, session.cache_read) == (2, 1, 60, 120)
    assert (session.cache_write, session.output, session.reasoning) == (20, 10, 4)


@pytest.mark.parametrize(
    ("status", "billed", "expected"),
    [
        ("complete", {"totalNanoAiu": 1_500_000_000}, 3_000_000_000),
        ("complete", {"totalNanoAiu": 0.0}, None),
        ("complete", {}, None),
        ("complete", None, None),
        ("partial", {"totalNanoAiu": 1_500_000_000}, None),
        ("unavailable", {"totalNanoAiu": 0}, None),
    ],
)
def test_credits_are_known_only_when_the_store_says_so(
    status: str, billed: object, expected: int | None, tmp_path: Path
) -> None:
    """``cost`` is a multiplier of requests, and no money."""
    more: dict[str, Any] = {"aiCreditsStatus": status, "copilotUsage": billed, "cost": 1.0}
    write(tmp_path, call(1, "use-1", **more), call(2, "use-2", **more))
    assert divided(tmp_path).session.credits == expected
    assert divided(tmp_path).session.usd is None


def test_versions_that_wrote_sums_only_say_nothing_of_a_commit(tmp_path: Path) -> None:
    write(tmp_path, result(3, shown("abcdef1")), shutdown(4, 900))
    record = divided(tmp_path, COMMIT).commits[COMMIT.oid]
    assert (record.calls, record.unknown, record.input) == (None, "no_calls", None)


def test_last_sum_above_the_calls_is_remarked(tmp_path: Path) -> None:
    write(tmp_path, call(1, "use-1"), shutdown(2, 900), result(3, shown("abcdef1")), shutdown(4, 105))
    assert divided(tmp_path, COMMIT).commits[COMMIT.oid].flags == ("first",)
    write(tmp_path, call(1, "use-1"), result(3, shown("abcdef1")), shutdown(4, 106))
    assert divided(tmp_path, COMMIT).commits[COMMIT.oid].flags == ("at_least", "first")


def test_call_without_numbers_is_remarked(tmp_path: Path) -> None:
    write(tmp_path, event(1, "session.usage_record", {"usage": 7}), call(2, "use-1"))
    assert any(isinstance(event, Lack) for event in read_session("copilot-cli", place(tmp_path), SESSION))


def test_session_of_a_subagents_id_is_the_one_with_its_calls(tmp_path: Path) -> None:
    """An id that merely stands in a text is not meant."""
    write(tmp_path, call(1, "use-1"), event(2, "assistant.message", {"content": OTHER}))
    with pytest.raises(SessionUnreadable, match="missing"):
        root_session("copilot-cli", place(tmp_path), OTHER)
    write(tmp_path, call(1, "use-1"), call(2, "use-2", agent=OTHER))
    assert root_session("copilot-cli", place(tmp_path), OTHER) == SESSION


def test_file_of_older_versions_beside_the_folders_is_read(tmp_path: Path) -> None:
    write(tmp_path, call(1, "use-1"), name=f"{SESSION}.jsonl")
    assert divided(tmp_path).session.calls == 1
