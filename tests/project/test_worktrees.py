"""Worktrees and submodules: each event is recorded in the right project, with a status file in each worktree."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.project.recorded_subjects import subjects
from tests.support import Repo, one


class TestWorktrees:
    def test_worktree_added_after_init_is_recorded_with_its_own_status_file(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: zero")
        repo.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "a folder" / "beside"))
        beside = repo.at(tmp_path / "a folder" / "beside")
        beside.settle()
        assert beside.status_file()["head"] == {"oid": repo.head(), "branch": "refs/heads/beside"}
        old = beside.commit("feat: beside", env=CLAUDE_CODE)
        beside.git("commit", "-q", "--amend", "-m", "feat: beside, better", env=CLAUDE_CODE)
        beside.settle()
        assert beside.status_file()["head"]["oid"] == beside.head()
        assert repo.status_file()["head"]["oid"] == repo.head()
        assert (beside.status_file()["agent_name"], repo.status_file()["agent_name"]) == ("claude-code", "human")
        lines = {line["subject"]: line for line in repo.assert_recorded()}
        assert lines["feat: beside, better"]["learnt"] == "post-commit"
        amended = one(line for line in repo.log("--all") if line["oid"] == old)
        assert [link["kind"] for link in amended["replaced_by"]] == ["same"]
        assert [worktree.json("doctor")["findings"] for worktree in (repo, beside)] == [[], []]

    def test_init_and_uninstall_in_a_linked_worktree_apply_to_all(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit("feat: zero")
        untracked.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
        beside = untracked.at(tmp_path / "beside")
        beside.tracker("init")
        untracked.commit("feat: in the main one", env=CLAUDE_CODE)
        untracked.settle()
        assert [line["learnt"] for line in beside.log()] == ["post-commit"]
        beside.tracker("uninstall")
        assert not untracked.folder.exists()
        assert not (untracked.path / ".agent").exists()
        assert not (beside.path / ".agent").exists()

    @pytest.mark.whole
    def test_worktrees_of_a_bare_repository(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit("feat: zero")
        untracked.git("clone", "-q", "--bare", str(untracked.path), str(tmp_path / "bare.git"))
        bare = untracked.at(tmp_path / "bare.git")
        for name in ("one", "two"):
            bare.git("worktree", "add", "-q", "-b", name, str(tmp_path / name), "main")
        first, second = (untracked.at(tmp_path / name) for name in ("one", "two"))
        first.tracker("init")
        first.commit("feat: in one", file="one.txt", env=CLAUDE_CODE)
        second.commit("feat: in two", file="two.txt")
        second.git("rebase", "-q", "one")
        first.settle()
        lines = {line["subject"]: line["learnt"] for line in bare.log()}
        assert lines["feat: in one"] == "post-commit"
        assert set(lines) == {"feat: in one", "feat: in two"}
        assert bare.json("verify")["ok"]
        assert [repo.json("doctor")["findings"] for repo in (bare, first, second)] == [[], [], []]
        second.tracker("uninstall")
        assert not list((bare.path / "hooks").glob("post-*[!e]"))


class TestSubmodules:
    @pytest.fixture
    def submodule(self, untracked: Repo, tmp_path: Path, environment: dict[str, str]) -> Repo:
        """A submodule; ``untracked`` is its superproject."""
        inner = Repo.make(tmp_path / "inner", environment)
        inner.commit("feat: inner")
        untracked.git("submodule", "--quiet", "add", str(inner.path), "sub")
        untracked.git("commit", "-q", "-m", "feat: submodule")
        return untracked.at(untracked.path / "sub")

    def test_tracked_submodule_leaves_the_superproject_untracked(self, untracked: Repo, submodule: Repo) -> None:
        submodule.tracker("init")
        submodule.commit("feat: in the submodule", env=CLAUDE_CODE)
        submodule.settle()
        assert [line["learnt"] for line in submodule.log()] == ["post-commit"]
        assert not untracked.folder.exists()
        assert not (untracked.path / ".agent").exists()
        assert untracked.git("status", "--porcelain") == " M sub\n"
        assert submodule.git("status", "--porcelain") == ""

    @pytest.mark.whole
    def test_tracked_superproject_and_submodule_are_separate_projects(self, untracked: Repo, submodule: Repo) -> None:
        untracked.tracker("init")
        submodule.tracker("init")
        submodule.commit("feat: in the submodule")
        untracked.git("commit", "-q", "-a", "-m", "chore: move it")
        # git runs this in the submodule from the superproject, with variables of its own.
        untracked.git("submodule", "foreach", "-q", "git commit -q --allow-empty -m 'feat: from above'")
        untracked.settle()
        submodule.settle()
        assert subjects(untracked) == ["chore: move it"]
        assert sorted(subjects(submodule)) == ["feat: from above", "feat: in the submodule"]
        assert [repo.json("doctor")["findings"] for repo in (untracked, submodule)] == [[], []]
