"""Whatever a store holds, reading it ends with events or a reason, and soon."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.costs.bounds import check_numbers, reason
from tests.costs.stores import AGENTS, SESSION, commits_of, divided, events_of, place, sample
from tracker.costs.apportion import apportion
from tracker.costs.events import SessionUnreadable
from tracker.costs.read_session import READERS, read_session, root_session
from tracker.costs.session_files import LONGEST_LINE, MOST_BYTES, MOST_FILES

each_host = pytest.mark.parametrize("host", AGENTS)
WITH_LINES = [host for host in AGENTS if host != "opencode"]
each_host_with_lines = pytest.mark.parametrize("host", WITH_LINES)


@pytest.fixture
def home(host: str, tmp_path: Path) -> Path:
    return sample(host, tmp_path)


def store_files(home: Path) -> list[Path]:
    kept = {"expected.json", "opencode.sql"}
    return sorted(path for path in home.rglob("*") if path.is_file() and path.name not in kept)


def change(home: Path, change_line: Callable[[str], str]) -> None:
    for path in store_files(home):
        if path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").splitlines()
            path.write_text("".join(f"{change_line(line)}\n" for line in lines), encoding="utf-8")


def main_file(home: Path) -> Path:
    """Return the file with the most bytes: the session's own."""
    return max(
        (path for path in store_files(home) if "1bfce372" not in path.name), key=lambda path: path.stat().st_size
    )


@pytest.mark.parametrize("agent", READERS)
def test_missing_store_is_a_reason(agent: str, tmp_path: Path) -> None:
    for session in (SESSION, "x", "", "../../etc/passwd", "a/b/c/d", "a\0bcd", "*" * 8, "-flag", "é" * 8, "a" * 200):
        for read in (read_session, root_session):
            if read is root_session and agent in {"claude-code", "claude-cowork", "gemini-cli", "qwen-code"}:
                continue
            with pytest.raises(SessionUnreadable) as caught:
                read(agent, place(tmp_path), session)
            assert caught.value.reason == "missing"


def test_agent_without_a_reader_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(SessionUnreadable) as caught:
        read_session("aider", place(tmp_path), SESSION)
    assert caught.value.reason == "no_reader"
    assert root_session("aider", place(tmp_path), SESSION) == SESSION


@each_host
def test_named_pipe_or_folder_in_place_of_a_file_is_not_read(host: str, home: Path) -> None:
    for path in store_files(home):
        path.unlink()
        os.mkfifo(path)
    assert reason(host, home) in {"missing", "unreadable"}
    for path in home.rglob("*"):
        if path.is_fifo():
            path.unlink()
            path.mkdir()
    assert reason(host, home) in {"missing", "unreadable"}


@each_host
@pytest.mark.parametrize(
    "damage",
    [
        b"", b"\0" * 5000, b"{}\n", b"[]\n", b"null\n", b'{"type":"assistant"}\n', b'"usage"\n"user"\n',
        b"[" * 200_000 + b'"usage"\n', b'{"usage":' * 100_000 + b"\n",
        b'{"type":"user","message":"\\ud800","usage":1}\n', b'{"messages": 7}\n',
    ],
    ids=["empty", "NUL bytes", "empty object", "empty array", "null", "fields missing", "texts", "deeply nested",
         "deep objects", "lone surrogate", "wrong type"],
)  # fmt: skip
def test_store_of_another_form_gives_no_numbers(host: str, damage: bytes, home: Path) -> None:
    for path in store_files(home):
        path.write_bytes(damage)
    try:
        events = events_of(host, home)
    except SessionUnreadable as unreadable:
        assert unreadable.reason in {"missing", "unreadable"}  # noqa: PT017 - one of two outcomes
        return
    assert {record.unknown for record in apportion(events, commits_of(host), 7).commits.values()} == {"no_calls"}


HOSTILE: list[Any] = [
    -1, 1.5, 10**30, float("nan"), float("inf"), True, None, "12", "", [], {}, [[1]], {"a": {"b": 1}}, "\ud800",
    "x" * 5000,
]  # fmt: skip


def replaced(value: Any, kind: type, hostile: Any) -> Any:
    if isinstance(value, dict):
        return {key: replaced(one, kind, hostile) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, kind, hostile) for one in value]
    return hostile if type(value) is kind else value


@each_host_with_lines
@pytest.mark.parametrize("kind", [int, dict, list])
def test_hostile_values_are_unknown_and_never_an_error(host: str, kind: type, home: Path) -> None:
    """Every number, or every object below the first, is replaced by something else."""
    originals = {path: path.read_text(encoding="utf-8") for path in store_files(home) if path.suffix == ".jsonl"}
    for hostile in HOSTILE:

        def changed(line: str, hostile: Any = hostile) -> str:
            record = json.loads(line)
            if kind is int:
                return json.dumps(replaced(record, int, hostile))
            return json.dumps({key: hostile if isinstance(one, kind) else one for key, one in record.items()})

        for path, text in originals.items():
            path.write_text(text, encoding="utf-8")
        change(home, changed)
        check_numbers(host, home)


