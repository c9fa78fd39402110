"""Revisions that a user writes: every form of git's that names commits, and none that names something else."""

import pytest

from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.git import Repository
from tracker.git.revisions import commits_named


@pytest.fixture
def three(untracked: Repo) -> list[str]:
    return [untracked.commit(f"feat: {word}") for word in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("revision", "numbers"),
    [
        ("HEAD", [2]), ("HEAD~2", [0]), (":/two", [1]), (":/^feat: o", [0]), ("HEAD^!", [2]), ("HEAD~1^!", [1]),
        ("HEAD^@", [1]), ("HEAD~2..HEAD", [1, 2]), ("HEAD^{/feat: one}", [0]), ("@{0}", [2]), ("v1", [0]),
        ("v1..HEAD", [1, 2]), ("HEAD...v1", [1, 2]),
    ],
)  # fmt: skip
def test_every_form_that_names_commits(untracked: Repo, three: list[str], revision: str, numbers: list[int]) -> None:
    untracked.git("tag", "-a", "-m", "first", "v1", "HEAD~2")
    found = commits_named(Repository.discover(untracked.path), [revision])
    assert sorted(found) == sorted(three[number] for number in numbers)


@pytest.mark.parametrize(
    "revision", ["HEAD:file.txt", "HEAD^{tree}", "HEAD^{tree}..HEAD", ":/nowhere", "HEAD~9", "--all", "", "../up"]
)
def test_anything_else_names_no_commit(untracked: Repo, three: list[str], revision: str) -> None:
    untracked.commit("feat: a file", file="file.txt")
    with pytest.raises(RepositoryError, match="names no commit here"):
        commits_named(Repository.discover(untracked.path), [revision])
