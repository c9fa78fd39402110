"""Work of an agent that is reset away and made again by somebody without a mark keeps its agent and its grade.

Each way runs with nobody looking between git's commands, and with somebody looking after each of them.
"""

from collections.abc import Callable
from typing import Final

import pytest

from tests.history.agents_work import assert_kept, commit_agents_work, commit_file
from tests.history.looking.looks import looked_at, looked_at_during_commands, watch
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

Way = Callable[[Repo], None]


def reset_soft(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "both")


def reset_soft_in_steps(repo: Repo) -> None:
    for _ in range(2):
        repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-m", "both")


def reset_mixed(repo: Repo) -> None:
    repo.git("reset", "-q", "HEAD~2")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "both")


def squash_by_plumbing(repo: Repo) -> None:
    oid = repo.git("commit-tree", "-p", "HEAD~2", "-m", "both", "HEAD^{tree}").strip()
    repo.git("reset", "-q", "--soft", oid)


def squash_by_update_ref(repo: Repo) -> None:
    oid = repo.git("commit-tree", "-p", "HEAD~2", "-m", "both", "HEAD^{tree}").strip()
    repo.git("update-ref", "refs/heads/main", oid)


def reset_soft_through_another_branch(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "again")
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "both")
    repo.git("branch", "-q", "-D", "main")


SQUASHES: Final[list[Way]] = [
    reset_soft, reset_soft_in_steps, reset_mixed, squash_by_plumbing, squash_by_update_ref,
    reset_soft_through_another_branch,
]  # fmt: skip


def reset_hard_and_pick_back(repo: Repo) -> None:
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("cherry-pick", "ORIG_HEAD")


def reset_keep_and_pick_back(repo: Repo) -> None:
    repo.git("reset", "-q", "--keep", "HEAD~1")
    repo.git("cherry-pick", "ORIG_HEAD")


