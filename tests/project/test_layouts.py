"""Where a repository's parts can be: hooks record in the right project, commands work in the one that is meant."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


def subjects(repo: Repo, *arguments: str) -> list[str]:
    return [line["subject"] for line in repo.log(*arguments)]


class TestWorkTrees:
    def test_one_that_is_added_later_has_everything(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: zero")
        repo.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "a folder" / "beside"))
        beside = repo.at(tmp_path / "a folder" / "beside")
        beside.settle()
        assert beside.status_file()["head"] == {"oid": repo.head(), "branch": "refs/heads/beside"}
        old = beside.commit("feat: beside", env=AGENT)
        beside.git("commit", "-q", "--amend", "-m", "feat: beside, better", env=AGENT)
        beside.settle()
        assert beside.status_file()["head"]["oid"] == beside.head()
        assert repo.status_file()["head"]["oid"] == repo.head()
        assert (beside.status_file()["agent_name"], repo.status_file()["agent_name"]) == ("claude-code", "human")
        lines = {line["subject"]: line for line in repo.assert_recorded()}
        assert lines["feat: beside, better"]["learnt"] == "post-commit"
        (dead,) = [line for line in repo.log("--all") if line["oid"] == old]
        assert [link["kind"] for link in dead["replaced_by"]] == ["same"]
        assert [one.json("doctor")["findings"] for one in (repo, beside)] == [[], []]

    def test_init_in_a_linked_one_is_for_all(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit("feat: zero")
        untracked.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
        beside = untracked.at(tmp_path / "beside")
        beside.tracker("init")
        untracked.commit("feat: in the main one", env=AGENT)
        untracked.settle()
        assert [line["learnt"] for line in beside.log()] == ["post-commit"]
        beside.tracker("uninstall")
        assert not untracked.folder.exists()
        assert not (untracked.path / ".agent").exists()
        assert not (beside.path / ".agent").exists()

    def test_a_bare_repository_with_work_trees(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit("feat: zero")
        untracked.git("clone", "-q", "--bare", str(untracked.path), str(tmp_path / "bare.git"))
        bare = untracked.at(tmp_path / "bare.git")
        for name in ("one", "two"):
            bare.git("worktree", "add", "-q", "-b", name, str(tmp_path / name), "main")
        one, two = (untracked.at(tmp_path / name) for name in ("one", "two"))
        one.tracker("init")
        one.commit("feat: in one", file="one.txt", env=AGENT)
        two.commit("feat: in two", file="two.txt")
        two.git("rebase", "-q", "one")
        one.settle()
        lines = {line["subject"]: line["learnt"] for line in bare.log()}
        assert lines["feat: in one"] == "post-commit"
        assert set(lines) == {"feat: in one", "feat: in two"}
        assert bare.json("verify")["ok"]
        assert [place.json("doctor")["findings"] for place in (bare, one, two)] == [[], [], []]
        two.tracker("uninstall")
        assert not list((bare.path / "hooks").glob("post-*[!e]"))


class TestSubmodules:
    @pytest.fixture
    def submodule(self, untracked: Repo, tmp_path: Path, environment: dict[str, str]) -> Repo:
        inner = Repo.make(tmp_path / "inner", environment)
        inner.commit("feat: inner")
        untracked.git("submodule", "--quiet", "add", str(inner.path), "sub")
        untracked.git("commit", "-q", "-m", "feat: submodule")
        return untracked.at(untracked.path / "sub")

    def test_the_superproject_is_unaffected(self, untracked: Repo, submodule: Repo) -> None:
        submodule.tracker("init")
        submodule.commit("feat: in the submodule", env=AGENT)
        submodule.settle()
        assert [line["learnt"] for line in submodule.log()] == ["post-commit"]
        assert not untracked.folder.exists()
        assert not (untracked.path / ".agent").exists()
        assert untracked.git("status", "--porcelain") == " M sub\n"
        assert submodule.git("status", "--porcelain") == ""

    def test_both_tracked_each_records_its_own(self, untracked: Repo, submodule: Repo) -> None:
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


class TestVariables:
    """GIT_DIR and GIT_WORK_TREE, in the environment or as git's own options."""

    @pytest.fixture
    def dotfiles(self, tmp_path: Path, environment: dict[str, str]) -> Repo:
        """A work tree without ``.git``: its repository is elsewhere, and only the variables lead to it."""
        tree = tmp_path / "tree"
        tree.mkdir()
        repo = Repo(tree, environment)
        repo.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "dotfiles"))
        repo.environment |= {"GIT_DIR": str(tmp_path / "dotfiles"), "GIT_WORK_TREE": str(tree)}
        return repo

    def test_a_work_tree_that_only_variables_lead_to(self, dotfiles: Repo, tmp_path: Path) -> None:
        dotfiles.tracker("init")
        old = dotfiles.commit("feat: one", env=AGENT)
        dotfiles.git("commit", "-q", "--amend", "-m", "feat: one, better", env=AGENT)
        dotfiles.settle()
        (line,) = dotfiles.assert_recorded()
        assert (line["agent"], line["learnt"]) == ("claude-code", "post-commit")
        assert [one["oid"] for one in dotfiles.log("--all") if one["replaced_by"]] == [old]
        assert dotfiles.json("doctor")["findings"] == []
        (tmp_path / "nowhere").mkdir()
        assert dotfiles.run("log", cwd=tmp_path / "nowhere").stdout.count("feat: one, better") == 1
        dotfiles.tracker("uninstall")
        assert not (tmp_path / "dotfiles" / "agent-tracker").exists()

    def test_as_options_of_git(self, dotfiles: Repo, tmp_path: Path) -> None:
        place = [f"--{name}={dotfiles.environment.pop(variable)}" for name, variable in (
            ("git-dir", "GIT_DIR"), ("work-tree", "GIT_WORK_TREE"),
        )]  # fmt: skip
        script = tmp_path / "bin" / "git-agent-tracker"
        script.parent.mkdir()
        script.write_text(f'#!/bin/sh\nexec {" ".join(TRACKER)} "$@"\n')
        script.chmod(0o755)
        dotfiles.environment["PATH"] = f"{script.parent}:{dotfiles.environment['PATH']}"
        assert "Tracking" in dotfiles.git(*place, "agent-tracker", "init", cwd=tmp_path)
        dotfiles.write("a.txt", "a")
        dotfiles.git(*place, "add", "a.txt")
        dotfiles.git(*place, "commit", "-q", "-m", "feat: one", env=AGENT)
        assert "claude-code" in dotfiles.git(*place, "agent-tracker", "log", "--json", cwd=tmp_path)
        assert "Everything is in order" in dotfiles.git(*place, "agent-tracker", "doctor")

    def test_a_commit_from_within_another_repository(self, repo: Repo, tmp_path: Path) -> None:
        other = Repo.make(tmp_path / "other", repo.environment)
        other.tracker("init")
        place = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: from afar", cwd=other.path, env=place)
        repo.settle()
        assert subjects(repo) == ["feat: from afar"]
        assert subjects(other) == []

    @pytest.mark.parametrize("command", ["init", "sync", "log", "status", "doctor", "backfill", "verify", "uninstall"])
    def test_in_doubt_nothing_is_done(self, repo: Repo, tmp_path: Path, command: str) -> None:
        """A hook or an agent that went to another repository still has the variables of the first."""
        other = Repo.make(tmp_path / "other", repo.environment)
        other.commit("feat: other")
        stale = {"GIT_DIR": str(repo.path / ".git")}
        before = sorted(path.name for path in (other.path / ".git").iterdir())
        done = other.run(command, env=stale)
        if command == "verify":  # the whole ledger, wherever one is
            assert done.returncode == 0
        else:
            assert done.returncode == 1
            assert f"GIT_DIR names {repo.path / '.git'}, but the folder {other.path} belongs to" in done.stderr
        assert sorted(path.name for path in (other.path / ".git").iterdir()) == before
        assert (repo.folder / "project-id").exists()

    def test_a_path_says_which_one_is_meant(self, repo: Repo, tmp_path: Path) -> None:
        other = Repo.make(tmp_path / "other", repo.environment)
        stale = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
        assert f"Tracking {other.path}." in other.tracker("init", str(other.path), env=stale)
        other.commit("feat: other")
        repo.commit("feat: mine")
        for path, expected in ((other.path, "feat: other"), (repo.path, "feat: mine")):
            done = other.run("-h", env=stale)
            assert done.returncode == 0
            done = other.run("log", "-C", str(path), "--json", env=stale)
            assert f'"{expected}"' in done.stdout
            assert len(done.stdout.splitlines()) == 1

    def test_from_within_a_hook(self, repo: Repo, tmp_path: Path) -> None:
        """In a linked work tree git gives its hooks GIT_DIR: the command there is about that repository."""
        repo.commit("feat: zero")
        repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
        beside = repo.at(tmp_path / "beside")
        hook = repo.path / ".git" / "hooks" / "pre-commit"
        program = " ".join(TRACKER)
        hook.write_text(
            f"#!/bin/sh\n[ -n \"$GIT_DIR\" ] || exit 9\n{program} log --json >'{tmp_path / 'said'}' || exit 8\n"
        )
        hook.chmod(0o755)
        beside.commit("feat: one")
        assert '"feat: zero"' in (tmp_path / "said").read_text()

    def test_a_git_dir_that_is_gone(self, repo: Repo, tmp_path: Path) -> None:
        done = repo.run("status", env={"GIT_DIR": str(tmp_path / "gone")})
        assert done.returncode == 1
        assert f"with GIT_DIR={tmp_path / 'gone'} git finds no repository" in done.stderr
        assert len(done.stderr.splitlines()) == 1


