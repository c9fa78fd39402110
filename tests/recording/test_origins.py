"""The origin of commits: made here, or cloned and fetched from others."""

from pathlib import Path

import pytest

from tests.support import Repo

OTHERS = {"GIT_AUTHOR_NAME": "Bo", "GIT_AUTHOR_EMAIL": "bo@example.com"} | {
    "GIT_COMMITTER_NAME": "Bo", "GIT_COMMITTER_EMAIL": "bo@example.com",
}  # fmt: skip
BY_CLAUDE = "feat: one\n\nCo-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>"


@pytest.fixture
def others(tmp_path: Path, environment: dict[str, str]) -> Repo:
    """Return another person's repository, with an agent's commit."""
    repo = Repo.make(tmp_path / "others", environment)
    repo.git("commit", "-q", "--allow-empty", "-m", BY_CLAUDE, env=OTHERS)
    return repo


def origins(repo: Repo) -> dict[str, str]:
    return {line["subject"]: line["origin"] for line in repo.log()}


def tracked(path: Path, environment: dict[str, str]) -> Repo:
    repo = Repo(path, environment)
    repo.tracker("init")
    repo.tracker("backfill")
    return repo


def test_history_of_a_bare_clone_came_from_others(others: Repo, tmp_path: Path, environment: dict[str, str]) -> None:
    others.git("clone", "-q", "--bare", str(others.path), str(tmp_path / "bare.git"))
    bare = tracked(tmp_path / "bare.git", environment)
    assert origins(bare) == {"feat: one": "fetched"}
    assert bare.json("status", "claude-code")["experience_points"] == 0


def test_what_is_pushed_into_a_bare_repository_came_from_others(
    others: Repo, tmp_path: Path, environment: dict[str, str]
) -> None:
    others.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    bare = tracked(tmp_path / "bare.git", environment)
    others.git("push", "-q", str(bare.path), "main")
    bare.tracker("sync")
    assert origins(bare) == {"feat: one": "fetched"}


def test_work_in_a_worktree_of_a_bare_clone_is_made_here(
    others: Repo, tmp_path: Path, environment: dict[str, str]
) -> None:
    others.git("clone", "-q", "--bare", str(others.path), str(tmp_path / "bare.git"))
    Repo(tmp_path / "bare.git", environment).git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    tree = tracked(tmp_path / "tree", environment)
    tree.git("commit", "-q", "--allow-empty", "-m", "feat: two", env=OTHERS)
    assert origins(tree) == {"feat: one": "fetched", "feat: two": "local"}


def test_clone_whose_remote_was_removed_came_from_others(
    others: Repo, tmp_path: Path, environment: dict[str, str]
) -> None:
    clone = others.clone(tmp_path / "clone")
    clone.git("remote", "remove", "origin")
    clone.git("commit", "-q", "--allow-empty", "-m", "feat: two", env=OTHERS)
    assert origins(tracked(clone.path, environment)) == {"feat: one": "fetched", "feat: two": "local"}


def test_users_own_work_stays_the_users_in_a_clone(tmp_path: Path, environment: dict[str, str]) -> None:
    repo = Repo.make(tmp_path / "own", environment)
    repo.commit("feat: one")
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    assert origins(tracked(tmp_path / "bare.git", environment)) == {"feat: one": "local"}