def reset_hard_and_pick_back_on_other_work(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    commit_file(repo, "between")
    repo.git("cherry-pick", old)


def pick_back_on_another_branch(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("switch", "-q", "-c", "again", "HEAD~1")
    repo.git("cherry-pick", old)


def move_by_pick_and_reset(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "again", "HEAD~2")
    repo.git("cherry-pick", "main")
    repo.git("switch", "-q", "main")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("switch", "-q", "again")


def checkout_b_and_pick_back(repo: Repo) -> None:
    old = repo.head()
    repo.git("checkout", "-q", "-B", "main", "HEAD~1")
    repo.git("cherry-pick", old)


def reset_soft_and_commit_with_old_message(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-C", "ORIG_HEAD")


def reset_soft_and_commit_with_new_message(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-m", "b, in other words")


def stash_branch(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("stash", "-q")
    repo.git("stash", "branch", "again")
    repo.git("commit", "-q", "-m", "b, stashed")


def patch_taken_back(repo: Repo) -> None:
    folder = repo.path.parent / "patches"
    repo.git("format-patch", "-q", "-1", "-o", str(folder))
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("am", "-q", *sorted(map(str, folder.iterdir())))


def reword_by_plumbing(repo: Repo) -> None:
    oid = repo.git("commit-tree", "-p", "HEAD~1", "-m", "b, in other words", "HEAD^{tree}").strip()
    repo.git("reset", "-q", "--soft", oid)


def amend_detached(repo: Repo) -> None:
    repo.git("switch", "-q", "--detach")
    repo.git("commit", "-q", "--amend", "-m", "b, in other words")
    repo.git("branch", "-q", "-f", "main", "HEAD")
    repo.git("switch", "-q", "main")


MADE_AGAIN: Final[list[Way]] = [
    reset_hard_and_pick_back, reset_keep_and_pick_back, reset_hard_and_pick_back_on_other_work,
    pick_back_on_another_branch, move_by_pick_and_reset, checkout_b_and_pick_back,
    reset_soft_and_commit_with_old_message, reset_soft_and_commit_with_new_message, stash_branch, patch_taken_back,
    reword_by_plumbing, amend_detached,
]  # fmt: skip


def _name(way: Way) -> str:
    return way.__name__.replace("_", " ")


@looked_at
@pytest.mark.parametrize("way", SQUASHES, ids=_name)
def test_squash_by_hand_has_agent_and_grade_of_its_parts(repo: Repo, looks: str, way: Way) -> None:
    commit_agents_work(repo, "a", "b")
    way(watch(repo, looks))
    assert_kept(repo, "squashed")


@looked_at
@pytest.mark.parametrize("way", MADE_AGAIN, ids=_name)
def test_commit_made_again_has_agent_and_grade_of_original(repo: Repo, looks: str, way: Way) -> None:
    commit_agents_work(repo, "a", "b")
    way(watch(repo, looks))
    assert_kept(repo)


@looked_at
def test_copy_whose_original_lives_has_the_agent_and_no_grade(repo: Repo, looks: str) -> None:
    """Of a pick without a reset both commits count, so the grade stays with the original."""
    commit_agents_work(repo, "a", "b")
    seen = watch(repo, looks)
    seen.git("switch", "-q", "-c", "again", "HEAD~2")
    seen.git("cherry-pick", "main")
    line = repo.line()
    assert (line["agent"], line["grades"]["user"], line["copy_of"]) == ("claude-code", None, repo.head("main"))
    assert sum(one["counted"] for one in repo.log("--all")) == len(repo.reachable())


@looked_at
def test_thrown_away_commit_passes_nothing_to_other_work(repo: Repo, looks: str) -> None:
    commit_agents_work(repo, "a", "b")
    seen = watch(repo, looks)
    seen.git("reset", "-q", "--hard", "HEAD~1")
    commit_file(seen, "by hand")
    line = repo.line()
    assert (line["agent"], line["grades"]["user"], line["replaces"]) == ("human", None, [])


@looked_at
def test_commit_of_same_second_in_another_worktree_is_not_the_thrown_away_one(repo: Repo, looks: str) -> None:
    """Agents and people share one identity, so an equal author and second say nothing."""
    repo.commit("base", file="f.txt", text="base\n")
    second = {"GIT_AUTHOR_DATE": "1700000000 +0000"}
    repo.git("worktree", "add", "-q", "-b", "other", str(repo.path.parent / "other"))
    repo.settle()
    seen = watch(repo, looks)
    other = seen.at(repo.path.parent / "other")
    seen.commit("agent tries", file="f.txt", text="agent\n", env={"CLAUDECODE": "1"} | second)
    seen.git("reset", "-q", "--hard", "HEAD~1")
    oid = other.commit("person does", file="f.txt", text="person\n", env=second)
    line = repo.line(oid)
    assert (line["agent"], line["replaces"]) == ("human", [])
    assert [one["replaced_by"] for one in repo.log("--all") if one["subject"] == "agent tries"] == [[]]


@looked_at
def test_empty_commits_of_same_second_are_not_linked(repo: Repo, looks: str) -> None:
    repo.commit("base")
    second = {"GIT_AUTHOR_DATE": "1700000000 +0000"}
    repo.settle()
    seen = watch(repo, looks)
    seen.git("commit", "-q", "--allow-empty", "-m", "agent tries", env={"CLAUDECODE": "1"} | second)
    seen.git("reset", "-q", "--hard", "HEAD~1")
    seen.git("commit", "-q", "--allow-empty", "-m", "person does", env=second)
    line = repo.line()
    assert (line["agent"], line["replaces"]) == ("human", [])


@looked_at_during_commands
@pytest.mark.parametrize("way", [reset_hard_and_pick_back, reset_hard_and_pick_back_on_other_work], ids=_name)
def test_pick_back_is_no_copy_of_work_of_the_same_second(repo: Repo, looks: str, way: Way) -> None:
    """Another agent committed in another worktree in the same second: only the date of the author is the same."""
    second = {"GIT_AUTHOR_DATE": "1700000000 +0000"}
    codex = {"CODEX_THREAD_ID": "0199a213-81c0-7800-8aa1-bbab2a035a53"}
    commit_file(repo, "base")
    repo.git("worktree", "add", "-q", "-b", "other", str(repo.path.parent / "other"))
    repo.settle()
    seen = watch(repo, looks)
    other = seen.at(repo.path.parent / "other")
    other.commit("x", file="x.txt", text="x\n" * 5, env={"CLAUDECODE": "1"} | second)
    seen.commit("y", file="y.txt", text="y\n" * 5, env=codex | second)
    way(seen)
    line = repo.line()
    assert (line["subject"], line["agent"]) == ("y", "codex")
    assert line["copy_of"] is None or repo.git("log", "-1", "--format=%s", line["copy_of"]).strip() == "y"
