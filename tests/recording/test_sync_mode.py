"""Hooks in sync mode, which record before git goes on."""

from tests.support import Repo


def test_commit_and_amend_are_recorded_before_git_returns(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    for number in range(4):
        repo.commit(f"feat: {number}")
        repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"feat: {number}, again")
        assert repo.status_file()["head"]["oid"] == repo.head()