class TestMovedAndCopied:
    def test_a_copy_by_cp_counts_nothing_twice(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one", env=AGENT)
        repo.settle()
        subprocess.run(["cp", "-r", str(repo.path), str(tmp_path / "copy")], check=True)
        copy = repo.at(tmp_path / "copy")
        copy.commit("feat: two, in the copy", env=AGENT)
        copy.settle()
        repo.commit("feat: two, in the original", env=AGENT)
        repo.settle()
        assert (copy.folder / "project-id").read_text() != (repo.folder / "project-id").read_text()
        assert subjects(repo) == ["feat: two, in the original", "feat: one"]
        assert subjects(copy) == ["feat: two, in the copy", "feat: one"]
        counted = {line["subject"]: 0 for line in repo.log("--everywhere")}
        for line in repo.log("--everywhere"):
            counted[line["subject"]] += line["counted"]
        assert counted == {"feat: one": 1, "feat: two, in the copy": 1, "feat: two, in the original": 1}
        assert repo.status_file()["total_commits"] == copy.json("status")["total_commits"] == 3
        assert [one.json("doctor")["findings"] for one in (repo, copy)] == [[], []]
        assert repo.json("verify")["ok"]

    def test_a_moved_one_keeps_its_history_and_its_hooks(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one", env=AGENT)
        repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
        repo.settle()
        project = (repo.folder / "project-id").read_text()
        repo.path.rename(tmp_path / "moved")
        moved = repo.at(tmp_path / "moved")
        moved.git("worktree", "repair", str(tmp_path / "beside"))
        beside = repo.at(tmp_path / "beside")
        beside.commit("feat: beside", env=AGENT)
        moved.commit("feat: two", env=AGENT)
        moved.settle()
        assert (moved.folder / "project-id").read_text() == project
        assert sorted(subjects(moved)) == ["feat: beside", "feat: one", "feat: two"]
        assert {line["learnt"] for line in moved.assert_recorded()} == {"post-commit"}
        assert moved.json("doctor")["findings"] == []

    def test_a_clone_on_the_same_machine_counts_the_same_commits_once(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one", env=AGENT)
        repo.settle()
        clone = repo.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        made = clone.commit("feat: two, in the clone", env=AGENT)
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
