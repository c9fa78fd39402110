"""Recording in every kind of repository that git makes."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support import Repo, one
from tracker.git import Repository
from tracker.git.objects import ObjectReader
from tracker.model import Oid


def test_sha256_repository(tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / "long", environment, "--object-format=sha256")
    repo.tracker("init")
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    old = repo.commit("feat: two")
    repo.git("commit", "-q", "--amend", "-m", "feat: two, better")
    repo.settle()
    lines = repo.assert_recorded()
    assert [len(line["oid"]) for line in lines] == [64, 64]
    assert lines[1]["agent"] == "claude-code"
    assert [link["kind"] for link in repo.line(old, "--all")["replaced_by"]] == ["same"]
    assert ObjectReader(Repository.discover(repo.path).common_dir).engine() == "git"


def test_replaced_object_is_read_as_it_was_made(repo: Repo) -> None:
    """A replacement may be made after one look and before another, and a commit's facts are written once."""
    repo.commit("feat: one")
    repo.settle()
    oid = repo.commit("feat: wrong")
    raw = repo.git("cat-file", "commit", oid).replace("feat: wrong", "feat: right")
    new = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).strip()
    repo.git("replace", oid, new)
    assert one(Repository.discover(repo.path).commits([Oid(oid)])).message == "feat: wrong\n"
    many = ObjectReader(Repository.discover(repo.path).common_dir, many=1)
    assert many.engine() == "pygit2"
    assert b"feat: wrong" in one(found for found in many.read([Oid(oid)]) if found).data


def test_partial_clone_is_recorded_without_fetching(untracked: Repo, tmp_path: Path) -> None:
    for number in range(5):
        untracked.commit(f"feat: {number}", file="a.txt")
    untracked.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    untracked.git("clone", "-q", "--filter=blob:none", f"file://{untracked.path}", str(clone))
    partial = untracked.at(clone)
    before = partial.git("count-objects", "-v")
    partial.tracker("init")
    partial.tracker("backfill")
    lines = partial.assert_recorded()
    assert len(lines) == 5
    assert partial.git("count-objects", "-v") == before
    assert None in [line["insertions"] for line in lines]


@pytest.mark.whole
def test_partial_clone_with_paths_that_look_like_rows_of_a_diff(untracked: Repo, tmp_path: Path) -> None:
    for name in ("./:w", f"./\x01{'a' * 40}", "./\n:1"):
        untracked.commit(f"feat: {name!r}", file=name)
    untracked.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    untracked.git("clone", "-q", "--filter=blob:none", f"file://{untracked.path}", str(clone))
    partial = untracked.at(clone)
    partial.tracker("init")
    partial.tracker("backfill")
    assert len(partial.assert_recorded()) == 3


def test_boundary_of_shallow_clone_has_no_statistics(untracked: Repo, tmp_path: Path) -> None:
    for number in range(5):
        untracked.commit(f"feat: {number}", file=f"{number}.txt")
    clone = tmp_path / "shallow"
    untracked.git("clone", "-q", "--depth=2", f"file://{untracked.path}", str(clone))
    shallow = untracked.at(clone)
    shallow.tracker("init")
    shallow.tracker("backfill")
    assert [line["files"] for line in shallow.assert_recorded()] == [1, None]


@pytest.mark.whole
def test_bare_repository_with_worktree(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit()
    untracked.git("clone", "-q", "--bare", str(untracked.path), str(tmp_path / "bare.git"))
    bare = untracked.at(tmp_path / "bare.git")
    bare.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    bare.tracker("init")
    tree = untracked.at(tmp_path / "tree")
    tree.commit("feat: in the tree", env={"CLAUDECODE": "1"})
    tree.settle()
    assert [line["agent"] for line in tree.log()] == ["claude-code"]
    assert tree.status_file()["head"]["oid"] == tree.head()
    assert tree.json("verify")["ok"]


@pytest.mark.whole
def test_submodule_is_separate_project(untracked: Repo, tmp_path: Path, environment: dict[str, str]) -> None:
    inner = Repo.make(tmp_path / "inner", environment)
    inner.commit("feat: inner")
    untracked.git("submodule", "--quiet", "add", str(inner.path), "sub")
    untracked.git("commit", "-q", "-m", "feat: submodule")
    sub = untracked.at(untracked.path / "sub")
    sub.tracker("init")
    sub.commit("feat: in the submodule", env={"CLAUDECODE": "1"})
    sub.settle()
    assert [line["agent"] for line in sub.log()] == ["claude-code"]
    assert sub.folder.is_relative_to(untracked.path / ".git" / "modules")
    untracked.tracker("init")
    untracked.git("commit", "-q", "-a", "-m", "chore: move the submodule")
    untracked.settle()
    line = one(untracked.log())
    assert (line["files"], line["insertions"], line["deletions"]) == (1, 1, 1)


def test_separate_git_directory_and_commit_from_subfolder(tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / "tree", environment, f"--separate-git-dir={tmp_path / 'elsewhere.git'}")
    repo.tracker("init")
    repo.write("deep/er/a.txt", "x")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: from below", cwd=repo.path / "deep" / "er", env={"CLAUDECODE": "1"})
    repo.settle()
    assert [line["agent"] for line in repo.assert_recorded()] == ["claude-code"]


def test_git_dir_and_work_tree_variables(repo: Repo, tmp_path: Path) -> None:
    place = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    other = Repo.make(tmp_path / "other", repo.environment)
    other.tracker("init")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: from afar", cwd=other.path, env=place)
    repo.settle()
    assert [line["subject"] for line in repo.assert_recorded()] == ["feat: from afar"]
    assert other.log() == []


def test_moved_repository_keeps_project_and_copied_one_gets_new(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    repo.path.rename(tmp_path / "moved")
    moved = repo.at(tmp_path / "moved")
    moved.commit("feat: two")
    moved.settle()
    assert [line["agent"] for line in moved.assert_recorded()] == ["human", "claude-code"]
    shutil.copytree(moved.path, tmp_path / "copy", symlinks=True)
    copy = repo.at(tmp_path / "copy")
    copy.commit("feat: three, in the copy")
    copy.settle()
    copy.assert_recorded()
    moved.assert_recorded()
    assert (copy.folder / "project-id").read_text() != (moved.folder / "project-id").read_text()
    assert len(moved.log("--everywhere")) == 3


def test_paths_and_branch_that_are_not_utf_8(tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / os.fsdecode(b"x\xff"), environment)
    assert "are tracked" not in repo.tracker("init")
    repo.git("switch", "-q", "-c", os.fsdecode(b"br\xff"))
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one", env={"CLAUDECODE": "1"})
    repo.git("worktree", "add", "-q", str(tmp_path / os.fsdecode(b"wt\xff")))
    repo.settle()
    for command in ("sync", "status", "verify", "log"):
        repo.tracker(command)
    outcome = repo.json("sync")
    assert (outcome["set_aside"], outcome["recorded"]) == (0, 0)
    assert repo.json("doctor")["findings"] == []
    assert repo.status_file()["head"]["branch"] == "refs/heads/br\\xff"
    assert repo.json("backfill")["recorded"] == 0
    repo.tracker("uninstall")


@pytest.mark.whole
def test_names_with_unicode_line_separators(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.git("switch", "-q", "-c", "line\u2028end\u0085")
    repo.commit("feat: two\u2028with\u0085ends")
    repo.git("commit", "-q", "--amend", "-m", "feat: two\u2029again")
    assert len(repo.assert_recorded()) == 2
    assert [link["kind"] for line in repo.log("--all") for link in line["replaced_by"]] == ["same"]
