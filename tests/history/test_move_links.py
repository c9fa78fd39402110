"""Pairs of commits that the moves of refs show, with nobody looking between git's commands and with somebody looking.

Reflogs alone are followed: there are no hooks and no ledger.
"""

from collections.abc import Callable
from typing import Final

import pytest

from tests.history.agents_work import commit_file
from tests.history.looking.watched import WatchedRepo
from tests.history.reflog_follower import PairBySubject, ReflogFollower
from tests.support import Repo
from tracker.model import Oid

Operation = Callable[[Repo], object]

OPERATIONS: Final[dict[Operation, set[PairBySubject]]] = {}


def shows(*pairs: PairBySubject) -> Callable[[Operation], Operation]:
    """Register an operation on a branch with the commits base, a and b, and the pairs that it must show."""

    def register(operation: Operation) -> Operation:
        OPERATIONS[operation] = {*pairs}
        return operation

    return register


BOTH_IN_ONE: Final[tuple[PairBySubject, ...]] = (("a", "both", "content"), ("b", "both", "content"))


def commit_both_again(repo: Repo, old: str) -> None:
    repo.git("checkout", "-q", old, "--", "a.txt", "b.txt")
    repo.git("commit", "-q", "-m", "both")


# -- work that was reset away and committed again --------------------------------------------------------------------


@shows(*BOTH_IN_ONE)
def reset_soft_and_commit(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "both")


@shows(*BOTH_IN_ONE)
def reset_soft_twice_and_commit(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-m", "both")


@shows(*BOTH_IN_ONE)
def commit_again_after_two_other_commits(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~2")
    commit_file(repo, "x")
    commit_file(repo, "y")
    commit_both_again(repo, old)


@shows()
def commit_a_part_again_after_three_other_commits(repo: Repo) -> None:
    """By then the tree must be the old one."""
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~2")
    for name in ("x", "y", "z"):
        commit_file(repo, name)
    commit_both_again(repo, old)


@shows(*BOTH_IN_ONE)
def commit_the_old_tree_at_the_eighth_step(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~2")
    for _ in range(7):
        repo.git("commit", "-q", "--allow-empty", "-m", "empty")
    commit_both_again(repo, old)


@shows()
def commit_the_old_tree_at_the_ninth_step(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~2")
    for _ in range(8):
        repo.git("commit", "-q", "--allow-empty", "-m", "empty")
    commit_both_again(repo, old)


@shows(("a", "a", "reflog"), ("a", "a", "match"), ("b", "a", "content"))
def fold_into_the_commit_before(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "--amend", "--no-edit")


@shows(("b", "b", "match"))
def reset_soft_and_commit_with_the_old_message(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~1")
    repo.git("commit", "-q", "-C", "ORIG_HEAD")


@shows(*BOTH_IN_ONE)
def reset_soft_on_another_branch(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "again")
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "both")
    repo.git("branch", "-q", "-D", "main")


@shows()
def commit_other_work_after_a_reset(repo: Repo) -> None:
    repo.git("reset", "-q", "--hard", "HEAD~1")
    commit_file(repo, "x")


@shows()
def commit_half_of_it_again(repo: Repo) -> None:
    repo.git("reset", "-q", "--soft", "HEAD~2")
    repo.git("commit", "-q", "-m", "half", "--", "a.txt")
    repo.git("reset", "-q", "--hard")


# -- refs that move between existing commits -------------------------------------------------------------------------


@shows()
def reset_and_reset_back(repo: Repo) -> None:
    old = repo.head()
    repo.git("reset", "-q", "--hard", "HEAD~2")
    repo.git("reset", "-q", "--hard", old)


@shows(("b", "b amended", "reflog"))
def reset_to_the_version_before(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "-m", "b amended")
    repo.git("reset", "-q", "--hard", "HEAD@{1}")


@shows(("b", "b amended", "reflog"), ("b", "b amended", "match"))
def reset_to_the_later_version(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "-m", "b amended")
    repo.git("reset", "-q", "--hard", "HEAD@{1}")
    repo.git("reset", "-q", "--hard", "HEAD@{1}")


@shows()
def delete_a_branch_and_restore_it(repo: Repo) -> None:
    old = repo.head()
    repo.git("switch", "-q", "-c", "other", "HEAD~2")
    repo.git("branch", "-q", "-D", "main")
    commit_file(repo, "x")
    repo.git("branch", "-q", "main", old)


@shows()
def make_a_branch_of_the_same_name_elsewhere(repo: Repo) -> None:
    repo.git("switch", "-q", "--detach", "HEAD~2")
    repo.git("branch", "-q", "-D", "main")
    repo.git("switch", "-q", "-c", "main")
    commit_file(repo, "x")


@shows()
def fast_forward(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "topic")
    commit_file(repo, "x")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "topic")


@shows()
def rename_a_branch(repo: Repo) -> None:
    repo.git("branch", "-q", "-m", "trunk")
    commit_file(repo, "x")


# -- copies ------------------------------------------------------------------------------------------------------------


@shows()
def pick_back_what_was_reset_away(repo: Repo) -> None:
    """The pick is a copy of it; lineage decides which of the two counts."""
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("cherry-pick", "ORIG_HEAD")


@shows()
def apply_the_patch_of_what_was_reset_away(repo: Repo) -> None:
    patch = repo.git("format-patch", "--stdout", "-1")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("am", "-q", stdin=patch)


# -- rewrites ----------------------------------------------------------------------------------------------------------


@shows(("b", "b amended", "reflog"))
def amend(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "-m", "b amended")


@shows(("a", "a", "match"), ("b", "b", "match"))
def rebase(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "other", "HEAD~2")
    commit_file(repo, "x")
    repo.git("rebase", "-q", "other", "main")


@shows(("a", "a", "match"), ("b", "b", "match"))
def rebase_of_a_detached_head(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "other", "HEAD~2")
    commit_file(repo, "x")
    repo.git("switch", "-q", "--detach", "main")
    repo.git("rebase", "-q", "other")


@shows(("a", "a", "match"))
def rebase_of_a_detached_head_that_stops_at_its_end(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "other", "HEAD~2")
    commit_file(repo, "x")
    repo.git("switch", "-q", "--detach", "main~1")
    repo.git("rebase", "-q", "-i", "other", env={"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/edit/"})
    repo.git("rebase", "--continue")


@shows(("a", "a", "match"), ("b", "a", "meld"))
def squash_in_a_rebase(repo: Repo) -> None:
    repo.git("rebase", "-q", "-i", "HEAD~2", env={"GIT_SEQUENCE_EDITOR": "sed -i 2s/^pick/squash/"})


@shows(*BOTH_IN_ONE)
def squash_by_plumbing(repo: Repo) -> None:
    oid = repo.git("commit-tree", "-p", "HEAD~2", "-m", "both", "HEAD^{tree}").strip()
    repo.git("update-ref", "refs/heads/main", oid)


@shows(("b", "b amended", "match"))
def amend_without_reflogs(repo: Repo) -> None:
    (repo.path / ".git" / "logs" / "HEAD").unlink()
    (repo.path / ".git" / "logs" / "refs" / "heads" / "main").unlink()
    repo.git("-c", "core.logAllRefUpdates=false", "commit", "-q", "--amend", "-m", "b amended")


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
