"""Reflog messages as real git writes them, and the sets of actions that other rooms use."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tracker.history.reflog_rewrites import _MELDS, _REPLACES

from tests.support import Repo
from tracker.git import reflog
from tracker.git.reflog import COMMITTED, COPIED, MADE_HERE, ReflogAction, ReflogEntry, parse_action
from tracker.model import Oid
from tracker.recording.assign_pending_grades import _NEW_WORK

MAIN, SIDE = "on-main.txt", "on-side.txt"


def diverge(repo: Repo, *, side_file: str = SIDE, commits: int = 1) -> None:
    """Make ``main`` and ``side`` differ since one common commit, with ``main`` checked out."""
    repo.commit("feat: base", file="base.txt", text="base\n")
    repo.git("switch", "-q", "-c", "side")
    for number in range(commits):
        repo.commit(f"feat: side {number}", file=f"{number}-{side_file}" if number else side_file, text="side\n")
    repo.git("switch", "-q", "main")
    repo.commit("feat: main", file=MAIN, text="main\n")


def resolve(repo: Repo) -> None:
    repo.write(MAIN, "both\n")
    repo.git("add", MAIN)


def edit_todo(*commands: str) -> dict[str, str]:
    """Return the environment in which ``rebase -i`` uses these commands for its commits, in their order."""
    edits = " ".join(f"-e '{number}s/^pick/{command}/'" for number, command in enumerate(commands, start=1))
    return {"GIT_SEQUENCE_EDITOR": f"sed -i {edits}"}


def with_upstream(repo: Repo) -> Repo:
    """Push ``main`` to a new remote, and let somebody else push a commit to it."""
    repo.commit("feat: base")
    bare = repo.path.parent / "remote.git"
    repo.git("init", "-q", "--bare", "-b", "main", str(bare))
    repo.git("remote", "add", "origin", str(bare))
    repo.git("push", "-q", "-u", "origin", "main")
    other = Repo(bare, repo.environment).clone(repo.path.parent / "other")
    other.commit("feat: other", file="other.txt")
    other.git("push", "-q")
    repo.git("fetch", "-q")
    return other


def commits(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.commit("feat: two")
    repo.git("commit", "-q", "--amend", "-m", "feat: three")
    repo.git("commit", "-q", "--allow-empty", "-m", "merge side: Merge made by the 'ort' strategy.")
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    repo.git("commit", "-q", "--amend", "--allow-empty", "--allow-empty-message", "-m", "")


def moves_to_existing_commits(repo: Repo) -> None:
    diverge(repo)
    repo.git("checkout", "-q", "side")
    repo.git("switch", "-q", "--detach", "main")
    repo.git("checkout", "-q", "main")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("merge", "-q", "side")


def merges(repo: Repo) -> None:
    diverge(repo)
    repo.git("merge", "-q", "--no-edit", "side")
    repo.git("branch", "third", "HEAD~1")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("merge", "-q", "--squash", "side")
    repo.git("commit", "-q", "-m", "feat: squashed")


def octopus(repo: Repo) -> None:
    diverge(repo)
    repo.git("switch", "-q", "-c", "third", "HEAD~1")
    repo.commit("feat: third", file="third.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side", "third")


def concluded_merge(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("merge", "-q", "side", code=1)
    resolve(repo)
    repo.git("commit", "-q", "--no-edit")


def cherry_picks(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("cherry-pick", "side~1", "side")
    repo.git("switch", "-q", "-c", "again", "side~1")
    repo.git("cherry-pick", "--ff", "side")


def concluded_cherry_picks(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    for conclusion in (["commit", "-q", "--no-edit"], ["cherry-pick", "--continue"]):
        repo.git("cherry-pick", "side", code=1)
        resolve(repo)
        repo.git(*conclusion)
        repo.git("reset", "-q", "--hard", "HEAD~1")


def reverts(repo: Repo) -> None:
    repo.commit("feat: one", file=MAIN, text="one\n")
    repo.commit("feat: two", file=MAIN, text="two\n")
    repo.git("revert", "--no-edit", "HEAD")


def concluded_reverts(repo: Repo) -> None:
    for number in range(3):
        repo.commit("feat: change", file=MAIN, text=f"{number}\n")
    repo.git("revert", "--no-edit", "HEAD~1", code=1)
    resolve(repo)
    repo.git("commit", "-q", "--no-edit")


def interactive_rebase(repo: Repo) -> None:
    diverge(repo, commits=6)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("pick", "squash", "fixup", "reword", "edit", "fixup"))
    repo.git("commit", "-q", "--amend", "-m", "feat: edited")
    repo.git("rebase", "--continue")


def rebase_on_its_own_base(repo: Repo) -> None:
    diverge(repo, commits=3)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "HEAD~3", env=edit_todo("reword", "pick", "fixup"))


def fixup_with_message(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=edit_todo("pick", "fixup -C"))


def plain_rebase(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("rebase", "-q", "main", "side")


def rebase_by_applying(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("rebase", "-q", "--apply", "main", "side")


def concluded_rebase(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("rebase", "-q", "main", "side", code=1)
    resolve(repo)
    repo.git("rebase", "--continue")


def aborted_rebase(repo: Repo) -> None:
    diverge(repo, side_file=MAIN)
    repo.git("rebase", "-q", "main", "side", code=1)
    repo.git("rebase", "--abort")


def rebase_with_merges(repo: Repo) -> None:
    diverge(repo)
    repo.git("switch", "-q", "-c", "topic", "side~1")
    repo.commit("feat: topic", file="topic.txt")
    repo.git("switch", "-q", "side")
    repo.git("merge", "-q", "--no-edit", "topic")
    repo.git("rebase", "-q", "--rebase-merges", "main")


def mailed_patches(repo: Repo) -> None:
    diverge(repo, commits=2)
    repo.git("am", "-q", stdin=repo.git("format-patch", "--stdout", "main..side"))


def pulled_fast_forward(repo: Repo) -> None:
    with_upstream(repo)
    repo.git("pull", "-q", "--ff-only")


def pulled_merge(repo: Repo) -> None:
    with_upstream(repo)
    repo.commit("feat: own")
    repo.git("pull", "-q", "--no-rebase", "--no-edit")


def pulled_rebase(repo: Repo) -> None:
    with_upstream(repo)
    repo.commit("feat: own")
    repo.git("pull", "-q", "--rebase", "origin", "main")


def diverged(commits: int) -> list[ReflogAction]:
    """Return the actions of ``diverge``."""
    on_side: list[ReflogAction] = ["commit"] * commits
    return ["initial", "other", *on_side, "other", "commit"]


DIVERGED = diverged(1)
DIVERGED_BY_TWO = diverged(2)
REBASE_OF_TWO: list[ReflogAction] = ["rebase-start", "rebase-pick", "rebase-pick", "rebase-finish"]

SCENARIOS: list[tuple[Callable[[Repo], object], list[ReflogAction]]] = [
    (commits, ["initial", "commit", "amend", "commit", "commit", "amend"]),
    (moves_to_existing_commits, [*DIVERGED, "other", "other", "other", "other", "other"]),
    (merges, [*DIVERGED, "merge", "other", "commit"]),
    (octopus, [*DIVERGED, "other", "commit", "other", "merge"]),
    (concluded_merge, [*DIVERGED, "concluded-merge"]),
    (cherry_picks, [*DIVERGED_BY_TWO, "cherry-pick", "cherry-pick", "other", "other"]),
    (concluded_cherry_picks, [*DIVERGED, "cherry-pick", "other", "cherry-pick", "other"]),
    (reverts, ["initial", "commit", "revert"]),
    (concluded_reverts, ["initial", "commit", "commit", "commit"]),
    (interactive_rebase, [
        *diverged(6), "other",
        "rebase-start", "rebase-pick", "rebase-squash", "rebase-fixup", "rebase-reword", "rebase-edit", "amend",
        "rebase-fixup", "rebase-finish",
    ]),
    (rebase_on_its_own_base, [
        *diverged(3), "other",
        "rebase-start", "other", "rebase-reword", "rebase-pick", "rebase-fixup", "rebase-finish",
    ]),
    (fixup_with_message, [*DIVERGED_BY_TWO, "other", "rebase-start", "rebase-pick", "rebase-fixup", "rebase-finish"]),
    (plain_rebase, [*DIVERGED_BY_TWO, *REBASE_OF_TWO]),
    (rebase_by_applying, [*DIVERGED_BY_TWO, *REBASE_OF_TWO]),
    (concluded_rebase, [*DIVERGED, "rebase-start", "rebase-continue", "rebase-finish"]),
    (aborted_rebase, [*DIVERGED, "rebase-start", "other"]),
    (rebase_with_merges, [
        *DIVERGED, "other", "commit", "other", "merge",
        "rebase-start", "rebase-pick", "other", "rebase-pick", "rebase-pick", "rebase-finish",
    ]),
    (mailed_patches, [*DIVERGED_BY_TWO, "am", "am"]),
    (pulled_fast_forward, ["initial", "other"]),
    (pulled_merge, ["initial", "commit", "merge"]),
    (pulled_rebase, ["initial", "commit", "rebase-start", "rebase-pick", "rebase-finish"]),
]  # fmt: skip


def moves(repo: Repo) -> list[ReflogEntry]:
    """Return the moves of HEAD, oldest first."""
    return reflog.entries(repo.path / ".git", 1000)[::-1]


def commits_from_elsewhere(repo: Repo) -> set[str]:
    other = repo.path.parent / "other"
    return {*repo.git("rev-list", "--all", "--grep=feat: other", cwd=other).split()} if other.exists() else set()


@pytest.mark.parametrize(("scenario", "expected"), SCENARIOS, ids=[scenario.__name__ for scenario, _ in SCENARIOS])
def test_actions_of_real_messages(
    untracked: Repo, scenario: Callable[[Repo], object], expected: list[ReflogAction]
) -> None:
    log = untracked.path.parent / "post-commit-log"
    hook = untracked.write(".git/hooks/post-commit", f"#!/bin/sh\ngit rev-parse HEAD >> '{log}'\n")
    hook.chmod(0o755)
    scenario(untracked)
    found = moves(untracked)

    messages = "\n".join(move.message for move in found)
    # A merge that a rebase repeats is a "pick" in git 2.39 and may be a "merge" in others.
    assert ["rebase-pick" if move.action == "rebase-merge" else move.action for move in found] == expected, messages

    known = commits_from_elsewhere(untracked)
    with_hook = log.read_text(encoding="ascii").split()
    for move in found:
        is_new = move.new not in known
        known.add(move.new)
        assert (move.action in MADE_HERE) == is_new, move
        assert move.action not in COMMITTED or move.new in with_hook, move
        if is_new:
            parents = untracked.git("rev-list", "--parents", "--max-count=1", move.new).split()[1:]
            is_replaced = bool(move.old.strip("0")) and move.old not in parents
            if move.action != "rebase-reword":
                assert (move.action in _REPLACES) == is_replaced, move


def test_a_reword_replaces_only_a_commit_that_was_fast_forwarded_to(untracked: Repo) -> None:
    """Otherwise sequencer.c writes the new message when it makes the commit."""
    for scenario, is_replaced in ((rebase_on_its_own_base, True), (interactive_rebase, False)):
        repo = Repo.make(untracked.path.parent / scenario.__name__, untracked.environment)
        scenario(repo)
        (move,) = [move for move in moves(repo) if move.action == "rebase-reword"]
        assert (repo.head(f"{move.new}^") != move.old) == is_replaced


def test_sets_of_actions() -> None:
    assert COMMITTED | COPIED | _REPLACES | _NEW_WORK <= MADE_HERE
    assert not COMMITTED & COPIED
    assert _MELDS < _REPLACES
    assert {"amend"} == _REPLACES & COMMITTED
    assert COMMITTED | {"revert"} == _NEW_WORK


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("rebase -i (pick): feat: one", "rebase-pick"),  # builtin/rebase.c until git 2.25
        ("rebase -i (finish): returning to refs/heads/side", "rebase-finish"),
        ("rebase finished: returning to refs/heads/side", "other"),  # git-rebase--am.sh until git 2.25
        ("rebase: fast-forward", "other"),
        ("rebase (merge): Merge branch 'topic'", "rebase-merge"),
        ("rebase (abort): updating HEAD", "other"),
        ("pull --rebase origin main (squash): feat: one", "rebase-squash"),
        ("pull origin main: Merge made by the 'ort' strategy.", "merge"),
        ("pull: Merge made by the 'recursive' strategy.", "merge"),
        ("pull: Fast-forward", "other"),
        ("merge side: Fast-forward", "other"),
        ("merge side: updating HEAD", "other"),
        ("commit (octopus): feat: one", "commit"),
        ("commit: rebase (squash): feat: one", "commit"),
        ("cherry-pick: fast-forward", "other"),
        ("clone: from https://example.com/r.git", "other"),
        ("branch: Created from HEAD", "other"),
        ("update by push", "push"),
        ("fetch: fast-forward", "other"),
        ("commit:", "commit"),  # an empty message: git drops spaces at the end (refs.c)
        ("commit (amend):", "amend"),
        ("rebase (pick):", "rebase-pick"),
        ("commit", "other"),
        ("", "other"),
    ],
)
def test_actions_of_other_messages(message: str, action: ReflogAction) -> None:
    assert parse_action(message) == action


def test_pushed_tips_are_not_fetched_ones(untracked: Repo) -> None:
    with_upstream(untracked)
    base = untracked.head()
    untracked.git("pull", "-q", "--ff-only")
    pushed = untracked.commit("feat: pushed")
    untracked.git("push", "-q")
    log = untracked.path / ".git"
    assert reflog.pushed_tips(log, "refs/remotes/origin/main", 100) == [pushed, base]
    assert reflog.pushed_tips(log, "refs/remotes/origin/main", 1) == [pushed]
    assert reflog.pushed_tips(log, "refs/remotes/origin/none", 100) == []


def test_git_and_the_file_tell_the_same(untracked: Repo) -> None:
    commits(untracked)
    diverge(untracked)
    git_dir = untracked.path / ".git"
    from_file = reflog.entries(git_dir, 1000)
    for limit in (1, 3, 1000):
        assert reflog._from_git(git_dir, limit) == from_file[:limit]
        assert reflog.entries(git_dir, limit) == from_file[:limit]


def test_worktrees_have_reflogs_of_their_own(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: main")
    untracked.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = untracked.at(tmp_path / "linked")
    oid = linked.commit("feat: linked")
    by_worktree = list(reflog.entries_of_every_worktree(untracked.path / ".git", 100))
    assert [entries[0].action for entries in by_worktree] == ["initial", "commit"]
    assert by_worktree[1][0].new == Oid(oid)


def test_lines_that_are_no_moves_are_ignored(untracked: Repo) -> None:
    commits(untracked)
    path = untracked.path / ".git" / "logs" / "HEAD"
    before = reflog.entries(untracked.path / ".git", 100)
    with path.open("ab") as file:
        file.write(b"not a line of a reflog\n\xff\xfe\n" + b"0" * 40 + b" cut off")
    assert reflog.entries(untracked.path / ".git", 100) == before
