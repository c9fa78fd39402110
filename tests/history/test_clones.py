"""Clones of one project: unpushed work that comes and goes, and clones without trees."""

import shutil
from pathlib import Path

import pytest

from tests.history.hosted_repository import AGENT, HostedRepository
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


@pytest.mark.whole
def test_commit_rewritten_in_clone_counts_there_until_clone_is_gone(hosted: HostedRepository, tmp_path: Path) -> None:
    repo = hosted.repo
    clone = repo.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.tracker("backfill")
    clone.git("commit", "-q", "--amend", "-m", "t1 reworded")
    clone.settle()

    def counted() -> set[str]:
        repo.tracker("sync")
        assert repo.json("verify")["ok"]
        return {line["subject"] for line in repo.log("--everywhere") if line["counted"]}

    assert counted() == {"m1", "t1 reworded"}
    away = clone.path.rename(tmp_path / "elsewhere")
    assert counted() == {"m1", "t1"}
    away.rename(clone.path)
    assert counted() == {"m1", "t1 reworded"}
    shutil.rmtree(clone.path)
    assert counted() == {"m1", "t1"}
    assert repo.json("status", "claude-code")["communication_score"] == 65


@pytest.mark.whole
def test_clone_without_trees_records_fetched_commits(hosted: HostedRepository, tmp_path: Path) -> None:
    hosted.host.git("config", "uploadpack.allowFilter", "true")
    hosted.host.git("config", "uploadpack.allowAnySHA1InWant", "true")
    partial = Repo(tmp_path / "partial", hosted.repo.environment)
    address = f"file://{hosted.host.path}"
    hosted.repo.git("clone", "-q", "--filter=tree:0", address, str(partial.path), cwd=tmp_path)
    partial.tracker("init")
    partial.git("switch", "-q", "-c", "work")
    partial.commit("w1", file="w1.txt", env=AGENT)
    hosted.host.commit("h1", file="h1.txt")
    hosted.host.commit("h2", file="h2.txt")
    partial.git("fetch", "-q", "origin")
    partial.git("update-ref", "refs/heads/main", "origin/main")
    partial.settle()
    assert {line["subject"] for line in partial.log()} >= {"w1", "h1", "h2"}
    assert partial.json("verify")["ok"]


def test_commit_that_a_rebase_lists_with_one_that_only_another_clone_records(untracked: Repo, tmp_path: Path) -> None:
    """Git lists a commit that ``rebase --skip`` left out with the one before it, here one from before tracking."""
    untracked.commit("m1")
    untracked.commit("m2", file="x", text="one\n")
    untracked.tracker("init")
    untracked.tracker("backfill")
    clone = untracked.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.git("switch", "-q", "-c", "topic", "HEAD~1")
    clone.commit("t1", file="x", text="two\n")
    clone.settle()
    clone.git("rebase", "-q", "main", code=1)
    clone.git("rebase", "--skip")
    clone.settle()
    assert [line["replaced_by"][0]["kind"] for line in clone.log("--all") if line["subject"] == "t1"] == ["dropped"]
    untracked.grade(untracked.head(), "user", 2)
    assert untracked.json("verify")["ok"]
