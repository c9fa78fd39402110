"""Pairs of commits that the moves of refs show, with nobody looking between git's commands and with somebody looking.

Reflogs alone are followed: there are no hooks and no ledger.
"""

import pytest

from tests.history.agents_work import commit_file
from tests.history.looking.watched import WatchedRepo
from tests.history.ref_moves import (
    BOTH_IN_ONE,
    OPERATIONS,
    Operation,
    amend,
    commit_both_again,
    fast_forward,
    reset_and_reset_back,
    reset_soft_and_commit,
)
from tests.history.reflog_follower import ReflogFollower
from tests.support import Repo
from tracker.git import Repository
from tracker.history import move_links
from tracker.history.matches import same_author
from tracker.model import Oid


@pytest.fixture
def worked(untracked: Repo) -> Repo:
    """A repository whose main branch has the commits base, a and b, each with a file of its own."""
    for name in ("base", "a", "b"):
        commit_file(untracked, name)
    return untracked


@pytest.mark.parametrize("looks", ["nobody looks", "somebody looks"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__.replace("_", " "))
def test_pairs_of_an_operation(worked: Repo, operation: Operation, looks: str) -> None:
    follower = ReflogFollower(worked)
    operation(WatchedRepo(worked, follower.look) if looks == "somebody looks" else worked)
    assert follower.pairs() == OPERATIONS[operation]


def test_amend_before_reflogs_expire_is_matched(worked: Repo) -> None:
    follower = ReflogFollower(worked)
    worked.git("commit", "-q", "--amend", "-m", "b amended")
    worked.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    assert follower.pairs() == {("b", "b amended", "match")}


def test_nothing_is_left_behind_after_a_reset_back(worked: Repo) -> None:
    follower = ReflogFollower(worked)
    reset_and_reset_back(worked)
    follower.look()
    assert {record.left for record in follower.logs.values()} == {()}


@pytest.mark.parametrize("place", ["main", "--detach"])
def test_rebase_that_ends_during_a_look_is_followed_whole(worked: Repo, place: str) -> None:
    worked.git("switch", "-q", "-c", "other", "HEAD~2")
    commit_file(worked, "x")
    worked.git("switch", "-q", *([place, "main"] if place == "--detach" else [place]))
    follower = ReflogFollower(worked)
    stop = {"GIT_SEQUENCE_EDITOR": "sed -i '2s/^/break\\n/'"}
    worked.git("rebase", "-q", "-i", "other", env=stop)
    follower.look(before_following=lambda: worked.git("rebase", "--continue"))
    assert follower.pairs() == {("a", "a", "match"), ("b", "b", "match")}
    assert {record.left for record in follower.logs.values()} == {()}


@pytest.mark.parametrize("looks", range(3), ids=["before", "after the reset", "after the renaming"])
@pytest.mark.parametrize("option", ["-m", "-M"], ids=["a new name", "another branch's name"])
def test_work_that_a_branch_left_behind_is_found_again_under_its_new_name(
    worked: Repo, looks: int, option: str
) -> None:
    worked.git("branch", "trunk", "HEAD~2") if option == "-M" else None
    follower = ReflogFollower(worked)
    old = worked.head()
    worked.git("switch", "-q", "--detach", "HEAD~2")
    worked.git("branch", "-f", "main", "HEAD")
    if looks > 0:
        follower.look()
    worked.git("branch", option, "main", "trunk")
    if looks > 1:
        follower.look()
    worked.git("switch", "-q", "trunk")
    commit_both_again(worked, old)
    assert follower.pairs() == {*BOTH_IN_ONE}
    assert "refs/heads/main" not in follower.logs


@pytest.mark.parametrize("looks", [False, True], ids=["nobody looks", "somebody looks"])
def test_branch_that_is_made_again_left_nothing_behind(worked: Repo, looks: bool) -> None:
    worked.git("switch", "-q", "-c", "topic")
    follower = ReflogFollower(worked)
    old = worked.head()
    worked.git("switch", "-q", "--detach", "HEAD~2")
    worked.git("branch", "-f", "topic", "HEAD")
    follower.look()
    assert [left.tip for left in follower.logs["refs/heads/topic"].left] == [old]
    worked.git("branch", "-q", "-D", "topic")
    if looks:
        follower.look()
    worked.git("branch", "topic")
    worked.git("switch", "-q", "topic")
    commit_both_again(worked, old)
    assert follower.pairs() == set()


def test_branch_that_moves_between_the_readings_of_tips_and_reflogs_is_followed_once(worked: Repo) -> None:
    """A reset to an earlier version rewrites nothing; a move that git gave no reason for would."""
    worked.git("commit", "-q", "--amend", "-m", "b amended")
    follower = ReflogFollower(worked)
    follower.look(before_reading=lambda: worked.git("reset", "-q", "--hard", "HEAD@{1}"))
    commit_file(worked, "x")
    assert follower.pairs() == set()


def expire_all(repo: Repo) -> None:
    repo.git("reflog", "expire", "--expire=all", "--expire-unreachable=all", "--all")


@pytest.mark.parametrize("later", ["stay", "leave"])
@pytest.mark.parametrize("branch", ["has it", "has it no more"])
def test_amend_of_a_detached_head_before_reflogs_expire_is_matched(worked: Repo, branch: str, later: str) -> None:
    follower = ReflogFollower(worked)
    worked.git("switch", "-q", "--detach")
    follower.look()
    if branch == "has it no more":
        worked.git("branch", "-f", "main", "HEAD~1")
    worked.git("commit", "-q", "--amend", "-m", "b amended")
    expire_all(worked)
    if later == "leave":
        commit_file(worked, "x")
        worked.git("switch", "-q", "-c", "new")
    is_certain = branch == "has it no more" or later == "stay"
    assert follower.pairs() == ({("b", "b amended", "match")} if is_certain else set())
    follower.look()
    assert follower.logs["HEAD"].tip == worked.head()


@pytest.mark.parametrize("place", ["branch", "detached"])
def test_visit_of_a_copy_before_reflogs_expire_shows_nothing(worked: Repo, place: str) -> None:
    worked.git("switch", "-q", "-c", "other", "HEAD~2")
    commit_file(worked, "x")
    worked.git("cherry-pick", "main")
    worked.git("switch", "-q", *(["--detach"] if place == "detached" else []), "main")
    follower = ReflogFollower(worked)
    worked.git("switch", "-q", "--detach", "main~1")
    worked.git("switch", "-q", "--detach", "main")
    follower.look()
    worked.git("switch", "-q", "--detach", "other")
    expire_all(worked)
    assert follower.pairs() == set()


@pytest.mark.parametrize("most", [1, 2])
def test_only_so_many_commits_that_a_ref_left_behind_are_looked_for(
    worked: Repo, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(move_links, "_MOST_LOST", most)
    follower = ReflogFollower(worked)
    reset_soft_and_commit(worked)
    assert follower.pairs() == ({*BOTH_IN_ONE} if most == 2 else set())
    assert {record.left for record in follower.logs.values()} == {()}


def test_last_tips_that_a_ref_left_behind_are_remembered(worked: Repo) -> None:
    follower = ReflogFollower(worked)
    tips = []
    for number in range(6):
        tips.append(commit_file(worked, f"try {number}"))
        worked.git("reset", "-q", "--hard", "HEAD~1")
    follower.look()
    for name in ("HEAD", "refs/heads/main"):
        assert [one.tip for one in follower.logs[name].left] == tips[-4:]


def test_records_hold_the_present_tip_of_each_ref(worked: Repo) -> None:
    follower = ReflogFollower(worked)
    for operation in (amend, reset_soft_and_commit, fast_forward):
        operation(worked)
        follower.look()
        assert {record.tip for name, record in follower.logs.items() if name != "refs/heads/topic"} == {worked.head()}


@pytest.mark.parametrize("changes", [False, True], ids=["the same patch", "another patch"])
def test_author_and_date_of_a_foreign_commit_are_believed_with_the_same_patch_only(worked: Repo, changes: bool) -> None:
    """Everybody can write an author and a date into a commit that others fetch."""
    follower = ReflogFollower(worked)
    old = worked.head()
    worked.git("switch", "-q", "--detach", "HEAD~1")
    worked.write("b.txt", "forged\n" if changes else worked.git("show", f"{old}:b.txt"))
    worked.git("add", "-A")
    worked.git("commit", "-q", "-C", old)
    worked.git("commit", "-q", "--amend", "--no-edit", "--reset-author", "--date", "@1 +0000")
    worked.git("commit", "-q", "--amend", "-C", old)
    follower.look()
    forged = worked.head()
    follower = ReflogFollower(worked)
    follower.foreign = frozenset({Oid(forged)})
    worked.git("update-ref", "refs/heads/main", forged)
    assert follower.pairs() == (set() if changes else {("b", "b", "match")})


@pytest.mark.parametrize("other", ["a", "b"], ids=["the same branch", "another branch"])
def test_merges_of_one_second_are_matched_by_what_they_merge(worked: Repo, other: str) -> None:
    moment = {"GIT_AUTHOR_DATE": "1700090000 +0000"}
    for name in ("a", "b"):
        worked.git("switch", "-q", "-c", name, "main")
        worked.commit(name, file=f"{name}.txt")
    worked.git("switch", "-q", "main")
    worked.git("merge", "-q", "--no-ff", "-m", "merged", "a", env=moment)
    first = worked.head()
    worked.git("reset", "-q", "--hard", "HEAD~1")
    worked.git("merge", "-q", "--no-ff", "-m", "merged", other, env=moment)
    found = same_author(Repository.discover(worked.path), [Oid(first)], [Oid(worked.head())], frozenset())
    assert [pair[:2] for pair in found] == ([(first, worked.head())] if other == "a" else [])


def test_of_two_halves_of_a_commit_the_one_with_its_tree_is_matched(worked: Repo) -> None:
    moment = {"GIT_AUTHOR_DATE": "1700090000 +0000"}
    parts = {"first": "1\n", "second": "2\n"}
    for name, text in parts.items():
        worked.write(name, text)
    worked.git("add", "-A")
    worked.git("commit", "-q", "-m", "both", env=moment)
    whole = worked.head()
    worked.git("reset", "-q", "HEAD~1")
    halves = [
        worked.commit("both", file=name, text=f"{number}\n", env=moment)
        for number, name in ((1, "first"), (2, "second"))
    ]
    found = same_author(Repository.discover(worked.path), [Oid(whole)], [Oid(oid) for oid in halves], frozenset())
    assert [pair[:2] for pair in found] == [(whole, halves[1])]


def test_work_that_a_rebase_made_again_is_not_in_a_later_commit_with_the_old_tree(worked: Repo) -> None:
    for number in range(3):
        worked.commit(f"line {number}", file="log.txt", text="".join(f"{line}\n" for line in range(number + 1)))
    worked.commit("taken back", file="log.txt", text="0\n1\n2\n3\n")
    follower = ReflogFollower(worked)
    worked.git("reset", "-q", "--hard", "HEAD~1")
    worked.git("rebase", "-q", "--force-rebase", "HEAD~3")
    worked.commit("made again", file="log.txt", text="0\n1\n2\n3\n")
    assert {pair[:2] for pair in follower.pairs()} == {
        *((f"line {number}", f"line {number}") for number in range(3)),
        ("taken back", "made again"),
    }
