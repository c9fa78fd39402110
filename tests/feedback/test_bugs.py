"""Bugs, halts and reinstatements."""

from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CO_AUTHOR, history_of, json_lines, sheet
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


def test_bugs_halt_an_agent_and_the_user_reinstates_it(unattended: Repo) -> None:
    result = unattended.json("bug", "HEAD", "--note", "off by one", "--evidence", "issue 7", env=CLAUDE)
    assert (result["agent"], result["skill_points"], result["halted"]) == ("claude-code", 0, True)
    unattended.json("bug", "HEAD~1", "--note", "and another")
    assert (sheet(unattended)["skill_points"], unattended.status_file()["halted"]) == (-1, True)
    assert "YES" in unattended.tracker("status")
    assert unattended.json("bug", "HEAD~1", "--undo")["skill_points"] == 0
    unattended.json("bug", "HEAD~1", "--note", "it was one")
    result = unattended.json("reinstate", "Claude Code", "--plan", "write the test first")
    assert (result["agent"], result["skill_points"], result["reinstatements"]) == ("claude-code", 1, 1)
    assert unattended.status_file()["halted"] is False
    assert sheet(unattended)["total_bugs"] == 2
    assert "withdrawn by " in unattended.tracker("bug")
    unattended.json("bug", "HEAD~2", "--note", "a third")
    assert "2 times by now" in unattended.tracker("reinstate", "claude-code", "--plan", "smaller steps")
    assert unattended.json("verify")["ok"]


def test_bug_of_a_fetched_commit_moves_no_score(unattended: Repo, tmp_path: Path) -> None:
    other = unattended.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: theirs", options=CO_AUTHOR)
    unattended.git("pull", "-q", str(other.path), "main")
    unattended.settle()
    result = unattended.json("bug", "HEAD", "--note", "theirs")
    assert (result["skill_points"], result["halted"]) == (1, False)
    assert unattended.json("verify")["ok"]


@pytest.mark.whole
def test_bug_is_shared_by_all_clones(unattended: Repo, tmp_path: Path) -> None:
    clone = unattended.clone(tmp_path / "clone")
    clone.git("config", "agent-tracker.userNeedsTerminal", "false")
    clone.tracker("init")
    clone.tracker("backfill")
    unattended.tracker("bug", "HEAD", "--note", "here")
    assert [bug["note"] for bug in json_lines(clone, "bug")] == ["here"]
    assert clone.json("bug", "HEAD", "--undo")["skill_points"] == 1
    assert unattended.json("verify")["ok"]


@pytest.mark.whole
def test_undone_backfill_keeps_commits_with_feedback(untracked: Repo) -> None:
    untracked.git("config", "agent-tracker.userNeedsTerminal", "false")
    trailers = [*CO_AUTHOR, "--trailer", "Agent-Grade: good"]
    for number in range(4):
        untracked.commit(f"feat: {number}", file=f"{number}.txt", options=trailers)
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("backfill")
    untracked.tracker("bug", "HEAD", "--note", "x")
    untracked.tracker("attribute", "HEAD~1", "--agent", "codex")
    untracked.tracker("backfill", "--undo")
    assert [line["subject"] for line in untracked.log()] == ["feat: 3", "feat: 2"]
    assert untracked.json("verify")["ok"]
    untracked.tracker("backfill")
    assert untracked.json("verify")["ok"]
    assert untracked.json("bug", "HEAD", "--undo")["skill_points"] == 1
    assert len(history_of(untracked, "HEAD~3")) == 1


def test_second_bug_of_one_commit_says_so(unattended: Repo) -> None:
    assert "are charged for this commit" not in unattended.tracker("bug", "HEAD", "--note", "one")
    said = unattended.tracker("bug", "HEAD", "--note", "two")
    assert f"'agent-tracker bug {unattended.head()[:12]} --undo'" in said
    assert "2 bugs are charged for this commit now" in said
    unattended.tracker("bug", "HEAD", "--undo")
    assert "2 bugs are charged for this commit now" in unattended.tracker("bug", "HEAD", "--note", "another")
