"""Commits that are found or missed where dates, boundaries, branches or worktrees are unusual."""

from pathlib import Path

import pytest

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


@pytest.mark.whole
def test_commits_with_dates_long_before_their_parents(repo: Repo, tmp_path: Path) -> None:
    """rev-list stops looking for excluded commits when those on the way have much older dates."""
    for number in range(3):
        repo.commit(f"feat: {number}", env=AGENT)
    repo.settle()
    other = repo.clone(tmp_path / "other")
    for number in range(12):
        past = "2001-01-01T00:00:00Z"
        other.git("commit", "-q", "--allow-empty", "-m", f"old {number}", env={"GIT_COMMITTER_DATE": past})
    repo.git("pull", "-q", "--ff-only", str(other.path), "main")
    repo.tracker("sync")
    assert len(repo.assert_recorded()) == 15
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert len(repo.assert_recorded()) == 14
    assert repo.json("status", "claude-code")["total_commits"] == 3


def test_broken_branch_does_not_stop_recording(repo: Repo) -> None:
    repo.commit("one")
    (repo.path / ".git" / "refs" / "heads" / "broken").write_text("1234567890" * 4 + "\n")
    repo.commit("two", env=AGENT)
    assert [line["agent"] for line in repo.log()] == ["claude-code", "human"]


@pytest.mark.whole
def test_boundaries_that_move_without_any_branch(untracked: Repo, tmp_path: Path) -> None:
    """fetch --unshallow, fetch --depth and replace --graft change the reachable commits and move no branch."""
    untracked.git("config", "user.email", "grace@example.org")
    for number in range(5):
        untracked.commit(f"feat: {number}", file=f"{number}.txt")
    place = tmp_path / "shallow"
    untracked.git("clone", "-q", "--depth=2", f"file://{untracked.path}", str(place))
    shallow = untracked.at(place)
    shallow.tracker("init")
    shallow.tracker("backfill")
    own = shallow.commit("feat: of here", file="here.txt")
    assert [line["files"] for line in shallow.assert_recorded()] == [1, 1, None]
    shallow.git("fetch", "-q", "--unshallow")
    lines = shallow.assert_recorded()
    assert [line["files"] for line in lines] == [1] * 6
    assert {line["oid"] for line in lines if line["origin"] == "local"} == {own}
    shallow.git("replace", "--graft", "HEAD~1")
    assert len(shallow.assert_recorded()) == 2
    shallow.git("replace", "-d", shallow.head("HEAD~1"))
    assert len(shallow.assert_recorded()) == 6
    shallow.git("fetch", "-q", "--depth=1")
    assert len(shallow.assert_recorded()) == 2


def test_commits_of_worktree_with_missing_folder_stay_reachable(repo: Repo, tmp_path: Path) -> None:
    repo.commit("one")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "away"))
    repo.at(tmp_path / "away").commit("two")
    (tmp_path / "away").rename(tmp_path / "elsewhere")
    assert len(repo.assert_recorded()) == 2
    (tmp_path / "elsewhere").rename(tmp_path / "away")
    repo.git("worktree", "remove", "--force", str(tmp_path / "away"))
    assert len(repo.assert_recorded()) == 1
