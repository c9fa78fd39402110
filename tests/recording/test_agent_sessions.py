"""Models of commits read from the agent's session log, after the commit."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import Repo

ID = "0123abcd-0000-4000-8000-000000000000"
CLAUDE = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": ID}


@pytest.fixture
def session_log(environment: dict[str, str]) -> Path:
    """Write Claude Code's log of a session that used one model since 2001."""
    path = Path(environment["HOME"]) / ".claude" / "projects" / "-repo" / f"{ID}.jsonl"
    path.parent.mkdir(parents=True)
    turn = {"type": "assistant", "timestamp": "2001-01-01T00:00:00Z", "message": {"model": "claude-opus-4-6"}}
    path.write_text(json.dumps(turn) + "\n")
    return path


def models(repo: Repo) -> list[tuple[str, str | None, str | None]]:
    return [(line["agent"], line["model"], line["model_id"]) for line in repo.log()]


@pytest.mark.parametrize("mode", ["detached", "sync"])
def test_model_is_read_from_session_log(repo: Repo, session_log: Path, mode: str) -> None:
    repo.git("config", "agent-tracker.mode", mode)
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", "claude-opus-4-6", "anthropic/claude-opus-4.6")]
    repo.assert_recorded()
    repo.tracker("reattribute")
    assert models(repo)[0][1] == "claude-opus-4-6"


def test_sync_mode_leaves_session_log_to_next_command(repo: Repo, session_log: Path) -> None:
    """In sync mode git waits for the recorder, which must not search logs."""
    repo.git("config", "agent-tracker.mode", "sync")
    oid = repo.commit("feat: one", env=CLAUDE)
    assert (repo.folder / "deferred-commits").read_text() == f"{oid}\n"
    assert models(repo)[0][1] == "claude-opus-4-6"
    assert (repo.folder / "deferred-commits").read_text() == ""


def test_session_log_goes_before_model_in_trailer(repo: Repo, session_log: Path) -> None:
    message = "feat: one\n\nCo-Authored-By: Claude Sonnet 4.5 <noreply@anthropic.com>"
    repo.git("commit", "-q", "--allow-empty", "-m", message, env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", "claude-opus-4-6", "anthropic/claude-opus-4.6")]
    assert "another model is stated by the co-author: Claude Sonnet 4.5" in repo.tracker("explain")


@pytest.mark.parametrize("setting", ["git", "variable"])
def test_reading_session_logs_can_be_switched_off(repo: Repo, session_log: Path, setting: str) -> None:
    if setting == "git":
        repo.git("config", "agent-tracker.readSessions", "false")
    else:
        repo.environment["AGENT_TRACKER_READ_SESSIONS"] = "no"
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", None, None)]


def test_invalid_value_of_switch_is_refused(repo: Repo) -> None:
    repo.git("config", "agent-tracker.readSessions", "perhaps")
    done = repo.run("log")
    assert (done.returncode, "read-sessions is 'perhaps'" in done.stderr) == (2, True)


@pytest.mark.parametrize("damage", ["missing", "folder", "nonsense"])
def test_unreadable_session_log_gives_no_model_and_no_finding(repo: Repo, session_log: Path, damage: str) -> None:
    session_log.unlink()
    if damage == "folder":
        session_log.mkdir()
    elif damage == "nonsense":
        session_log.write_bytes(b"\0\xff" * 1000)
    repo.commit("feat: one", env=CLAUDE)
    repo.settle()
    assert models(repo) == [("claude-code", None, None)]
    assert repo.json("doctor")["findings"] == []


def opencode_at_work(repo: Repo, model: str, directory: Path | None = None) -> None:
    """Write OpenCode's database as it is while a tool of a session in a directory runs."""
    path = Path(repo.environment["XDG_DATA_HOME"]) / "opencode" / "opencode.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = round((time.time() - 60) * 1000)
    data = json.dumps({"role": "assistant", "modelID": model, "time": {"created": begun}})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS session (id TEXT, directory TEXT, time_created INTEGER, time_updated INTEGER)"
        )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT)"
        )
        connection.execute(
            "INSERT INTO session VALUES (?, ?, ?, ?)", (model, str(directory or repo.path), begun, begun)
        )
        connection.execute("INSERT INTO message VALUES (?, ?, ?, ?)", (model, model, begun, data))


@pytest.mark.parametrize("mode", ["detached", "sync"])
def test_model_of_opencode_is_found_without_a_session_id(repo: Repo, mode: str) -> None:
    """Git's clock is the test's: the commit is made now, as OpenCode's messages are."""
    opencode_at_work(repo, "gpt-5.5")
    opencode_at_work(repo, "glm-4.7", repo.path.parent / "another")
    repo.git("config", "agent-tracker.mode", mode)
    repo.begin_at(round(time.time()))
    repo.commit("feat: one", env={"OPENCODE": "1"})
    repo.settle()
    assert models(repo) == [("opencode", "gpt-5.5", "openai/gpt-5.5")]
    assert "gpt-5.5" in repo.tracker("explain")
    repo.assert_recorded()
    repo.tracker("reattribute")
    assert models(repo)[0][1] == "gpt-5.5"


def test_two_sessions_of_opencode_with_different_models_name_none(repo: Repo) -> None:
    opencode_at_work(repo, "gpt-5.5")
    opencode_at_work(repo, "glm-4.7")
    repo.begin_at(round(time.time()))
    repo.commit("feat: one", env={"OPENCODE": "1"})
    repo.settle()
    assert models(repo) == [("opencode", None, None)]
