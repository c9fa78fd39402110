"""What becomes of the work: pushes, reverts, bugs, halts, and what agents write of it."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import Repo

pytestmark = pytest.mark.recorded_later

CLAUDE: Final = {"CLAUDECODE": "1"}


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Three commits of an agent; nobody needs a terminal to speak for the user."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    for number in range(3):
        repo.commit(f"feat: {number}", file=f"{number}.txt", env=CLAUDE)
    repo.settle()
    return repo


def sheet(repo: Repo, agent: str = "claude-code") -> dict[str, Any]:
    found: dict[str, Any] = repo.json("status", agent)
    return found


def lines(repo: Repo, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker(*arguments, "--json").splitlines()]


# -- pushes --------------------------------------------------------------------------------------------------------


def test_a_push_of_new_commits_is_experience_once(worked: Repo, tmp_path: Path) -> None:
    worked.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    worked.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    worked.git("push", "-q", "origin", "main")
    assert sheet(worked)["experience_points"] == 3 + 10
    worked.git("push", "-q", "origin", "main:release")  # the same commits again
    worked.git("push", "-q", "origin", "main")  # nothing
    assert sheet(worked)["experience_points"] == 3 + 10
    worked.commit("feat: more", file="more.txt", env=CLAUDE)
    worked.git("push", "-q", "origin", "main")
    worked.git("commit", "-q", "--amend", "-m", "feat: more of it", env=CLAUDE)
    worked.git("push", "-q", "--force", "origin", "main")  # the same work
    worked.settle()
    assert sheet(worked)["experience_points"] == 4 + 20
    other = worked.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.git("remote", "set-url", "origin", str(tmp_path / "origin.git"))
    other.git("fetch", "-q")
    other.commit("feat: theirs", file="theirs.txt", env=CLAUDE)
    other.git("push", "-q", "origin", "main")
    worked.git("pull", "-q", "origin", "main")
    worked.settle()
    assert sheet(worked)["experience_points"] == 4 + 20
    assert worked.json("verify")["ok"]


def test_pushes_before_a_backfill_are_found_by_it(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: old", env=CLAUDE, options=["--trailer", "Co-authored-by: Claude <noreply@anthropic.com>"])
    untracked.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    untracked.git("push", "-q", str(tmp_path / "origin.git"), "main")
    untracked.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    untracked.commit("feat: new", options=["--trailer", "Co-authored-by: Claude <noreply@anthropic.com>"])
    untracked.git("push", "-q", "origin", "main")
    untracked.tracker("init")
    untracked.tracker("backfill")
    assert sheet(untracked)["experience_points"] == 2 + 10
    assert untracked.json("verify")["ok"]


def test_pushes_are_found_again_for_another_ledger(worked: Repo, tmp_path: Path) -> None:
    worked.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    worked.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    worked.git("push", "-q", "origin", "main")
    assert sheet(worked)["experience_points"] == 13
    worked.tracker("init", "--ledger", str(tmp_path / "other"))
    worked.tracker("backfill")
    assert [line["pushed"] for line in worked.log()] == [True, False, False]


def test_every_push_counts_when_hooks_wait_for_the_recorder(worked: Repo, tmp_path: Path) -> None:
    worked.git("config", "agent-tracker.mode", "sync")
    worked.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    worked.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    (worked.path / ".git" / "hooks" / "post-commit").unlink()
    for number in range(60):
        worked.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}", env={"GIT_AUTHOR_EMAIL": "x@example.com"})
        worked.git("push", "-q", "origin", "main")
    worked.tracker("sync")
    assert sum(line["pushed"] for line in worked.log()) == 60


# -- reverts -------------------------------------------------------------------------------------------------------


def test_a_revert_is_an_outcome_and_no_bug(worked: Repo) -> None:
    oid = worked.head("HEAD~1")
    worked.git("revert", "--no-edit", "HEAD~1")
    worked.settle()
    (reverted,) = [line for line in worked.log() if line["oid"] == oid]
    assert (reverted["reverted"], sheet(worked)["total_reverts"], sheet(worked)["total_bugs"]) == (True, 1, 0)
    (offer,) = lines(worked, "bug")
    assert (offer["reported"], offer["oid"], offer["agent"]) == (False, oid, "claude-code")
    assert f"agent-tracker bug {oid[:12]}" in worked.tracker("bug")
    worked.tracker("bug", oid, "--note", "it broke the build")
    assert [one["reported"] for one in lines(worked, "bug")] == [True]
    worked.git("revert", "--no-edit", "HEAD")  # and back again
    worked.settle()
    assert sheet(worked)["total_reverts"] == 0
    assert worked.json("verify")["ok"]


def test_a_revert_follows_the_rewrites_of_what_it_takes_back(worked: Repo) -> None:
    worked.git("switch", "-q", "-c", "topic", "HEAD~1")
    worked.commit("feat: topic", file="topic.txt", env=CLAUDE)
    worked.git("revert", "--no-edit", "HEAD")
    worked.git("rebase", "-q", "main")
    worked.settle()
    assert sheet(worked)["total_reverts"] == 1
    worked.git("reset", "-q", "--hard", "HEAD~1")
    worked.tracker("sync")
    assert sheet(worked)["total_reverts"] == 0
    assert worked.json("verify")["ok"]


def test_reverts_that_form_a_circle_are_decided_alike_by_everybody(worked: Repo) -> None:
    first = worked.head()
    worked.git("switch", "-q", "-c", "side")
    worked.git("revert", "--no-edit", first)
    reverting = worked.head()
    worked.git("switch", "-q", "main")
    worked.git("commit", "-q", "--amend", "-m", f"feat: 2\n\nThis reverts commit {reverting}.")
    worked.settle()
    for seed in range(6):
        assert worked.json("verify", env={"PYTHONHASHSEED": str(seed)})["ok"]


def test_a_long_history_of_reverts(repo: Repo) -> None:
    repo.commit("feat: first", file="a.txt", env=CLAUDE)
    tree, parent = repo.head("HEAD^{tree}"), repo.head()
    for number in range(300):
        parent = repo.git(
            "commit-tree", tree, "-p", parent, "-m", f"revert {number}\n\nThis reverts commit {parent}."
        ).strip()
    repo.git("reset", "-q", "--hard", parent)
    repo.tracker("sync")
    assert sum(line["reverted"] for line in repo.log()) == 150
    assert repo.json("verify")["ok"]


# -- bugs and halts ------------------------------------------------------------------------------------------------


def test_a_bug_halts_and_the_user_reinstates(worked: Repo) -> None:
    said = worked.json("bug", "HEAD", "--note", "off by one", "--evidence", "issue 7", env=CLAUDE)
    assert (said["agent"], said["skill_points"], said["halted"]) == ("claude-code", 0, True)
    worked.json("bug", "HEAD~1", "--note", "and another")
    assert (sheet(worked)["skill_points"], worked.status_file()["halted"]) == (-1, True)
    assert "YES" in worked.tracker("status")
    assert worked.json("bug", "HEAD~1", "--undo")["skill_points"] == 0
    worked.json("bug", "HEAD~1", "--note", "it was one")
    said = worked.json("reinstate", "Claude Code", "--plan", "write the test first")
    assert (said["agent"], said["skill_points"], said["reinstatements"]) == ("claude-code", 1, 1)
    assert worked.status_file()["halted"] is False
    assert sheet(worked)["total_bugs"] == 2
    assert "taken back" in worked.tracker("bug")
    worked.json("bug", "HEAD~2", "--note", "a third")
    assert "2 times by now" in worked.tracker("reinstate", "claude-code", "--plan", "smaller steps")
    assert worked.json("verify")["ok"]


def test_a_bug_of_a_fetched_commit_moves_no_score(worked: Repo, tmp_path: Path) -> None:
    other = worked.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: theirs", options=["--trailer", "Co-authored-by: Claude <noreply@anthropic.com>"])
    worked.git("pull", "-q", str(other.path), "main")
    worked.settle()
    said = worked.json("bug", "HEAD", "--note", "theirs")
    assert (said["skill_points"], said["halted"]) == (1, False)
    assert worked.json("verify")["ok"]


def test_a_bug_is_one_in_all_clones(worked: Repo, tmp_path: Path) -> None:
    clone = worked.clone(tmp_path / "clone")
    clone.git("config", "agent-tracker.userNeedsTerminal", "false")
    clone.tracker("init")
    clone.tracker("backfill")
    worked.tracker("bug", "HEAD", "--note", "here")
    assert [bug["note"] for bug in lines(clone, "bug")] == ["here"]
    assert clone.json("bug", "HEAD", "--undo")["skill_points"] == 1
    assert worked.json("verify")["ok"]


def test_what_was_said_of_outlives_the_undoing_of_a_backfill(untracked: Repo) -> None:
    untracked.git("config", "agent-tracker.userNeedsTerminal", "false")
    trailer = ["--trailer", "Co-authored-by: Claude <noreply@anthropic.com>", "--trailer", "Agent-Grade: good"]
    for number in range(4):
        untracked.commit(f"feat: {number}", file=f"{number}.txt", options=trailer)
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
    assert len(untracked.json("grade", "HEAD~3")["history"]) == 1


def test_agents_appear_with_the_first_that_is_said_of_them(worked: Repo) -> None:
    env = {"CODEX_THREAD_ID": "0199-1234-5678"}
    worked.tracker("activity", "--task", "read the parser", "--outcome", "understood", env=env)
    codex = sheet(worked, "codex")
    assert (codex["skill_points"], codex["experience_points"], codex["communication_score"]) == (1, 0, 60)
    assert codex["kind"] == "agent"
    (entry,) = lines(worked, "activity", "--agent", "codex")
    assert (entry["task"], entry["outcome"], entry["speaker"]) == ("read the parser", "understood", "codex")
    worked.json("retro", "--session", "s1", "--agent", "opencode", "--notes", "a start")
    assert sheet(worked, "opencode")["communication_score"] == 60


# -- retrospectives ------------------------------------------------------------------------------------------------


def test_looking_back_on_a_commit_and_on_a_session(worked: Repo) -> None:
    said = worked.json(
        "retro", "HEAD", "--agent-grade", "good", "--user-grade", "5", "--task", "numbers", "--notes", "ask first"
    )
    assert (said["agent"], said["score_before"], said["score_after"]) == ("claude-code", 60, 67)
    assert worked.log()[0]["grades"] == {"agent": 2, "user": 5}
    assert sheet(worked)["communication_score"] == 67
    words = ["retro", "--session", "research-1", "--notes", "read more", "--task", "research"]
    said = worked.json(*words, "--agent-grade", "excellence", env=CLAUDE)
    assert (said["agent"], said["score_before"], said["score_after"]) == ("claude-code", 67, 72)
    said = worked.json(*words, "--agent-grade", "bad", env=CLAUDE)  # the last word on that session counts
    assert (said["score_before"], said["score_after"]) == (72, 66)
    said = worked.json(*words, "--agent", "claude-code", "--user-grade", "good")
    assert (said["score_before"], said["score_after"]) == (66, 68)
    assert [one["notes"] for one in lines(worked, "retro")] == ["read more"] * 3 + ["ask first"]
    lessons = worked.status_file()["lessons"]
    assert [one["notes"] for one in lessons] == ["read more"] * 3 + ["ask first"]
    assert "communication 60 -> 67" in worked.tracker("retro")
    said = worked.json(*words, "--agent", "claude-code", "--user-grade", "bad", env=CLAUDE)
    assert said["speaker"] == "claude-code, allowed by git config agent-tracker.userneedsterminal"
    assert worked.json("verify")["ok"]


# -- policies ------------------------------------------------------------------------------------------------------


def test_a_policy_of_ones_own_rederives_every_score(worked: Repo) -> None:
    worked.tracker("grade", "HEAD", "--user", "good")
    before = sheet(worked)
    assert (before["experience_points"], before["communication_score"], before["policy"]) == (3, 62, "default-1")
    place = Path(worked.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("[policy]\nexperience-per-commit = 5\ngrade-good = 4\nlevel-step = 5\n", encoding="utf-8")
    after = sheet(worked)
    assert (after["experience_points"], after["communication_score"], after["skill_points"]) == (15, 64, 3)
    assert after["policy"].startswith("custom-1-")
    assert worked.status_file()["policy"] == after["policy"]
    place.write_text("[policy]\nlevel-step = 0\n", encoding="utf-8")
    done = worked.run("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"config\.toml has a wrong number of the score: level-step must be at least 1\.\n\Z", done.stderr)
    place.unlink()
    assert sheet(worked)["communication_score"] == 62
