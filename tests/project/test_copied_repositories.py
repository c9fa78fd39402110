"""Repositories that are copied, moved or cloned: nothing is lost and nothing is counted twice."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.project.recorded_subjects import subjects
from tests.support import Repo


def test_copied_commits_are_counted_once(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.settle()
    subprocess.run(["cp", "-r", str(repo.path), str(tmp_path / "copy")], check=True)
    copy = repo.at(tmp_path / "copy")
    copy.commit("feat: two, in the copy", env=CLAUDE_CODE)
    copy.settle()
    repo.commit("feat: two, in the original", env=CLAUDE_CODE)
    repo.settle()
    assert (copy.folder / "project-id").read_text() != (repo.folder / "project-id").read_text()
    assert subjects(repo) == ["feat: two, in the original", "feat: one"]
    assert subjects(copy) == ["feat: two, in the copy", "feat: one"]
    counted = {line["subject"]: 0 for line in repo.log("--everywhere")}
    for line in repo.log("--everywhere"):
        counted[line["subject"]] += line["counted"]
    assert counted == {"feat: one": 1, "feat: two, in the copy": 1, "feat: two, in the original": 1}
    assert repo.status_file()["total_commits"] == copy.json("status")["total_commits"] == 3
    assert [each.json("doctor")["findings"] for each in (repo, copy)] == [[], []]
    assert repo.json("verify")["ok"]


@pytest.mark.whole
def test_moved_repository_keeps_its_history_and_hooks(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    repo.settle()
    project = (repo.folder / "project-id").read_text()
    repo.path.rename(tmp_path / "moved")
    moved = repo.at(tmp_path / "moved")
    moved.git("worktree", "repair", str(tmp_path / "beside"))
    beside = repo.at(tmp_path / "beside")
    beside.commit("feat: beside", env=CLAUDE_CODE)
    moved.commit("feat: two", env=CLAUDE_CODE)
    moved.settle()
    assert (moved.folder / "project-id").read_text() == project
    assert sorted(subjects(moved)) == ["feat: beside", "feat: one", "feat: two"]
    assert {line["learnt"] for line in moved.assert_recorded()} == {"post-commit"}
    assert moved.json("doctor")["findings"] == []


@pytest.mark.whole
def test_commits_of_a_clone_on_the_same_machine_are_counted_once(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env=CLAUDE_CODE)
    repo.settle()
    clone = repo.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.tracker("backfill")
    made = clone.commit("feat: two, in the clone", env=CLAUDE_CODE)
    clone.settle()
    repo.git("pull", "-q", str(clone.path), "main")
    repo.settle()
    assert {line["oid"] for line in repo.assert_recorded()} == {line["oid"] for line in clone.assert_recorded()}
    everywhere = repo.log("--everywhere")
    assert [line["oid"] for line in everywhere].count(made) == 1
    assert [line["counted"] for line in everywhere] == [True, True]
    assert repo.json("status")["total_commits"] == 2
    shutil.rmtree(clone.path)
    assert repo.json("status")["total_commits"] == 2
    assert repo.json("verify")["ok"]
