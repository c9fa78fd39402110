"""The model that real agents speak with in ``scripts/try-hosts``: its four protocols, whole and as streams."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

sys.path.append(str(Path(__file__).parents[1] / "scripts"))

from hosts.conversation import Script
from hosts.fake_model import fake_model

COMMAND: Final = "sh commit.sh"
SCHEMA: Final = {"type": "object", "properties": {"command": {"type": "string"}, "tty": {"type": "boolean"}}}
TOOL: Final = {"name": "Bash", "parameters": SCHEMA}
REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "/v1/messages": {
        "messages": [{"role": "user", "content": "Make the commit"}],
        "tools": [{"name": "Bash", "input_schema": SCHEMA}],
    },
    "/v1/chat/completions": {
        "messages": [{"role": "user", "content": "Make the commit"}],
        "tools": [{"type": "function", "function": TOOL}],
    },
    "/v1/responses": {"input": "Make the commit", "tools": [{"type": "function", **TOOL}]},
    "/v1beta/models/m-1:generateContent": {
        "contents": [{"role": "user", "parts": [{"text": "Make the commit"}]}],
        "tools": [{"functionDeclarations": [TOOL]}],
    },
}
RESULTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "/v1/messages": ("messages", {"role": "user", "content": [{"type": "tool_result", "content": "done"}]}),
    "/v1/chat/completions": ("messages", {"role": "tool", "content": "done"}),
    "/v1/responses": ("input", {"type": "function_call_output", "output": "done"}),
    "/v1beta/models/m-1:generateContent": ("contents", {"parts": [{"functionResponse": {"response": {}}}]}),
}
"""The part of a request that holds the conversation, and what it gains when the tool has run."""


@pytest.fixture
def address() -> Iterator[str]:
    """Return the address of a model that asks for one command, in a terminal."""
    with fake_model(Script([COMMAND], {"tty": True, "unknown": 1}), "m-1") as found:
        yield found


def ask(address: str, path: str, body: dict[str, Any]) -> str:
    request = urllib.request.Request(f"{address}{path}", json.dumps({"model": "m-1", **body}).encode())  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - this machine
        return str(answer.read().decode())


def with_result(path: str) -> dict[str, Any]:
    """Return the request that an agent sends when the tool has run."""
    name, result = RESULTS[path]
    before = REQUESTS[path][name]
    return REQUESTS[path] | {name: [*(before if isinstance(before, list) else []), result]}


@pytest.mark.parametrize("path", REQUESTS)
def test_a_shell_is_asked_to_run_the_command_and_then_the_work_is_done(address: str, path: str) -> None:
    call = ask(address, path, REQUESTS[path])
    assert COMMAND in call
    assert "Bash" in call
    assert "tty" in call
    assert "unknown" not in call
    said = ask(address, path, with_result(path))
    assert "Done." in said
    assert COMMAND not in said


@pytest.mark.parametrize("path", REQUESTS)
def test_a_stream_says_the_same_in_events(address: str, path: str) -> None:
    streamed = path.replace(":generateContent", ":streamGenerateContent")  # a method of its own there
    said = ask(address, streamed, REQUESTS[path] | {"stream": True})
    events = [line.removeprefix("data: ") for line in said.splitlines() if line.startswith("data: ")]
    assert events
    assert all(isinstance(json.loads(event), dict) for event in events if event != "[DONE]")
    assert any(COMMAND in event for event in events)


def test_request_without_a_shell_gets_words(address: str) -> None:
    path = "/v1/messages"
    assert "Done." in ask(address, path, REQUESTS[path] | {"tools": [{"name": "Read", "input_schema": {}}]})


def test_edit_is_written_out_for_an_agent_without_tools(address: str) -> None:
    body = {"messages": [{"role": "system", "content": "Answer with SEARCH/REPLACE blocks."}]}
    assert "hello.py" in ask(address, "/v1/chat/completions", body)


@pytest.mark.parametrize("path", ["/telemetry", "/v1/messages/count_tokens"])
def test_anything_else_is_answered_too(address: str, path: str) -> None:
    assert isinstance(json.loads(ask(address, path, {})), dict)
    with urllib.request.urlopen(f"{address}/v1/models", timeout=60) as answer:  # noqa: S310 - this machine
        assert json.loads(answer.read())["data"][0]["id"] == "m-1"
