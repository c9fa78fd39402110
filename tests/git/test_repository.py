"""Questions that ``Repository`` answers about commits, and errors where it finds no repository or no git."""

from pathlib import Path

import pytest

from tests.support import Repo, one
from tracker.errors import RepositoryError
from tracker.git import Repository, process
from tracker.git.walk import Author
from tracker.model import Oid


def test_error_outside_of_repository(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(RepositoryError, match="not inside a git repository"):
        Repository.discover(tmp_path)
    with pytest.raises(RepositoryError, match="not a git directory"):
        Repository.at_git_dir(tmp_path, None)


def test_error_for_missing_git(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RepositoryError, match="git is not installed"):
        Repository.discover(untracked.path)


def test_git_variables_of_caller_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_COUNT"):
        monkeypatch.setenv(name, "x")
        assert name not in process.environment()


def object_files(repo: Repo) -> list[str]:
    return sorted(str(path) for path in (repo.path / ".git" / "objects").rglob("*"))


def test_merged_tree_writes_no_object(untracked: Repo) -> None:
    base = untracked.commit("base", file="a.txt", text="1\n2\n3\n4\n5\n6\n7\n8\n")
    ours = untracked.commit("ours", file="a.txt", text="one\n2\n3\n4\n5\n6\n7\n8\n")
    untracked.git("switch", "-q", "-c", "side", base)
    theirs = untracked.commit("theirs", file="a.txt", text="1\n2\n3\n4\n5\n6\n7\neight\n")
    against = untracked.commit("against", file="a.txt", text="uno\n2\n3\n4\n5\n6\n7\neight\n")
    before, repository = object_files(untracked), Repository.discover(untracked.path)
    merged = repository.merged_tree(Oid(ours), Oid(theirs))
    assert repository.merged_tree(Oid(ours), Oid(against)) is None
    assert repository.merged_tree(Oid(ours), Oid("0" * 40)) is None
    assert object_files(untracked) == before
    untracked.git("switch", "-q", "--detach", ours)
    untracked.git("merge", "-q", "--no-edit", theirs)
    assert untracked.head("HEAD^{tree}") == merged


def test_commits_that_tips_reach_beyond_others(untracked: Repo) -> None:
    base = untracked.commit("base")
    first = untracked.commit("first")
    second = untracked.commit("second")
    untracked.git("switch", "-q", "-c", "side", first)
    third = untracked.commit("third")
    found = Repository.discover(untracked.path).walk_each([Oid(second), Oid(third), Oid(base)], [Oid(base)])
    assert found == {second: [first, second], third: [first, third], base: []}


def test_abbreviated_oids_are_expanded(untracked: Repo) -> None:
    oid = untracked.commit("one")
    tree = untracked.head("HEAD^{tree}")
    found = Repository.discover(untracked.path).expand_oids([oid[:9], oid, tree[:9], "0123456789", "beef"])
    assert found == {oid[:9]: oid, oid: oid}


def test_tip_pulled_from_url_is_remote_tip(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("one")
    clone = untracked.clone(tmp_path / "clone")
    theirs = clone.commit("two")
    untracked.git("pull", "-q", str(clone.path), "main")
    repository = Repository.discover(untracked.path)
    assert not untracked.git("for-each-ref", "refs/remotes")
    assert repository.remote_tips() == [theirs]


def test_commits_of_same_author_and_date(untracked: Repo) -> None:
    oid = Oid(untracked.commit("one", file="a.txt"))
    untracked.git("switch", "-q", "--orphan", "other")
    untracked.git("cherry-pick", oid)
    copy = untracked.head()
    untracked.commit("another")
    repository = Repository.discover(untracked.path)
    commit = one(repository.commits([oid]))
    others = [commit.author._replace(name="Nobody"), commit.author._replace(time=commit.author.time + 1)]
    found = repository.commits_by_authors([commit.author, *others])
    assert sorted(map(len, found.values())) == [0, 0, 2]
    assert {*found[Author(*commit.author[:3])]} == {oid, copy}


def test_commit_of_same_author_is_found_in_reflogs_alone(untracked: Repo) -> None:
    untracked.commit("base")
    oid = Oid(untracked.commit("reset away"))
    untracked.git("reset", "-q", "--hard", "HEAD~1")
    repository = Repository.discover(untracked.path)
    assert [*repository.commits_by_authors([one(repository.commits([oid])).author]).values()] == [[oid]]
