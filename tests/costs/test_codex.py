"""Sessions of Codex: records and counts of calls, threads, forks of two kinds, compressed files."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.costs.stores import after_noon, at, commit, place, shown, write_lines
from tracker.costs.apportion import Apportioned, SessionCommit, apportion
from tracker.costs.events import Call, Forked, Lack, SessionUnreadable
from tracker.costs.read_session import read_session, root_session

ROOT: Final = "019b7966-0000-7000-8000-000000000001"
CHILD: Final = "019b7966-0000-7000-8000-000000000002"
GRANDCHILD: Final = "019b7966-0000-7000-8000-000000000003"
FORK: Final = "019b7966-0000-7000-8000-000000000004"


def line(seconds: float, kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": at(seconds), "type": kind, "payload": payload}


def meta(thread: str = ROOT, **more: Any) -> dict[str, Any]:
    return line(0, "session_meta", id=thread, **{"session_id": thread, "thread_source": "user", **more})


def usage(number: int = 1) -> dict[str, int]:
    return {
        "input_tokens": 100 * number, "cached_input_tokens": 60 * number, "cache_write_input_tokens": 10 * number,
        "output_tokens": 5 * number, "reasoning_output_tokens": 2 * number, "total_tokens": 105 * number,
    }  # fmt: skip


def record(seconds: float, key: str, **more: Any) -> dict[str, Any]:
    return line(seconds, "token_usage_record", response_id=key, usage=usage(), **more)


def counted(seconds: float, total: int, last: dict[str, int] | None = None) -> dict[str, Any]:
    info = {"total_token_usage": usage(total), "last_token_usage": usage() if last is None else last}
    return line(seconds, "event_msg", type="token_count", info=info)


def tool(seconds: float) -> dict[str, Any]:
    return line(seconds, "response_item", type="function_call", name="exec_command")


def output(seconds: float, text: object) -> dict[str, Any]:
    return line(seconds, "response_item", type="function_call_output", output=text)


def model(seconds: float, name: str) -> dict[str, Any]:
    return line(seconds, "turn_context", model=name)


def write(home: Path, *records: object, thread: str = ROOT, day: str = "01") -> Path:
    path = home / f".codex/sessions/2026/01/{day}/rollout-2026-01-{day}T12-00-00-{thread}.jsonl"
    write_lines(path, records)
    return path


def divided(home: Path, *commits: SessionCommit, thread: str = ROOT) -> Apportioned:
    return apportion(read_session("codex", place(home), thread), commits, 0)


def test_record_of_a_call_is_taken_apart(tmp_path: Path) -> None:
    write(
        tmp_path, meta(), model(1, "gpt-5"), record(2, "resp_1"), counted(3, 1), model(4, "gpt-6"), record(5, "resp_2")
    )
    session = divided(tmp_path).session
    assert (session.calls, session.input, session.cache_read, session.cache_write) == (2, 60, 120, 20)
    assert (session.output, session.reasoning, session.models) == (10, 4, (("gpt-5", 1), ("gpt-6", 1)))


def test_record_that_is_repeated_is_one_call(tmp_path: Path) -> None:
    """Compaction repeats the last record."""
    write(
        tmp_path, meta(), record(2, "resp_1"), record(9, "resp_1"), line(10, "compacted", latest_token_usage_record={})
    )
    assert divided(tmp_path).session.calls == 1


def test_older_count_that_is_written_again_is_no_call(tmp_path: Path) -> None:
    """Every change of the rate limits writes it again; one without numbers, or of zeros, is none either."""
    nothing = line(5, "event_msg", type="token_count", info=None)
    zeros = counted(6, 3, dict.fromkeys(usage(), 0))
    write(tmp_path, meta(), counted(2, 1), counted(3, 1), counted(4, 2), nothing, zeros, counted(7, 3))
    assert divided(tmp_path).session.calls == 2


def test_older_total_that_falls_is_a_call_too(tmp_path: Path) -> None:
    write(tmp_path, meta(), counted(2, 5), counted(3, 1), counted(4, 2))
    assert divided(tmp_path).session.calls == 3


def test_older_count_is_dated_by_the_answer_before_it(tmp_path: Path) -> None:
    """It stands behind the result of the tool that the answer called."""
    write(tmp_path, meta(), tool(2), output(4, shown("abcdef1")), counted(5, 1), tool(6), output(7, ""), counted(8, 2))
    found = divided(tmp_path, commit("abcdef1", 3.9))
    assert (found.commits[commit("abcdef1", 0).oid].calls, found.rest.calls) == (1, 1)


def test_thread_that_a_newer_version_went_on_with_keeps_its_older_calls(tmp_path: Path) -> None:
    older = [tool(1), counted(2, 1), tool(3), counted(4, 2)]
    write(
        tmp_path,
        meta(),
        *older,
        tool(5),
        record(6, "resp_1"),
        counted(7, 3),
        tool(8),
        record(9, "resp_2"),
        counted(10, 4),
    )
    assert divided(tmp_path).session.calls == 4


def test_number_that_is_absent_is_unknown(tmp_path: Path) -> None:
    known = {"input_tokens": 100, "cached_input_tokens": 60, "output_tokens": 5}
    write(tmp_path, meta(), counted(2, 1, known))
    session = divided(tmp_path).session
    assert (session.input, session.cache_read, session.cache_write, session.reasoning) == (40, 60, None, None)


def test_cache_larger_than_the_input_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, meta(), counted(2, 1, {**usage(), "cached_input_tokens": 101}))
    assert divided(tmp_path).session.input is None


@pytest.mark.parametrize(
    "text",
    [
        f"Chunk ID: 1\nOutput:\n{shown('abcdef1')}",
        f"Output: {shown('abcdef1')}",
        f'{{"output": "{shown("abcdef1")}", "metadata": {{"exit_code": 0}}}}'.replace("\n", "\\n"),
        [{"type": "input_text", "text": shown("abcdef1")}],
        {"content": shown("abcdef1"), "success": True},
    ],
    ids=["text with a head", "one line", "JSON in a text", "blocks", "object"],
)
def test_commit_is_found_in_results_of_every_form(text: object, tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"), output(3, text), record(4, "resp_2"))
    found = divided(tmp_path, commit("abcdef1", 2.9)).commits[commit("abcdef1", 0).oid]
    assert (found.calls, found.found_by) == (1, "id")


def test_subagents_at_any_depth_belong_to_the_root(tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"))
    side = {"session_id": ROOT, "thread_source": "subagent"}
    write(tmp_path, meta(CHILD, parent_thread_id=ROOT, **side), record(3, "resp_2"), thread=CHILD)
    older = {"session_id": "", "thread_source": "subagent"}
    write(tmp_path, meta(GRANDCHILD, parent_thread_id=CHILD, **older), record(4, "resp_3"), thread=GRANDCHILD, day="02")
    for thread in (ROOT, CHILD, GRANDCHILD):
        session = divided(tmp_path, thread=thread).session
        assert (session.calls, session.subagent_calls) == (3, 2)
        assert root_session("codex", place(tmp_path), thread) == ROOT


def test_thread_that_is_its_own_parent_is_a_reason(tmp_path: Path) -> None:
    write(tmp_path, meta(parent_thread_id=ROOT, thread_source="subagent"), record(2, "resp_1"))
    with pytest.raises(SessionUnreadable, match="unreadable"):
        divided(tmp_path)


@pytest.mark.parametrize("has_records", [True, False], ids=["records", "counts"])
def test_fork_of_older_versions_repeats_the_history_with_new_times(has_records: bool, tmp_path: Path) -> None:
    history = [(1, "resp_1"), (2, "resp_2")]
    write(tmp_path, meta(), *(record(n, key) if has_records else counted(n, n) for n, key in history))
    copies = [record(100 + n, key) if has_records else counted(100 + n, n) for n, key in history]
    own = record(105, "resp_3") if has_records else counted(105, 3)
    write(tmp_path, meta(FORK, forked_from_id=ROOT), *copies, output(104, shown("abcdef1")), own, thread=FORK)
    events = read_session("codex", place(tmp_path), FORK)
    assert len([event for event in events if isinstance(event, Call)]) == 1
    assert Forked() in events
    assert divided(tmp_path).session.calls == 2


def test_fork_of_older_versions_without_its_parent_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, meta(FORK, forked_from_id=ROOT), record(2, "resp_1"), thread=FORK)
    with pytest.raises(SessionUnreadable, match="missing"):
        divided(tmp_path, thread=FORK)


def test_fork_that_copies_nothing_needs_no_parent(tmp_path: Path) -> None:
    parent = write(tmp_path, meta())
    parent.rename(parent.with_name(f"{parent.name}.zst"))
    fork = meta(FORK, forked_from_id=ROOT, history_mode="paginated")
    write(tmp_path, fork, record(2, "resp_1"), counted(3, 900), thread=FORK)
    found = divided(tmp_path, commit("a", 4), thread=FORK)
    assert "first" in found.commits[commit("a", 0).oid].flags
    parent.with_name(f"{parent.name}.zst").unlink()
    found = divided(tmp_path, commit("a", 4), thread=FORK)
    assert found.commits[commit("a", 0).oid].flags == ("first", "forked")  # its total begins with the parent's


def test_total_above_the_calls_is_remarked(tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"), counted(3, 2))
    assert divided(tmp_path, commit("a", 4)).commits[commit("a", 0).oid].flags == ("at_least", "first")


def test_compressed_thread_is_a_reason(tmp_path: Path) -> None:
    path = write(tmp_path, meta(), record(2, "resp_1"))
    path.rename(path.with_name(f"{path.name}.zst"))
    with pytest.raises(SessionUnreadable, match="compressed"):
        divided(tmp_path)


def hidden_thread(home: Path, seconds: float, *, is_compressed: bool, day: str = "02") -> None:
    """Write a thread that began so many seconds after noon, as its id says, and that cannot be read."""
    thread = f"{after_noon(seconds):012x}-7000-8000-000000000009"
    path = write(home, thread=f"{thread[:8]}-{thread[8:]}", day=day)
    path.write_text('{"type": "session_meta", "payload": {"parent_thread_id": \n')
    if is_compressed:
        path.rename(path.with_name(f"{path.name}.zst"))


@pytest.mark.parametrize("is_compressed", [True, False], ids=["compressed", "damaged"])
def test_later_thread_that_cannot_be_read_is_remarked_where_it_began(is_compressed: bool, tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"), output(3, shown("abcdef1")), record(4, "resp_2"))
    hidden_thread(tmp_path, 1, is_compressed=is_compressed)
    assert Lack(after_noon(1)) in read_session("codex", place(tmp_path), ROOT)
    found = divided(tmp_path, commit("abcdef1", 3), commit("b", 5)).commits
    assert [one.flags for one in found.values()] == [("at_least", "first"), ()]


def test_compressed_thread_of_unknown_time_is_remarked_everywhere(tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"))
    path = write(tmp_path, {}, thread="0123abcd-0000-4000-8000-000000000000", day="02")
    path.rename(path.with_name(f"{path.name}.zst"))
    assert Lack(None) in read_session("codex", place(tmp_path), ROOT)


@pytest.mark.parametrize("is_compressed", [True, False], ids=["compressed", "damaged"])
def test_thread_of_before_the_session_does_not_matter(is_compressed: bool, tmp_path: Path) -> None:
    write(tmp_path, meta(), record(2, "resp_1"), day="02")
    hidden_thread(tmp_path, 1, is_compressed=is_compressed, day="01")
    assert divided(tmp_path, commit("a", 5)).commits[commit("a", 0).oid].flags == ("first",)


def test_archived_session_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, meta(), record(2, "resp_1"))
    archive = tmp_path / ".codex/archived_sessions"
    archive.mkdir()
    path.rename(archive / path.name)
    assert divided(tmp_path).session.calls == 1
