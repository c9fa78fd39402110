"""Hooks in sync mode, which record before git goes on."""

import json

import pytest

from tests.support import Repo, sized


def test_commit_and_amend_are_recorded_before_git_returns(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    for number in range(sized(4, 1)):
        repo.commit(f"feat: {number}")
        repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"feat: {number}, again")
        assert repo.status_file()["head"]["oid"] == repo.head()


@pytest.mark.whole
def test_trace_of_another_tool_is_read_by_next_command(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    repo.commit("feat: one")
    repo.tracker("sync")  # stores the mode for the hooks
    contributor = {"type": "ai", "model_id": "openai/gpt-5.2"}
    files = [{"path": "2.txt", "conversations": [{"contributor": contributor}]}]
    trace = {"id": "x", "vcs": {"revision": repo.head()}, "tool": {"name": "codex"}, "files": files}
    repo.write(".agent-trace/traces.jsonl", json.dumps(trace) + "\n")
    oid = repo.commit("feat: two", file="2.txt")
    assert (repo.folder / "deferred-commits").read_text() == f"{oid}\n"
    assert repo.line(oid)["agent"] == "codex"
    assert (repo.folder / "deferred-commits").read_text() == ""
