"""Sessions of Claude Code: the same call in many lines and files, and what belongs to another session."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.costs.stores import OTHER, SESSION, after_noon, at, commit, place, shown, write_lines
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Call, Cut, Event, Forked, Lack, Prompt
from tracker.costs.read_session import read_session

FOLDER = ".claude/projects/-home-dev-one"
USAGE = {"input_tokens": 10, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 50}


def answer(seconds: float, key: str, **more: Any) -> dict[str, Any]:
    """Return one line of an answer; ``usage``, ``model``, ``content`` and ``id`` belong to its message."""
    message = {"id": key, "model": "claude-opus-5-5", "content": [{"type": "text", "text": "dummy"}], "usage": USAGE}
    message |= {field: more.pop(field) for field in ("usage", "model", "content") if field in more}
    return {"type": "assistant", "timestamp": at(seconds), "sessionId": SESSION, "message": message, **more}


def result(seconds: float, text: Any, **more: Any) -> dict[str, Any]:
    content = [{"type": "tool_result", "tool_use_id": "x", "content": text}]
    return {"type": "user", "timestamp": at(seconds), "sessionId": SESSION, "message": {"content": content}, **more}


def prompt(seconds: float, **more: Any) -> dict[str, Any]:
    return {"type": "user", "timestamp": at(seconds), "sessionId": SESSION, "message": {"content": "dummy"}, **more}


def write(home: Path, *records: object, name: str = f"{SESSION}.jsonl") -> None:
    write_lines(home / FOLDER / name, records)


def events(home: Path, session: str = SESSION) -> tuple[Event, ...]:
    return read_session("claude-code", place(home), session)


def divided(home: Path, *commits: SessionCommit, session: str = SESSION) -> Apportioned:
    return apportion(events(home, session), commits, 0)


def calls(found: tuple[Event, ...]) -> Iterator[Call]:
    return (event for event in found if isinstance(event, Call))


def test_call_is_counted_once_with_its_largest_numbers(tmp_path: Path) -> None:
    """The first block of an answer may be written before the rest has come."""
    write(
        tmp_path,
        answer(2, "msg_1", usage={**USAGE, "output_tokens": 1}),
        answer(3, "msg_1", usage={**USAGE, "output_tokens": 70}, uuid="other", requestId="req_1"),
        answer(4, "msg_1", usage={**USAGE, "output_tokens": 30}),
    )
    session = divided(tmp_path).session
    assert (session.calls, session.input, session.cache_read, session.cache_write, session.output) == (
        1,
        10,
        100,
        20,
        70,
    )
    assert session.reasoning is None
    assert divided(tmp_path, commit("a", 2.5)).commits[commit("a", 0).oid].calls == 1


def test_answers_without_an_id_are_told_apart_by_their_request(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "", requestId="req_1"), answer(2, "", requestId="req_1"), answer(3, "", uuid="u"))
    assert divided(tmp_path).session.calls == 2


def test_number_that_is_absent_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1", usage={"input_tokens": 5, "output_tokens": 6}), answer(2, "msg_2"))
    session = divided(tmp_path).session
    assert (session.input, session.output, session.cache_read, session.cache_write) == (15, 56, None, None)


def test_made_up_answer_is_no_call(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1", model="<synthetic>"), answer(2, "msg_2"))
    assert [call.key for call in calls(events(tmp_path))] == ["msg_2"]


def test_answer_without_usage_is_remarked(tmp_path: Path) -> None:
    """A line without the word is not even read, so the usage is of another form here."""
    write(tmp_path, answer(1, "msg_1", usage=7), answer(2, "msg_2"), answer(5, "msg_3"))
    found = divided(tmp_path, commit("a", 3), commit("b", 6)).commits
    assert [record.flags for record in found.values()] == [("at_least", "first"), ()]
    assert [record.calls for record in found.values()] == [1, 1]


@pytest.mark.parametrize(
    ("block", "output", "is_placeholder"),
    [
        ({"type": "tool_use", "name": "Bash"}, 1, True),
        ({"type": "thinking", "thinking": "dummy"}, 2, True),
        ({"type": "text", "text": "a text of more than two tokens"}, 2, True),
        ({"type": "text", "text": "Done."}, 2, False),
        ({"type": "tool_use", "name": "Bash"}, 3, False),
    ],
)
def test_placeholder_instead_of_the_output_is_unknown(
    block: dict[str, str], output: int, is_placeholder: bool, tmp_path: Path
) -> None:
    usage = {**USAGE, "output_tokens": output}
    write(tmp_path, answer(1, "msg_1", usage=usage, content=[block]), answer(2, "msg_2"))
    record = divided(tmp_path, commit("a", 3)).commits[commit("a", 0).oid]
    assert record.output == (None if is_placeholder else 50 + output)
    assert record.input == 20
    assert ("old_output" in record.flags) is is_placeholder


def test_placeholder_that_is_corrected_later_is_none(tmp_path: Path) -> None:
    tool = [{"type": "tool_use", "name": "Bash"}]
    write(tmp_path, answer(1, "m", usage={**USAGE, "output_tokens": 1}, content=tool), answer(2, "m", content=tool))
    assert divided(tmp_path).session.output == 50


SIDE = {"isSidechain": True, "agentId": "a1"}


@pytest.mark.parametrize(
    "name",
    [
        f"{SESSION}/subagents/agent-a1.jsonl",
        f"{SESSION}/subagents/agent-a0/subagents/agent-a1.jsonl",
        "agent-a1.jsonl",
        f"{SESSION}.jsonl",
    ],
    ids=["below the session", "below another subagent", "beside the session", "in the session's file"],
)
def test_subagent_is_found_wherever_versions_write_it(name: str, tmp_path: Path) -> None:
    main = [prompt(0), answer(1, "msg_1")]
    side = [prompt(2, **SIDE), answer(3, "msg_2", **SIDE), result(4, shown("abcdef1"), **SIDE)]
    if name.startswith(f"{SESSION}."):
        write(tmp_path, *main, *side)
    else:
        write(tmp_path, *main)
        write(tmp_path, *side, name=name)
    record = divided(tmp_path, commit("abcdef1", 3.9)).commits[commit("abcdef1", 0).oid]
    assert (record.calls, record.subagent_calls, record.found_by) == (2, 1, "id")
    assert [event.time for event in events(tmp_path) if isinstance(event, Prompt)] == [after_noon(0)]


def test_subagent_written_to_both_files_is_counted_once(tmp_path: Path) -> None:
    side = [answer(3, "msg_2", **SIDE), answer(4, "msg_3", **SIDE)]
    write(tmp_path, answer(1, "msg_1"), *side)
    write(tmp_path, *side, name=f"{SESSION}/subagents/agent-a1.jsonl")
    session = divided(tmp_path).session
    assert (session.calls, session.subagent_calls, session.output) == (3, 2, 150)


def test_subagent_of_another_session_beside_this_one_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1"))
    write(tmp_path, {**answer(1, "msg_2"), "sessionId": OTHER}, name="agent-a2.jsonl")
    assert divided(tmp_path).session.calls == 1


def test_usage_in_the_result_of_the_agent_tool_is_not_added(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1"), result(2, "Done.", toolUseResult={"usage": USAGE, "totalTokens": 180}))
    assert divided(tmp_path).session.calls == 1


@pytest.mark.parametrize("text", [shown("abcdef1"), [{"type": "text", "text": shown("abcdef1")}], ""])
def test_commit_is_found_in_text_blocks_and_the_tools_note(text: object, tmp_path: Path) -> None:
    note = {"gitOperation": {"commit": {"sha": "abcdef1", "kind": "committed"}}}
    write(tmp_path, answer(1, "msg_1"), result(2, text, toolUseResult=note), answer(3, "msg_2"))
    record = divided(tmp_path, commit("abcdef1", 1.9)).commits[commit("abcdef1", 0).oid]
    assert (record.calls, record.found_by) == (1, "id")


@pytest.mark.parametrize("noted", ["a", "", "ABCDEF1", "not an id", "abcdef1\n", 7, None])
def test_note_that_is_no_id_is_none(noted: object, tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1"), result(2, "", toolUseResult={"gitOperation": {"commit": {"sha": noted}}}))
    assert not any(isinstance(event, Cut) for event in events(tmp_path))


@pytest.mark.parametrize("more", [{"isMeta": True}, {"isCompactSummary": True}, SIDE])
def test_what_no_person_typed_is_no_prompt(more: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1"), prompt(100, **more), answer(101, "msg_2"))
    record = divided(tmp_path, commit("a", 102)).commits[commit("a", 0).oid]
    assert (record.span_ms, record.active_ms) == (101_000, 101_000)


def test_time_in_which_the_agent_waited_for_its_user_is_not_active(tmp_path: Path) -> None:
    write(tmp_path, prompt(0), answer(2, "msg_1"), prompt(100), answer(103, "msg_2"))
    record = divided(tmp_path, commit("a", 104)).commits[commit("a", 0).oid]
    assert (record.span_ms, record.active_ms) == (104_000, 6_000)


def test_session_resumed_in_the_same_file_goes_on(tmp_path: Path) -> None:
    write(tmp_path, answer(1, "msg_1"), result(2, shown("abcdef1")), prompt(500), answer(501, "msg_2", uuid="new"))
    found = divided(tmp_path, commit("abcdef1", 1.9))
    assert (found.commits[commit("abcdef1", 0).oid].calls, found.rest.calls) == (1, 1)


def test_fork_is_known_by_its_first_record(tmp_path: Path) -> None:
    copies = [prompt(0), answer(1, "msg_1"), result(2, shown("abcdef1"))]
    write(tmp_path, {"type": "queue-operation", "timestamp": at(60)}, *copies, answer(61, "msg_2"))
    found = events(tmp_path)
    assert [call.key for call in calls(found)] == ["msg_2"]
    assert Forked() in found
    record = apportion(found, [commit("fedcba9", 62)], 0).commits[commit("fedcba9", 0).oid]
    assert (record.calls, record.flags, record.span_ms) == (1, ("first", "forked"), 1000)


def test_calls_of_two_files_that_nothing_tells_apart_belong_to_neither(tmp_path: Path) -> None:
    copies = [prompt(0), answer(1, "msg_1")]
    write(tmp_path, *copies, answer(61, "msg_2"))
    write(tmp_path, *copies, answer(71, "msg_3"), name=f"{OTHER}.jsonl")
    for session, own in ((SESSION, "msg_2"), (OTHER, "msg_3")):
        found = events(tmp_path, session)
        assert [call.key for call in calls(found)] == [own]
        assert Lack(None) in found
        flags = apportion(found, [commit("a", 80)], 0).commits[commit("a", 0).oid].flags
        assert flags == ("at_least", "first", "forked")


def cost_state(dollars: float, **tokens: int) -> dict[str, Any]:
    return {"type": "cost-state", "totalCostUSD": dollars, "modelUsage": {"m": tokens}}


def test_own_sum_of_the_session_is_for_checking(tmp_path: Path) -> None:
    sums = {"inputTokens": 10, "outputTokens": 50, "cacheReadInputTokens": 100, "cacheCreationInputTokens": 20}
    write(tmp_path, answer(1, "msg_1"), cost_state(0.25, **sums))
    found = divided(tmp_path, commit("a", 2))
    assert found.commits[commit("a", 0).oid].flags == ("first",)
    assert found.stated_usd == 250_000
    assert found.commits[commit("a", 0).oid].usd is None
    for more in (51, 10**12):
        last = cost_state(0.5, **{**sums, "outputTokens": more})
        write(tmp_path, answer(1, "msg_1"), cost_state(0.25, **sums), last)
        found = divided(tmp_path, commit("a", 2))
        assert found.commits[commit("a", 0).oid].flags == ("at_least", "first")
        assert found.stated_usd == 500_000


def test_sum_of_a_fork_is_not_used(tmp_path: Path) -> None:
    """It begins with that of the parent."""
    write(tmp_path, prompt(60), answer(1, "msg_1"), answer(61, "msg_2"), cost_state(9, inputTokens=10**6))
    found = divided(tmp_path, commit("a", 62))
    assert (found.stated_usd, found.commits[commit("a", 0).oid].flags) == (None, ("first", "forked"))


def test_moved_store_is_found(tmp_path: Path) -> None:
    write_lines(tmp_path / "elsewhere/projects/-x" / f"{SESSION}.jsonl", [answer(1, "msg_1")])
    found = read_session("claude-code", place(tmp_path, CLAUDE_CONFIG_DIR=str(tmp_path / "elsewhere")), SESSION)
    assert len([*calls(found)]) == 1
