"""Worktrees and their indexes, read from git's files, are those that git lists."""

import subprocess
from pathlib import Path

import pytest

from tests.git_wrapper import count_git
from tests.support import Repo
from tracker.git import Repository, index_file
from tracker.git.worktrees import WorktreeReader

PATH = ".agent/status.json"


def assert_as_git_lists(path: Path) -> None:
    """Compare with git's list, in which the path of the main worktree is corrected."""
    repository = Repository.discover(path)
    reader = repository._worktrees
    by_git = [*WorktreeReader(reader._place, reader._config)._by_git()]
    assert repository.worktrees() == by_git
    assert by_git or repository.work_tree is None


@pytest.fixture
def trees(untracked: Repo, tmp_path: Path) -> Repo:
    """A repository with worktrees in every state."""
    untracked.commit("feat: one")
    untracked.commit("feat: two")
    for number, options in enumerate((["-b", "side"], ["--detach"], ["-b", "packed"], ["-b", "gone"], ["-b", "alias"])):
        untracked.git("worktree", "add", "-q", *options, str(tmp_path / f"tree {number}"), "HEAD~1")
    untracked.git("pack-refs", "--all")
    untracked.at(tmp_path / "tree 0").commit("feat: three")
    (tmp_path / "tree 3").rename(tmp_path / "elsewhere")
    untracked.git("worktree", "lock", str(tmp_path / "tree 2"))
    untracked.git("worktree", "add", "-q", "-b", "fresh", str(tmp_path / "a"))
    untracked.git("symbolic-ref", "HEAD", "refs/heads/unborn", cwd=tmp_path / "a")
    untracked.git("symbolic-ref", "refs/heads/alias", "refs/heads/side")
    return untracked


def test_worktrees_in_every_state(trees: Repo, tmp_path: Path) -> None:
    assert len(Repository.discover(trees.path).worktrees()) == 7
    for place in (trees.path, tmp_path / "tree 0", tmp_path / "tree 1", tmp_path / "a"):
        assert_as_git_lists(place)


def test_no_process_is_started_for_worktrees(trees: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, calls = count_git(tmp_path / "wrapper", trees.environment)
    repository = Repository.discover(trees.path)
    monkeypatch.setenv("PATH", environment["PATH"])
    assert len(repository.worktrees()) == 7
    assert len(repository.in_every_worktree()) == 6  # all but the one whose folder was moved
    existing = [path for tree in repository.worktrees() if (path := Path(tree.path)).exists()]
    assert not any(repository.is_path_tracked(path, PATH) for path in existing)
    assert [line.split()[-2:] for line in calls.read_text(encoding="utf-8").splitlines()] == [["--list", "-z"]]


def test_path_with_line_feeds_adds_no_worktree(untracked: Repo, tmp_path: Path) -> None:
    """A list in lines would take what follows for fields of a worktree, or for another one."""
    untracked.commit("feat: one")
    odd = tmp_path / "x\n\nworktree " / "y\nHEAD 1111111111111111111111111111111111111111"
    odd.parent.mkdir()
    untracked.git("worktree", "add", "-q", "--detach", str(odd))
    assert_as_git_lists(untracked.path)
    assert [tree.path for tree in Repository.discover(untracked.path).worktrees()] == [str(untracked.path), str(odd)]
    assert {tree.head for tree in Repository.discover(untracked.path).worktrees()} == {untracked.head()}


@pytest.mark.parametrize("options", [[], ["--bare"], ["--separate-git-dir"]])
def test_layouts(options: list[str], tmp_path: Path, environment: dict[str, str]) -> None:
    place = tmp_path / "main"
    words = [f"{one}={tmp_path / 'git dir'}" if one == "--separate-git-dir" else one for one in options]
    subprocess.run(["git", "init", "-q", "-b", "main", *words, str(place)], env=environment, check=True)
    repo = Repo(place, environment)
    assert_as_git_lists(place)
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin", stdin="").strip()
    repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", "-m", "one", tree).strip())
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert_as_git_lists(place)
    assert_as_git_lists(tmp_path / "side")
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "core.bare", "true" if "--bare" in options else "false")
    if "--bare" in options:
        repo.git("config", "--unset", "core.bare", code=None)
        repo.git("config", "--worktree", "core.bare", "true")
    assert [tree.path for tree in Repository.discover(tmp_path / "side").worktrees()][-1] == str(tmp_path / "side")
    assert len(Repository.discover(tmp_path / "side").worktrees()) == (1 if "--bare" in options else 2)


