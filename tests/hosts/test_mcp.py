"""The MCP server: an agent's own words, and what it may read; asked by the official client, over real pipes."""

import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import Implementation, TextContent

from tests.program import TRACKER, sized
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

CODEX = {"CODEX_THREAD_ID": "01a2224f-2326-75e0-a768-0e66593123de"}
Ask = Callable[..., Awaitable[tuple[str, bool]]]


def talk(repo: Repo, conversation: Callable[[Any, Ask], Awaitable[None]], name: str = "codex-mcp-client") -> None:
    """Start the server as a host does, and hold a conversation with it."""
    parameters = StdioServerParameters(command=TRACKER[0], args=[*TRACKER[1:], "mcp"], env=dict(repo.environment))

    async def hold() -> None:
        with anyio.fail_after(120):
            async with Client(parameters, client_info=Implementation(name=name, version="1")) as client:

                async def ask(tool: str, **given: Any) -> tuple[str, bool]:
                    result = await client.call_tool(tool, {"folder": str(repo.path), **given})
                    texts = [one.text for one in result.content if isinstance(one, TextContent)]
                    return "\n".join(texts), bool(result.is_error)

                await conversation(client, ask)

    anyio.run(hold)


def test_agent_grades_its_own_commit(repo: Repo) -> None:
    repo.commit("feat: by codex", env=CODEX)
    answers: dict[str, tuple[str, bool]] = {}

    async def conversation(_: Any, ask: Ask) -> None:
        answers["status"] = await ask("status")
        answers["grade"] = await ask("grade", commit="HEAD", grade="good", task="parse dates", note="no zones yet")
        answers["explain"] = await ask("explain", commit="HEAD")
        answers["lessons"] = await ask("lessons", task="parse dates")
        answers["recommend"] = await ask("recommend")
        answers["activity"] = await ask("activity", task="read the parser")
        answers["retrospective"] = await ask("retrospective", commit="HEAD", notes="leap years were missed")

    talk(repo, conversation)
    assert {name: text for name, (text, failed) in answers.items() if failed} == {}
    assert "codex" in answers["status"][0]
    assert "codex: agent good" in answers["grade"][0]
    assert repo.line()["grades"] == {"agent": 2, "user": None}
    assert "leap years were missed" in repo.tracker("retro")


@pytest.mark.whole
def test_only_what_an_agent_may_say_is_offered(repo: Repo) -> None:
    names: set[str] = set()
    fields: dict[str, Mapping[str, Any]] = {}

    async def conversation(client: Any, _: Ask) -> None:
        for tool in (await client.list_tools()).tools:
            names.add(tool.name)
            fields[tool.name] = tool.input_schema["properties"]
            assert (tool.annotations.read_only_hint is True) == (
                tool.name in {"status", "lessons", "recommend", "explain"}
            )

    talk(repo, conversation)
    assert names == {"status", "lessons", "recommend", "explain", "grade", "activity", "retrospective"}
    assert set(fields["grade"]) == {"folder", "commit", "grade", "task", "note"}


@pytest.mark.parametrize("name", ["codex-mcp-client", "a-program-nobody-knows"])
def test_work_of_somebody_else_is_not_graded(repo: Repo, name: str) -> None:
    repo.commit("feat: by claude", env={"CLAUDECODE": "1"})

    async def conversation(_: Any, ask: Ask) -> None:
        text, failed = await ask("grade", commit="HEAD", grade="excellence")
        assert failed
        assert "an agent speaks only of its own work" in text

    talk(repo, conversation, name)
    assert repo.line()["grades"]["agent"] is None


@pytest.mark.parametrize("commit", ["--user", "-C/", "--user=excellence", "HEAD --user bad", "nothing"])
def test_words_are_no_options(repo: Repo, commit: str) -> None:
    repo.commit("feat: by codex", env=CODEX)

    async def conversation(_: Any, ask: Ask) -> None:
        _, failed = await ask("grade", commit=commit, grade="good", task="--user=bad", note="--user-note=x")
        assert failed

    talk(repo, conversation)
    assert repo.line()["grades"] == {"agent": None, "user": None}


@pytest.mark.parametrize("folder", ["", ".", "/nowhere", "relative/path"])
@pytest.mark.whole
def test_folder_must_be_there(repo: Repo, folder: str) -> None:
    async def conversation(_: Any, ask: Ask) -> None:
        text, failed = await ask("status", folder=folder)
        assert failed
        assert "absolute path" in text

    talk(repo, conversation)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of another process cannot be read")
def test_what_failed_calls_were_given_is_not_kept(repo: Repo) -> None:
    """The server runs as long as its host, and an error is in a cycle with what it was raised about."""
    sizes = []

    async def conversation(_: Any, ask: Ask) -> None:
        for _number in range(3):
            for _call in range(sized(200, 40)):
                _, failed = await ask("activity", folder="relative", task="x" * 1_000_000)
                assert failed
            sizes.append(_memory_of_server())

    talk(repo, conversation)
    assert sizes[2] - sizes[0] < sized(200, 40) * 1_000_000, sizes


def _memory_of_server() -> int:
    """Return the bytes of the server that are in memory."""
    words = ["pgrep", "-P", str(os.getpid()), "-f", "tracker mcp$"]
    status = Path(f"/proc/{int(subprocess.check_output(words))}/status").read_text(encoding="utf-8")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) << 10


def test_without_the_sdk_one_sentence_says_so(repo: Repo) -> None:
    words = [
        sys.executable,
        "-c",
        "import sys; sys.modules['mcp'] = None; from tracker.__main__ import main; sys.exit(main(['mcp']))",
    ]
    done = subprocess.run(words, cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'git-agent-tracker[mcp]'" in done.stderr
    assert done.stdout == ""
