"""No secret in a host's words reaches the ledger, the spool, a log, or any other file."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hosts.calls import PAYLOADS, call_process, call_program
from tests.support import Repo, sized
from tracker.hosts.host_table import EVENTS, HOSTS

GEMINI: Final = {
    "GEMINI_CLI": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "",
}  # fmt: skip
SECRETS: Final = {
    "prompt": "please use the password hunter2-in-the-prompt",
    "address": "ada.private@example.com",
    "output": "sk-live-0123456789abcdef",
    "token": "ghp_0123456789abcdefghij0123456789",
}


def filled(value: Any) -> Any:
    """Return a host's words with secrets in the place of every text but those that are needed to understand them."""
    if isinstance(value, dict):
        kept = {"cwd", "hook_event_name"}
        return {name: one if name in kept else filled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one) for one in value]
    return " ".join(SECRETS.values()) if isinstance(value, str) else value


def texts_below(*folders: Path) -> bytes:
    return b"\0".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())


@pytest.mark.recorded_later
@pytest.mark.parametrize("as_ids", [False, True])
def test_every_byte_is_without_them(repo: Repo, as_ids: bool) -> None:
    repo.commit("chore: begin")
    for number, host in enumerate(HOSTS[:: sized(1, 4)]):
        for secret in [*SECRETS.values()][number % 4 :: sized(1, 4)]:
            words = filled({"tool_response": "", "prompt": "", "tool_input": {"command": ""}, "user_email": ""})
            session = secret if as_ids else f"session-{number}-1234567"
            words |= {"session_id": session, "tool_use_id": session, "model": secret, "version": secret}
            words |= {"cwd": str(repo.path)}
            call_program(host.agent, "session-start", json.dumps(words).encode(), repo.path, repo.environment)
            call_program(host.agent, "before-tool", json.dumps(words).encode(), repo.path, repo.environment)
            repo.commit("feat: something", env=GEMINI)
            words["tool_response"] = f"[main {repo.head()[:7]}] feat: something\n{secret}"
            for event in EVENTS[1:]:
                call_program(host.agent, event, json.dumps(words).encode(), repo.path, repo.environment)
    for path in sorted(PAYLOADS.glob("*/*.json"))[:: sized(1, 24)]:
        said = filled(json.loads(path.read_text(encoding="utf-8")))
        call_program("codex", "after-tool", json.dumps(said).encode(), repo.path, repo.environment)
    repo.tracker("sync")
    found = texts_below(repo.path, Path(repo.environment["HOME"]), repo.ledger_path)
    assert {name: secret for name, secret in SECRETS.items() if secret.encode() in found} == {}
    # A session of no known name is nobody's.
    assert any(line["agent"] != "human" for line in repo.log()) == (not as_ids)


@pytest.mark.recorded_later
def test_what_waits_is_without_them(repo: Repo) -> None:
    """While the ledger is busy, what a host tells is in the spool."""
    repo.commit("chore: begin")
    for number, secret in enumerate([*SECRETS.values()][:: sized(1, 2)]):
        words = {"session_id": f"session-{number}-1234567", "tool_use_id": "c", "model": secret, "version": secret}
        call_program("gemini-cli", "before-tool", json.dumps(words).encode(), repo.path, repo.environment)
        repo.commit("feat: something", env=GEMINI)
        with repo.ledger().write():
            call_process("gemini-cli", "after-tool", json.dumps(words).encode(), repo.path, repo.environment)
        assert any("hook=host" in event for event in repo.waiting_events())
        found = texts_below(repo.path, Path(repo.environment["HOME"]))
        assert [one for one in SECRETS.values() if one.encode() in found] == []
        repo.tracker("sync")
    assert {line["agent"] for line in repo.log("-n", str(sized(4, 2)))} == {"gemini-cli"}