@each_host_with_lines
def test_each_field_may_be_something_else(host: str, home: Path) -> None:
    originals = {path: path.read_text(encoding="utf-8") for path in store_files(home) if path.suffix == ".jsonl"}
    for field in ("id", "type", "timestamp", "model", "message", "payload", "data", "content", "usage", "tokens"):
        for hostile in HOSTILE[::3]:

            def changed(line: str, field: str = field, hostile: Any = hostile) -> str:
                return json.dumps(with_field(json.loads(line), field, hostile))

            for path, text in originals.items():
                path.write_text(text, encoding="utf-8")
            change(home, changed)
            check_numbers(host, home)


def with_field(value: Any, field: str, hostile: Any) -> Any:
    if isinstance(value, dict):
        return {key: hostile if key == field else with_field(one, field, hostile) for key, one in value.items()}
    return [with_field(one, field, hostile) for one in value] if isinstance(value, list) else value


@each_host_with_lines
def test_line_that_is_being_written_is_left_out(host: str, home: Path) -> None:
    before = divided(host, home)
    for path in store_files(home):
        if path.suffix == ".jsonl":
            with path.open("ab") as file:
                file.write(b'{"type":"assistant","usage":{"tokens":"user","payload":{"token_usage_record"')
    assert divided(host, home) == before


@each_host_with_lines
def test_last_line_without_its_end_counts_when_it_is_whole(host: str, home: Path) -> None:
    before = divided(host, home)
    for path in store_files(home):
        if path.suffix == ".jsonl":
            path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert divided(host, home) == before


NEEDLES = {
    "claude": '"usage"', "claude-edges": '"usage"', "codex": '"token_usage_record"', "codex-older": '"token_count"',
    "copilot": '"session.usage_record"', "gemini": '"tokens"', "qwen": '"qwen-code.api_response"',
}  # fmt: skip


@each_host_with_lines
@pytest.mark.parametrize("is_long", [False, True], ids=["damaged", "too long"])
def test_line_that_cannot_be_read_is_remarked_where_it_is(host: str, is_long: bool, home: Path) -> None:
    """The line stands behind all that the first commit has, so the others may have cost more."""
    filling = "x" * LONGEST_LINE if is_long else ""
    path = main_file(home)
    before = divided(host, home)
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{{"filling":"{filling}",{NEEDLES[host]}{{\n')
    if host != "claude-edges":  # its last commit is cut by git's time, in which the line may lie
        assert divided(host, home) == before
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[-1], *lines[:-1]]) + "\n", encoding="utf-8")
    if host.startswith("codex"):
        assert reason(host, home) == "unreadable"  # the first line says whose file it is
        return
    found = divided(host, home)
    assert {oid: record._replace(flags=()) for oid, record in found.commits.items()} == {
        oid: record._replace(flags=()) for oid, record in before.commits.items()
    }
    assert all("at_least" in record.flags for record in found.commits.values())


@each_host_with_lines
def test_long_line_without_anything_of_interest_is_passed_over(host: str, home: Path) -> None:
    before = divided(host, home)
    with main_file(home).open("a", encoding="utf-8") as file:
        file.write(f'{{"image":"{"x" * (3 * LONGEST_LINE)}"}}\n')
    assert divided(host, home) == before


@each_host_with_lines
def test_session_above_the_bound_is_not_read(host: str, home: Path) -> None:
    os.truncate(main_file(home), MOST_BYTES + 1)
    assert reason(host, home) == "too_large"


@each_host_with_lines
def test_file_of_many_bytes_is_read_to_its_end(host: str, home: Path) -> None:
    before = divided(host, home)
    os.truncate(main_file(home), 7 << 20)
    assert divided(host, home) == before


@pytest.mark.parametrize("host", ["claude", "gemini", "qwen"])
def test_session_of_very_many_files_is_not_read(host: str, home: Path) -> None:
    [one, *_] = [path for path in store_files(home) if "subagents" in path.parts or "8f70405b" in path.name]
    for number in range(MOST_FILES):
        (one.parent / f"agent-{number}.jsonl").write_bytes(one.read_bytes())
    assert reason(host, home) == "too_large"


def test_no_store_is_written_to(tmp_path: Path) -> None:
    for host in AGENTS:
        home = sample(host, tmp_path / host)
        before = {path: path.read_bytes() for path in store_files(home)}
        divided(host, home)
        assert {path: path.read_bytes() for path in store_files(home)} == before
