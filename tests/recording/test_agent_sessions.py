"""The model of a commit from the agent's session store: after the commit, or not at all."""

import json
from pathlib import Path

import pytest

from tests.support import Repo

ID = "0123abcd-0000-4000-8000-000000000000"
CLAUDE = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": ID}


@pytest.fixture
def store(environment: dict[str, str]) -> Path:
    """Claude Code's log of the session, which says that a model was in use from the beginning of time."""
    path = Path(environment["HOME"]) / ".claude" / "projects" / "-repo" / f"{ID}.jsonl"
    path.parent.mkdir(parents=True)
    turn = {"type": "assistant", "timestamp": "2001-01-01T00:00:00Z", "message": {"model": "claude-opus-4-6"}}
    path.write_text(json.dumps(turn) + "\n")
    return path


def models(repo: Repo) -> list[tuple[str, str | None, str | None]]:
    return [(line["agent"], line["model"], line["model_id"]) for line in repo.log()]


@pytest.mark.parametrize("mode", ["detached", "sync"])
def test_the_store_names_the_model(repo: Repo, store: Path, mode: str) -> None:
    repo.git("config", "agent-tracker.mode", mode)
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", "claude-opus-4-6", "anthropic/claude-opus-4.6")]
    repo.assert_recorded()
    repo.tracker("reattribute")
    assert models(repo)[0][1] == "claude-opus-4-6"


def test_git_never_waits_for_the_store(repo: Repo, store: Path) -> None:
    """In sync mode the commit is recorded without the model; the next command finds it."""
    repo.git("config", "agent-tracker.mode", "sync")
    oid = repo.commit("feat: one", env=CLAUDE)
    assert (repo.folder / "sessions-to-ask").read_text() == f"{oid}\n"
    assert models(repo)[0][1] == "claude-opus-4-6"
    assert (repo.folder / "sessions-to-ask").read_text() == ""


def test_what_the_message_says_goes_before_it(repo: Repo, store: Path) -> None:
    message = "feat: one\n\nCo-Authored-By: Claude Sonnet 4.5 <noreply@anthropic.com>"
    repo.git("commit", "-q", "--allow-empty", "-m", message, env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", "Claude Sonnet 4.5", "anthropic/claude-sonnet-4.5")]


@pytest.mark.parametrize("how", ["git", "variable"])
def test_it_can_be_switched_off(repo: Repo, store: Path, how: str) -> None:
    if how == "git":
        repo.git("config", "agent-tracker.readSessions", "false")
    else:
        repo.environment["AGENT_TRACKER_READ_SESSIONS"] = "no"
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", None, None)]


def test_a_switch_that_is_neither(repo: Repo) -> None:
    repo.git("config", "agent-tracker.readSessions", "perhaps")
    done = repo.run("log")
    assert (done.returncode, "read-sessions is 'perhaps'" in done.stderr) == (2, True)


@pytest.mark.parametrize("damage", ["missing", "folder", "nonsense"])
def test_a_store_that_cannot_be_read_costs_nothing(repo: Repo, store: Path, damage: str) -> None:
    store.unlink()
    if damage == "folder":
        store.mkdir()
    elif damage == "nonsense":
        store.write_bytes(b"\0\xff" * 1000)
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", None, None)]
    assert repo.json("doctor")["findings"] == []
