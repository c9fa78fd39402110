"""Findings of ``doctor`` about commits that no hook saw.

The check compares times with now, so these commits have real dates, unlike those of other tests.
"""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.doctor import findings
from tests.support import Repo, one

NO_HOOKS = ("-c", "core.hooksPath=/nowhere")
DAY = 86400


def missed(repo: Repo) -> list[str]:
    """Return the findings about commits that no hook saw."""
    return [finding["what"] for finding in findings(repo) if "were seen by no hook" in finding["what"]]


def git_now(repo: Repo, *arguments: str, ago: int = 0) -> str:
    """Run git with the current time, or ``ago`` seconds before it, as the date of commits."""
    date = f"{int(time.time()) - ago} +0000"
    return repo.git(*arguments, env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})


def commit_now(repo: Repo, subject: str, *options: str, ago: int = 0) -> None:
    """Commit a new file with the current time; ``options`` are git's own."""
    repo.write(f"{subject}.txt", f"{subject}\n")
    repo.git("add", "-A")
    git_now(repo, *options, "commit", "-q", "-m", subject, ago=ago)


class TestFinding:
    def test_two_missed_commits_are_reported_until_a_hook_sees_one(self, repo: Repo) -> None:
        commit_now(repo, "seen")
        commit_now(repo, "missed 1", *NO_HOOKS)
        repo.tracker("sync")
        assert missed(repo) == [], "one may be an experiment"
        commit_now(repo, "missed 2", *NO_HOOKS)
        repo.tracker("sync")
        assert f"the newest commits made in {repo.path} (2 since " in one(missed(repo))
        commit_now(repo, "seen again")
        repo.settle()
        assert findings(repo) == []

    def test_waiting_event_counts_as_seen(self, repo: Repo) -> None:
        for number in range(3):
            commit_now(repo, f"missed {number}", *NO_HOOKS)
        repo.tracker("sync")
        # The recorder cannot start, so the event stays in the spool.
        hook = repo.path / ".git" / "hooks" / "post-commit"
        text = hook.read_text()
        hook.write_text(text.replace("-m tracker", "-m tracker_that_is_gone"))
        commit_now(repo, "waits")
        hook.write_text(text)
        assert list((repo.folder / "spool").iterdir())
        assert missed(repo) == []

    def test_worktrees_are_checked_separately(self, repo: Repo, tmp_path: Path) -> None:
        commit_now(repo, "zero")
        repo.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
        beside = repo.at(tmp_path / "beside")
        for number in range(4):
            commit_now(beside, f"missed {number}", *NO_HOOKS)
            commit_now(repo, f"seen {number}")
        repo.settle()
        for worktree in (repo, beside):
            assert f"the newest commits made in {beside.path} (4 since " in one(missed(worktree))


class TestNoFinding:
    @pytest.mark.whole
    def test_commits_that_run_other_hooks_or_none(self, repo: Repo, tmp_path: Path) -> None:
        """git am, rebases with both backends, cherry-picks, reverts and plumbing."""
        commit_now(repo, "zero")
        git_now(repo, "switch", "-q", "-c", "topic")
        for number in range(4):
            commit_now(repo, f"topic {number}")
        git_now(repo, "format-patch", "-q", "-o", str(tmp_path / "patches"), "main")
        git_now(repo, "switch", "-q", "-c", "patches", "main")
        git_now(repo, "am", "-q", *sorted(map(str, (tmp_path / "patches").iterdir())))
        for backend in ("--apply", "--merge"):
            git_now(repo, "switch", "-q", "-c", f"ahead{backend}", "main")
            commit_now(repo, f"ahead{backend}")
            git_now(repo, "switch", "-q", "-c", f"rebased{backend}", "topic")
            git_now(repo, "rebase", "-q", backend, f"ahead{backend}")
        git_now(repo, "switch", "-q", "-c", "picked", "main")
        git_now(repo, "cherry-pick", "main..topic")
        for _ in range(3):
            git_now(repo, "revert", "--no-edit", "HEAD")
        for number in range(4):
            oid = git_now(repo, "commit-tree", "-m", f"plumbing {number}", "-p", "HEAD", "HEAD^{tree}").strip()
            git_now(repo, "update-ref", "-m", "plumbing", "HEAD", oid)
        repo.settle()
        repo.tracker("sync")
        assert {line["learnt"] for line in repo.log()} > {"reconcile"}
        assert findings(repo) == []

    def test_commits_before_tracking(self, untracked: Repo) -> None:
        for number in range(4):
            commit_now(untracked, f"before {number}", ago=3600)
        untracked.tracker("init")
        assert findings(untracked) == []
        untracked.tracker("backfill")
        assert findings(untracked) == []

    @pytest.mark.whole
    def test_commits_before_the_ledger_was_lost(self, repo: Repo) -> None:
        for number in range(4):
            commit_now(repo, f"seen {number}", ago=60)
        repo.settle()
        shutil.rmtree(Path(repo.json("doctor")["facts"]["ledger"]))
        repo.tracker("sync")
        assert {line["learnt"] for line in repo.log()} == {"reconcile"}
        repo.person("init")  # what init recorded was sealed with the key of the ledger that was lost
        assert findings(repo) == []

    def test_commits_older_than_a_week(self, repo: Repo) -> None:
        for number in range(4):
            commit_now(repo, f"missed {number}", *NO_HOOKS, ago=8 * DAY)
        repo.tracker("sync")
        assert findings(repo) == []

    def test_simultaneous_commits_in_one_worktree(self, repo: Repo) -> None:
        """Hooks read HEAD, so each may miss a commit of the other process."""
        script = 'for n in 1 2 3 4 5 6 7 8 9 10; do git commit -q --allow-empty -m "$0 $n" || exit 0; done'
        processes = [
            subprocess.Popen(["sh", "-c", script, name], cwd=repo.path, env=repo.environment, stderr=subprocess.DEVNULL)
            for name in ("a", "b")
        ]
        assert [process.wait() for process in processes] == [0, 0]
        commit_now(repo, "last")
        repo.settle()
        assert findings(repo) == []
