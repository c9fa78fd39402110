"""Pushes of an agent's commits as experience."""

from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CO_AUTHOR, sheet
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


def add_origin(repo: Repo, folder: Path) -> None:
    """Create a bare repository in the folder, as the remote to push to."""
    repo.git("init", "-q", "--bare", str(folder / "origin.git"))
    repo.git("remote", "add", "origin", str(folder / "origin.git"))


def test_push_of_new_commits_gives_experience_once(unattended: Repo, tmp_path: Path) -> None:
    add_origin(unattended, tmp_path)
    unattended.git("push", "-q", "origin", "main")
    assert sheet(unattended)["experience_points"] == 3 + 10
    unattended.git("push", "-q", "origin", "main:release")  # no new commits
    unattended.git("push", "-q", "origin", "main")  # nothing to push
    assert sheet(unattended)["experience_points"] == 3 + 10
    unattended.commit("feat: more", file="more.txt", env=CLAUDE)
    unattended.git("push", "-q", "origin", "main")
    unattended.git("commit", "-q", "--amend", "-m", "feat: more of it", env=CLAUDE)
    unattended.git("push", "-q", "--force", "origin", "main")  # a rewrite of pushed work
    unattended.settle()
    assert sheet(unattended)["experience_points"] == 4 + 20
    other = unattended.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.git("remote", "set-url", "origin", str(tmp_path / "origin.git"))
    other.git("fetch", "-q")
    other.commit("feat: theirs", file="theirs.txt", env=CLAUDE)
    other.git("push", "-q", "origin", "main")
    unattended.git("pull", "-q", "origin", "main")
    unattended.settle()
    assert sheet(unattended)["experience_points"] == 4 + 20
    assert unattended.json("verify")["ok"]


def test_backfill_finds_earlier_pushes(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: old", env=CLAUDE, options=CO_AUTHOR)
    untracked.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    untracked.git("push", "-q", str(tmp_path / "origin.git"), "main")
    untracked.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    untracked.commit("feat: new", options=CO_AUTHOR)
    untracked.git("push", "-q", "origin", "main")
    untracked.tracker("init")
    untracked.tracker("backfill")
    assert sheet(untracked)["experience_points"] == 2 + 10
    assert untracked.json("verify")["ok"]


def test_backfill_into_another_ledger_finds_pushes_again(unattended: Repo, tmp_path: Path) -> None:
    add_origin(unattended, tmp_path)
    unattended.git("push", "-q", "origin", "main")
    assert sheet(unattended)["experience_points"] == 13
    unattended.tracker("init", "--ledger", str(tmp_path / "other"))
    unattended.tracker("backfill")
    assert [line["pushed"] for line in unattended.log()] == [True, False, False]


def test_every_push_is_recorded_in_sync_mode(unattended: Repo, tmp_path: Path) -> None:
    unattended.git("config", "agent-tracker.mode", "sync")
    add_origin(unattended, tmp_path)
    (unattended.path / ".git" / "hooks" / "post-commit").unlink()
    author = {"GIT_AUTHOR_EMAIL": "x@example.com"}
    for number in range(60):
        unattended.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}", env=author)
        unattended.git("push", "-q", "origin", "main")
    unattended.tracker("sync")
    assert sum(line["pushed"] for line in unattended.log()) == 60
