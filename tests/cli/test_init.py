"""``init``: beginning to track a repository."""

import json
from pathlib import Path

import pytest

from tests.cli.refusals import refused
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


class TestInit:
    def test_it_says_what_is_older_and_records_what_is_new(self, old: Repo) -> None:
        assert old.log() == []
        old.commit("feat: new")
        old.settle()
        assert [line["subject"] for line in old.log()] == ["feat: new"]

    def test_repeated_it_changes_nothing(self, repo: Repo) -> None:
        before = (repo.folder / "project-id").read_text()
        assert repo.json("init")["new"] is False
        assert (repo.folder / "project-id").read_text() == before
        repo.commit("feat: one")
        assert repo.json("init")["done"] == []

    def test_json_counts_the_older_commits(self, untracked: Repo) -> None:
        untracked.commit()
        untracked.commit()
        said = untracked.json("init")
        assert (said["new"], said["older_commits"]) == (True, 2)

    @pytest.mark.whole
    def test_repeated_it_says_what_is_still_not_recorded(self, untracked: Repo) -> None:
        for number in range(3):
            untracked.commit(f"feat: {number}")
        said = "3 older commits are not recorded yet: 'agent-tracker backfill' records them."
        assert said in untracked.tracker("init")
        assert said in untracked.tracker("init")
        untracked.tracker("backfill", "HEAD~2")
        assert "2 older commits are not recorded yet" in untracked.tracker("init")
        untracked.tracker("backfill")
        assert "not recorded" not in untracked.tracker("init")

    def test_outside_a_repository(self, repo: Repo, tmp_path: Path) -> None:
        assert "is not inside a git repository" in refused(repo, "init", str(tmp_path))
        assert "there is no" in refused(repo, "init", str(tmp_path / "nowhere"))

    def test_hooks_none_still_records_on_demand(self, untracked: Repo) -> None:
        untracked.tracker("init", "--hooks", "none")
        untracked.commit("feat: one")
        assert [line["learnt"] for line in untracked.assert_recorded()] == ["reconcile"]

    def test_from_a_subfolder_and_for_a_linked_worktree(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit()
        untracked.git("worktree", "add", "-q", str(tmp_path / "linked"))
        (tmp_path / "linked" / "deep").mkdir()
        untracked.tracker("init", str(tmp_path / "linked" / "deep"))
        untracked.commit("feat: in the main one")
        untracked.at(tmp_path / "linked").commit("feat: in the linked one")
        untracked.settle()
        assert len(untracked.log()) == 2
        assert json.loads((tmp_path / "linked" / ".agent" / "status.json").read_text())["project"]["name"] == "repo"

    def test_nothing_is_begun_when_the_ledger_cannot_be_used(self, untracked: Repo, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        refused(untracked, "init", "--ledger", str(tmp_path / "file" / "ledger"))
        assert not untracked.folder.exists()
        assert not list((untracked.path / ".git" / "hooks").glob("post-commit"))
