"""Operations that move refs, each with the pairs of commits that it must show."""

from collections.abc import Callable
from typing import Final

from tests.history.agents_work import commit_file
from tests.history.reflog_follower import PairBySubject
from tests.support import Repo

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
