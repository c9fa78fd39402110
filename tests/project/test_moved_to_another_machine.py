"""A ledger that comes from another machine: the repositories are known again by their commits, at other paths."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo


def worked(repo: Repo, tmp_path: Path) -> Path:
    """Work in a repository, and return a backup of the ledger."""
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.commit("feat: two", env=CLAUDE_CODE)
    repo.settle()
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    repo.tracker("grade", "HEAD", "--user", "excellence")
    file = tmp_path / "ledger.tar.gz"
    repo.tracker("backup", str(file))
    return file


def new_machine(repo: Repo, tmp_path: Path, file: Path, name: str = "repo") -> Repo:
    """Return a clone on another machine, with the ledger of the first, whose repositories are gone."""
    clone = repo.clone(tmp_path / "new" / name)
    clone.environment["AGENT_TRACKER_LEDGER"] = str(tmp_path / "new" / "ledger")
    shutil.rmtree(repo.path)
    clone.tracker("restore", str(file))
    return clone


def log_of(repo: Repo) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker("log", "--json", "--everywhere").splitlines()]


def test_a_clone_on_a_new_machine_goes_on_as_the_same_project(repo: Repo, tmp_path: Path) -> None:
    project, file = repo.project(), worked(repo, tmp_path)
    before = repo.log()
    clone = new_machine(repo, tmp_path, file, "renamed")
    said = clone.tracker("init")
    assert f"The records of this repository, which was at {repo.path}, go on here." in said
    assert clone.project() == project
    assert [line | {"project": ""} for line in log_of(clone)] == [line | {"project": ""} for line in before]
    clone.commit("feat: three", env=CLAUDE_CODE)
    clone.settle()
    assert [line["subject"] for line in clone.log()] == ["feat: three", "feat: two", "feat: one"]
    assert {line["counted"] for line in clone.log()} == {True}
    assert clone.json("doctor")["findings"] == []
    assert clone.json("verify")["ok"]


@pytest.mark.whole
def test_commits_made_since_the_backup_are_recorded(repo: Repo, tmp_path: Path) -> None:
    file = worked(repo, tmp_path)
    repo.commit("feat: three, after the backup", env=CLAUDE_CODE)
    clone = new_machine(repo, tmp_path, file)
    clone.tracker("init")
    assert clone.line()["subject"] == "feat: three, after the backup"
    assert clone.json("verify")["ok"]


@pytest.mark.whole
def test_a_repository_that_shares_no_commit_is_another_project(repo: Repo, tmp_path: Path) -> None:
    file = worked(repo, tmp_path)
    clone = new_machine(repo, tmp_path, file)
    other = Repo.make(tmp_path / "other" / "repo", clone.environment)
    other.commit("feat: else")
    assert "go on here" not in other.tracker("init")
    assert "go on here" in clone.tracker("init")
    assert other.project() != clone.project()


def test_a_clone_beside_a_repository_that_is_there_is_a_project_of_its_own(repo: Repo, tmp_path: Path) -> None:
    worked(repo, tmp_path)
    clone = repo.clone(tmp_path / "clone" / "repo")
    assert "go on here" not in clone.tracker("init")
    assert clone.project() != repo.project()


@pytest.mark.whole
def test_of_two_that_are_gone_the_one_with_the_newest_commits_goes_on(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env=CLAUDE_CODE)
    fork = repo.clone(tmp_path / "fork")
    fork.tracker("init")
    fork.tracker("backfill")
    fork.commit("feat: of the fork", env=CLAUDE_CODE)
    fork.settle()
    fork_id, file = fork.project(), worked(repo, tmp_path)
    moved = fork.clone(tmp_path / "new" / "somewhere")
    moved.environment["AGENT_TRACKER_LEDGER"] = str(tmp_path / "new" / "ledger")
    moved.tracker("restore", str(file))
    shutil.rmtree(fork.path)
    shutil.rmtree(repo.path)
    assert f"which was at {fork.path}" in moved.tracker("init")
    assert moved.project() == fork_id


@pytest.mark.whole
def test_a_repository_that_comes_back_is_a_project_of_its_own(repo: Repo, tmp_path: Path) -> None:
    """Its disk was not mounted when a clone went on as its project: nothing is lost, and nothing is counted twice."""
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.settle()
    clone = repo.clone(tmp_path / "clone" / "repo")
    repo.path.rename(tmp_path / "unmounted")
    assert "go on here" in clone.tracker("init")
    clone.commit("feat: two, in the clone", env=CLAUDE_CODE)
    clone.settle()
    (tmp_path / "unmounted").rename(repo.path)
    repo.commit("feat: two, in the original", env=CLAUDE_CODE)
    repo.settle()
    for each in (clone, repo, clone):
        each.tracker("sync")
    assert clone.project() != repo.project()
    assert [line["subject"] for line in clone.log()] == ["feat: two, in the clone", "feat: one"]
    assert [line["subject"] for line in repo.log()] == ["feat: two, in the original", "feat: one"]
    assert clone.json("status", "claude-code")["total_commits"] == 3
    assert [each.json("verify")["ok"] for each in (clone, repo)] == [True, True]
