"""Grades given before their commit exists (``grade --pending``)."""

import json
import re
from pathlib import Path

import pytest

from tests.doctor import findings
from tests.feedback.output import CLAUDE, CODEX, grades_of, history_of
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later


def test_pending_grades_are_given_to_the_next_commit_of_their_worktree(worked: Repo, tmp_path: Path) -> None:
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    beside = worked.at(tmp_path / "beside")
    worked.tracker("grade", "--pending", "--agent", "good", "--agent-note", "ready", "--task", "next", env=CLAUDE)
    worked.person("grade", "--pending", "--user", "excellence")
    shown = worked.tracker("grade", "--pending")
    assert "The agent's grade good, given by claude-code, waits for the next commit of claude-code here." in shown
    assert re.search(
        r"The user's grade excellence, given by a person at a terminal.*, waits for the next commit here", shown
    )
    assert worked.json("status")["pending_grades"] == 2
    beside.commit("feat: elsewhere", file="elsewhere.txt", env=CLAUDE)
    worked.git("switch", "-q", "-c", "topic")
    worked.git("cherry-pick", "beside", env=CLAUDE)  # a cherry-pick is no new work, so it takes no pending grade
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.commit("feat: after that", file="after.txt", env=CLAUDE)
    worked.settle()
    grades = {line["subject"]: line["grades"] for line in worked.log() if line["grades"]["agent"]}
    assert grades == {"feat: next": {"agent": 2, "user": 5}}
    assert "No grade waits" in worked.tracker("grade", "--pending")
    history = history_of(worked, "HEAD~1")
    assert [(event["rater"], event["source"], event["note"]) for event in history] == [
        ("agent", "pending", "ready"), ("user", "pending", ""),
    ]  # fmt: skip
    assert worked.json("verify")["ok"]


def test_pending_agent_grade_waits_for_a_commit_of_that_agent(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "excellence", env=CLAUDE)
    worked.commit("feat: by codex", file="codex.txt", env=CODEX)
    worked.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "feat: by a person").finish()
    worked.commit("feat: by claude", file="claude.txt", env=CLAUDE)
    worked.settle()
    assert {line["subject"]: line["grades"]["agent"] for line in worked.log("-n", "3")} == {
        "feat: by codex": None, "feat: by a person": None, "feat: by claude": 5,
    }  # fmt: skip


def test_pending_grade_is_found_after_long_subjects_and_a_moved_worktree(worked: Repo, tmp_path: Path) -> None:
    worked.commit("feat: " + "long " * 500, file="long.txt", env=CLAUDE)
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    worked.tracker("grade", "--pending", "--agent", "bad")
    worked.at(tmp_path / "beside").tracker("grade", "--pending", "--agent", "good")
    worked.git("worktree", "move", str(tmp_path / "beside"), str(tmp_path / "moved"))
    worked.tracker("sync")
    assert [line["grades"]["agent"] for line in worked.log()] == [None] * 5
    worked.at(tmp_path / "moved").commit("feat: moved", file="moved.txt", env=CLAUDE)
    worked.git("reflog", "expire", "--expire=all", "HEAD")
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert (grades_of(worked, "feat: moved")[0], grades_of(worked, "feat: next")[0]) == (2, -1)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b'{"rater": "user", "grade": 5, "note": 7, "time": 1099511627776}'],
    ids=["empty", "empty object", "array", "wrong types"],
)
def test_unreadable_pending_file_is_reported_by_doctor_only(worked: Repo, content: bytes) -> None:
    (worked.folder / "pending").mkdir()
    (worked.folder / "pending" / "1.json").write_bytes(content)
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert grades_of(worked, "feat: next") == (None, None)
    shown = worked.run("doctor").stdout
    assert "1.json-" in shown
    assert " was set aside: it holds no valid pending grade: " in shown


def test_pending_grade_is_given_without_hooks_and_without_reflog(untracked: Repo) -> None:
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("grade", "--pending", "--agent", "good", env=CLAUDE)
    untracked.commit("feat: first", file="a.txt")
    untracked.git("commit", "-q", "--amend", "-m", "feat: amended")
    assert grades_of(untracked, "feat: amended") == (2, None)
    untracked.git("config", "core.logAllRefUpdates", "false")
    untracked.write(".git/logs/HEAD", b"")
    untracked.tracker("grade", "--pending", "--agent", "bad")
    untracked.commit("feat: no reflog", file="b.txt")
    assert grades_of(untracked, "feat: no reflog") == (-1, None)


def test_agent_does_not_withdraw_what_another_agent_said(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "good", env=CLAUDE)
    worked.tracker("grade", "--pending", "--agent", "bad", env=CODEX)
    shown = worked.tracker("grade", "--pending", "--agent", "none", env=CODEX)
    assert "given by claude-code" in shown
    assert "codex" not in shown
    assert "No grade waits" in worked.person("grade", "--pending", "--agent", "none")


def test_pending_grade_can_be_withdrawn(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "good")
    assert "No grade waits" in worked.tracker("grade", "--pending", "--agent", "none")
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert grades_of(worked, "feat: next") == (None, None)


def test_pending_grade_of_a_removed_worktree_is_reported(worked: Repo, tmp_path: Path) -> None:
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    worked.at(tmp_path / "beside").tracker("grade", "--pending", "--agent", "good")
    worked.git("worktree", "remove", "--force", str(tmp_path / "beside"))
    done = worked.run("doctor")
    assert "a pending grade is for the next commit of the worktree worktrees/beside" in done.stdout
    assert "Dropped 1 pending grade." in worked.tracker("uninstall")


@pytest.mark.whole
def test_pending_grade_of_the_user_moves_with_the_repository_to_another_ledger(worked: Repo, tmp_path: Path) -> None:
    worked.person("grade", "--pending", "--user", "good")
    worked.person("init", "--ledger", str(tmp_path / "other.lmdb"))
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert worked.line()["grades"]["user"] == 2


@pytest.mark.parametrize("lost", ["key", "seal"])
def test_pending_grade_that_cannot_be_checked_is_kept_named_and_not_used(worked: Repo, lost: str) -> None:
    worked.person("grade", "--pending", "--user", "good")
    waiting = one((worked.folder / "pending").iterdir())
    if lost == "key":
        (worked.ledger_path / "key").unlink()
        reason = "it is sealed with another key than that of the ledger"
    else:  # as an older version wrote it
        content = json.loads(waiting.read_text())
        waiting.write_text(json.dumps({name: value for name, value in content.items() if name not in {"key", "seal"}}))
        reason = "it is not sealed: an older version or another program wrote it"
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert worked.line()["grades"]["user"] is None
    assert waiting.exists()
    found = one(finding for finding in findings(worked) if "pending grade" in finding["what"])
    assert found["what"] == f"the user's pending grade (good) counts for nothing, since {reason}."
    assert "agent-tracker grade --user good" in found["mend"]
    assert f"A pending grade counts for nothing, since {reason}: run 'agent-tracker doctor'." in worked.person("init")


def test_agents_pending_grade_is_not_that_of_an_unmarked_commit_that_a_hook_saw(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "good", env=CODEX)
    worked.commit("feat: by somebody else", file="else.txt")
    worked.settle()
    assert grades_of(worked, "feat: by somebody else") == (None, None)
    worked.commit("feat: by the agent", file="own.txt", env=CODEX)
    worked.settle()
    assert grades_of(worked, "feat: by the agent") == (2, None)