def test_head_that_is_a_symbolic_link(untracked: Repo) -> None:
    untracked.commit("feat: one")
    head = untracked.path / ".git" / "HEAD"
    head.unlink()
    head.symlink_to("refs/heads/main")
    assert_as_git_lists(untracked.path)


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_paths_in_the_index(version: int, object_format: str, tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / "repo", environment, f"--object-format={object_format}")
    git_dir = repo.path / ".git"
    assert index_file.has_path(git_dir, git_dir, PATH) is False
    names = [
        "!first",
        "+plus",
        ".agent/a",
        ".agent/status.jso",
        ".agent/status.json-x",
        ".agent/status.json.d/x",
        "z" * 200,
    ]
    for name in names:
        repo.write(name, "x")
    repo.git("add", "-A")
    if version == 3:
        repo.git("rm", "-q", "--cached", "+plus")
        repo.git("add", "-N", "+plus")  # a flag that only version 3 has
    repo.git("update-index", f"--index-version={max(version, 3) if version == 3 else version}", "--force-write-index")
    assert (git_dir / "index").read_bytes()[7] == version
    for name in ("!first", ".agent", ".agent/a", ".agent/status.jso", ".agent/status.json.d", "z" * 200):
        assert index_file.has_path(git_dir, git_dir, name) is True
    for name in (PATH, "+plu", "zz", "a", ".agent/status"):
        assert index_file.has_path(git_dir, git_dir, name) is False
    repo.write(PATH, "x")
    repo.git("add", "-f", PATH)
    assert index_file.has_path(git_dir, git_dir, PATH) is True
    assert Repository.discover(repo.path).is_path_tracked(repo.path, PATH)


def test_index_in_two_parts_or_with_folders_is_left_to_git(untracked: Repo) -> None:
    untracked.commit("feat: one", file=PATH)
    untracked.commit("feat: two", file="a.txt")
    git_dir, repository = untracked.path / ".git", Repository.discover(untracked.path)
    untracked.git("update-index", "--split-index")
    untracked.commit("feat: three", file="b.txt")
    assert index_file.has_path(git_dir, git_dir, PATH) is None
    assert repository.is_path_tracked(untracked.path, PATH)
    untracked.git("update-index", "--no-split-index")
    for shared in git_dir.glob("sharedindex.*"):
        shared.unlink()
    untracked.git("sparse-checkout", "set", "--cone", "--sparse-index", "other")
    assert index_file.has_path(git_dir, git_dir, PATH) is None
    assert repository.is_path_tracked(untracked.path, PATH)


def test_index_during_a_conflict_has_paths_several_times(untracked: Repo) -> None:
    base = untracked.commit("base", file=PATH)
    untracked.commit("ours", file=PATH, text="ours\n")
    untracked.git("switch", "-q", "-c", "side", base)
    untracked.commit("theirs", file=PATH, text="theirs\n")
    untracked.git("merge", "main", code=1)
    git_dir = untracked.path / ".git"
    assert len(untracked.git("ls-files", "-u").splitlines()) == 3
    assert index_file.has_path(git_dir, git_dir, PATH) is True
    assert index_file.has_path(git_dir, git_dir, "b.txt") is False


@pytest.mark.parametrize("content", [b"", b"DIRC", b"DIRC\0\0\0\x02\xff\xff\xff\xff", b"x" * 500])
def test_damaged_index_is_left_to_git(content: bytes, untracked: Repo) -> None:
    git_dir = untracked.path / ".git"
    (git_dir / "index").write_bytes(content)
    assert index_file.has_path(git_dir, git_dir, PATH) is None
