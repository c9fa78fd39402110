"""Git processes of a recorder, counted by a program called ``git`` that is first on the PATH."""

import subprocess
from pathlib import Path

import pytest

from tests.git_wrapper import count_git
from tests.program import TRACKER
from tests.support import Repo


class Recorder:
    """Runs the recorder of a repository as its hooks do, and counts the git processes that it starts."""

    def __init__(self, repo: Repo, folder: Path) -> None:
        self.repo = repo
        self._environment, self._calls = count_git(folder, repo.environment)

    def processes(self, *, git_waits: bool = False) -> list[str]:
        """Record, and return the arguments of each git process."""
        self._calls.write_text("", encoding="utf-8")
        place = ["--git-dir", str(self.repo.folder.parent), "--work-tree", str(self.repo.path)]
        words = [*TRACKER, "hook", "post-commit", *place, *(["--foreground"] if git_waits else [])]
        subprocess.run(words, env=self._environment, cwd=self.repo.path, check=True)
        assert self.repo.waiting_events() == []
        return self._calls.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("keeps_reflogs", ["true", "false"])
@pytest.mark.parametrize("worktrees", [0, 50])
def test_processes_for_nothing_a_commit_and_an_amend(
    worktrees: int, keeps_reflogs: str, repo: Repo, tmp_path: Path
) -> None:
    repo.git("config", "core.logAllRefUpdates", keeps_reflogs)
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.settle()
    for number in range(worktrees):
        place, no_hooks = str(tmp_path / "trees" / str(number)), "core.hooksPath=/dev/null"
        repo.git("-c", no_hooks, "worktree", "add", "-q", "-b", f"branch-{number}", place, "HEAD~1")
    repo.record_later()
    repo.tracker("sync")
    recorder = Recorder(repo, tmp_path / "wrapper")
    assert len(recorder.processes()) <= 3

    old = ""
    for git_waits in (False, True):
        old = repo.commit("feat: new", file="a.txt", env={"CLAUDECODE": "1"})
        assert len(recorder.processes(git_waits=git_waits)) <= 4
        assert repo.line(old)["agent"] == "claude-code"

    repo.write("a.txt", "amended\n")
    repo.git("commit", "-q", "-a", "--amend", "-m", "feat: better")
    assert len(recorder.processes()) <= 7
    assert [link["kind"] for link in repo.line(old, "--all")["replaced_by"]] == ["changed"]
    assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_commit_above_a_long_history_takes_at_most_eight(repo: Repo, tmp_path: Path) -> None:
    """More commits than a walk in this process visits: since tracking began, on the branch, and on another branch."""
    repo.import_commits(1500)
    repo.git("reset", "-q", "--hard")
    repo.git("switch", "-q", "-c", "side", "HEAD~700")
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.git("switch", "-q", "main")
    repo.settle()
    repo.record_later()
    repo.tracker("sync")
    repo.commit("feat: new")
    recorder = Recorder(repo, tmp_path / "wrapper")
    assert len(recorder.processes()) <= 8
    assert len(recorder.processes()) <= 3
    assert repo.json("verify")["ok"]


@pytest.fixture
def recorder(repo: Repo, tmp_path: Path) -> Recorder:
    """A recorder of a repository with three commits, of which hooks only write events."""
    for number in range(3):
        repo.commit(f"feat: {number}", file="a.txt")
    repo.settle()
    repo.record_later()
    repo.tracker("sync")
    return Recorder(repo, tmp_path / "wrapper")


@pytest.mark.parametrize("file", ["a.txt", "b.txt"], ids=["a file of theirs", "another file"])
@pytest.mark.parametrize("resets", [1, 4])
@pytest.mark.whole
def test_commit_after_resets_takes_at_most_eight(recorder: Recorder, resets: int, file: str) -> None:
    """The commits that a branch left behind are compared with those that follow."""
    repo = recorder.repo
    for number in range(resets):
        repo.commit(f"try {number}", file="a.txt")
        repo.commit(f"try {number} again", file="a.txt")
        repo.git("reset", "-q", "--hard", f"HEAD~{1 + number % 2}")
        repo.tracker("sync")
    for _ in range(3):
        repo.commit("work", file=file)
        assert len(recorder.processes()) <= (7 if file == "a.txt" else 4)
    assert all(line["replaces"] == [] for line in repo.assert_recorded())
