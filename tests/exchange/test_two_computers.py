"""Two computers that exchange their ledgers in both directions; their repositories are compared with git after it."""

import shutil
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo


def new_computer(repo: Repo, tmp_path: Path, name: str, *, restores: bool) -> Repo:
    """Return a clone with a ledger of its own; ``restores``: one that begins as a backup of the first."""
    clone = repo.clone(tmp_path / name / "shop")
    clone.environment["AGENT_TRACKER_LEDGER"] = str(tmp_path / name / "ledger")
    clone.git("config", "agent-tracker.userNeedsTerminal", "false")
    if restores:
        repo.tracker("backup", str(tmp_path / "backup.tar.gz"))
        clone.tracker("restore", str(tmp_path / "backup.tar.gz"))
    return clone


def send(source: Repo, target: Repo, tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    file.unlink(missing_ok=True)
    source.tracker("export", "--output", str(file))
    target.tracker("import", str(file))


def test_work_goes_on_after_a_move_and_comes_back(repo: Repo, tmp_path: Path) -> None:
    """Both computers have the same project; each compares the other's commits with its own repository."""
    for number in range(3):
        repo.commit(f"feat: {number}", env=CLAUDE_CODE)
    repo.git("branch", "side")
    repo.settle()
    away = repo.path.rename(tmp_path / "away")
    moved = new_computer(repo.at(away), tmp_path, "new", restores=True)
    assert "go on here" in moved.tracker("init")
    away.rename(repo.path)
    moved.commit("feat: on the new computer", env=CLAUDE_CODE)
    moved.settle()
    send(moved, repo, tmp_path)
    repo.tracker("sync")
    assert repo.json("verify")["ok"]
    assert "feat: on the new computer" not in [line["subject"] for line in repo.log()]
    repo.commit("feat: on the old one", env=CLAUDE_CODE)
    repo.settle()
    send(repo, moved, tmp_path)
    moved.tracker("sync")
    assert moved.json("verify")["ok"]
    assert [line["subject"] for line in moved.log()][:1] == ["feat: on the new computer"]


def test_a_branch_that_was_deleted_elsewhere_counts_where_it_is(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: base", env=CLAUDE_CODE)
    repo.git("switch", "-q", "-c", "side")
    repo.commit("feat: side", env=CLAUDE_CODE)
    repo.settle()
    away = repo.path.rename(tmp_path / "away")
    moved = new_computer(repo.at(away), tmp_path, "new", restores=True)
    moved.tracker("init")
    away.rename(repo.path)
    moved.git("checkout", "-q", "--detach", "HEAD~1")
    moved.git("branch", "-q", "-D", "side")
    moved.tracker("sync")
    before = repo.json("status", "claude-code")["experience_points"]
    send(moved, repo, tmp_path)
    repo.tracker("sync")
    assert repo.json("status", "claude-code")["experience_points"] == before
    assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_two_clones_stay_two_projects_and_count_once(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: base", env=CLAUDE_CODE)
    repo.settle()
    other = new_computer(repo, tmp_path, "other", restores=False)
    send(repo, other, tmp_path)
    assert "go on here" not in other.tracker("init")  # the project of the other computer is there, only not here
    other.tracker("backfill")
    assert other.project() != repo.project()
    other.tracker("grade", "HEAD", "--user", "good")
    other.commit("feat: other", env=CLAUDE_CODE)
    other.settle()
    for source, target in ((other, repo), (repo, other), (other, repo)):
        send(source, target, tmp_path)
    repo.git("pull", "-q", "--no-rebase", str(other.path), "main")
    repo.settle()
    send(repo, other, tmp_path)
    for computer in (repo, other):
        assert computer.json("verify")["ok"]
        assert computer.json("status", "claude-code")["total_commits"] == 2
        graded = [line["grades"]["user"] for line in computer.log() if line["subject"] == "feat: base"]
        assert graded == [2]
        assert computer.json("doctor")["findings"] == []
    assert repo.tracker("export") == other.tracker("export")


def test_an_unrelated_repository_at_a_path_of_another_computer_is_a_project_of_its_own(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("feat: base", env=CLAUDE_CODE)
    repo.settle()
    other = new_computer(repo, tmp_path, "other", restores=False)
    send(repo, other, tmp_path)
    project, path = repo.project(), repo.path
    shutil.rmtree(path)
    unrelated = Repo.make(path, other.environment)
    unrelated.commit("feat: unrelated")
    unrelated.tracker("init")
    assert unrelated.project() != project
    assert unrelated.json("verify")["ok"]
