"""Reading whole reflogs: of files and from git, of every worktree, and of pushes."""

from pathlib import Path

import pytest

from tests.git.reflog_readers import add_visits
from tests.git.reflog_scenarios import commits, diverge, with_upstream
from tests.git.unreadable_files import SPOILERS, spoiled_worktree_log
from tests.support import Repo
from tracker.git import Repository, in_progress, reflog_newest
from tracker.git.reflog import ReflogEntry
from tracker.model import Oid


def entries(repo: Repo, limit: int) -> list[ReflogEntry]:
    """Return the newest moves of HEAD in the main worktree."""
    return Repository.discover(repo.path).reflogs.of_head(limit)


def test_pushed_tips_are_not_fetched_ones(untracked: Repo) -> None:
    with_upstream(untracked)
    base = untracked.head()
    untracked.git("pull", "-q", "--ff-only")
    pushed = untracked.commit("feat: pushed")
    untracked.git("push", "-q")
    log = untracked.path / ".git"
    assert reflog_newest.pushed_tips(log, "refs/remotes/origin/main", 100) == [pushed, base]
    assert reflog_newest.pushed_tips(log, "refs/remotes/origin/main", 1) == [pushed]
    assert reflog_newest.pushed_tips(log, "refs/remotes/origin/none", 100) == []


def test_git_and_the_file_tell_the_same(untracked: Repo) -> None:
    commits(untracked)
    diverge(untracked)
    git_dir = untracked.path / ".git"
    from_file = entries(untracked, 1000)
    for limit in (1, 3, 1000):
        assert reflog_newest.entries_from_git(git_dir, limit) == from_file[:limit]
        assert entries(untracked, limit) == from_file[:limit]


def test_worktrees_have_reflogs_of_their_own(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: main")
    untracked.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = untracked.at(tmp_path / "linked")
    oid = linked.commit("feat: linked")
    by_worktree = [*Repository.discover(untracked.path).reflogs.of_every_head()]
    assert [entries[0].action for entries in by_worktree] == ["initial", "commit"]
    assert by_worktree[1][0].new == Oid(oid)


def test_lines_that_are_no_moves_are_ignored(untracked: Repo) -> None:
    commits(untracked)
    path = untracked.path / ".git" / "logs" / "HEAD"
    before = entries(untracked, 100)
    with path.open("ab") as file:
        file.write(b"not a line of a reflog\n\xff\xfe\n" + b"0" * 40 + b" cut off")
    assert entries(untracked, 100) == before


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_log_that_cannot_be_read_counts_as_missing(untracked: Repo, tmp_path: Path, spoiler: str) -> None:
    untracked.commit("feat: main")
    spoiled_worktree_log(untracked, tmp_path / "linked", spoiler)
    reflogs = Repository.discover(untracked.path).reflogs
    whole = [entry.message for entries in reflogs.of_every_head() for entry in entries]
    assert whole == ["commit (initial): feat: main"]
    assert (
        {*reflogs.end_positions()}
        == {one.name for one in reflogs.new_entries({}, ())}
        == {
            "HEAD",
            "refs/heads/main",
            "refs/heads/linked",
        }
    )


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_log_of_a_remote_tracking_branch_that_cannot_be_read_counts_as_missing(untracked: Repo, spoiler: str) -> None:
    with_upstream(untracked)
    untracked.git("pull", "-q", "--ff-only")
    pushed = Oid(untracked.commit("feat: pushed"))
    untracked.git("push", "-q")
    assert pushed in Repository.discover(untracked.path).reflogs.earlier_remote_tips()
    log = untracked.path / ".git" / "logs" / "refs" / "remotes" / "origin" / "main"
    SPOILERS[spoiler](log)
    reflogs = Repository.discover(untracked.path).reflogs
    assert pushed not in reflogs.earlier_remote_tips()
    assert reflogs.pushed_tips(["refs/remotes/origin/main"]) == set()


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_state_of_an_operation_that_cannot_be_read_counts_as_missing(untracked: Repo, spoiler: str) -> None:
    git_dir = untracked.path / ".git"
    (git_dir / "rebase-merge").mkdir()
    for name in ("CHERRY_PICK_HEAD", "MERGE_HEAD", "rebase-merge/rewritten-list"):
        SPOILERS[spoiler](git_dir / name)
    assert in_progress.is_replaying(git_dir)
    assert in_progress.cherry_pick_head(git_dir) is None
    assert in_progress.merge_heads(git_dir) == []
    assert in_progress.rewritten_pairs(git_dir) == []


def test_moves_of_heads_are_read_once_in_one_look(untracked: Repo) -> None:
    untracked.commit("one")
    repository = Repository.discover(untracked.path)
    with repository.one_look():
        before = repository.reflogs.of_every_head()
        untracked.commit("two")
        assert repository.reflogs.of_every_head() is before
        with repository.one_look():
            assert repository.reflogs.of_every_head() is before
    assert [len(entries) for entries in repository.reflogs.of_every_head()] == [2]


def test_all_new_moves_of_a_look_are_examined_and_many_before_them(untracked: Repo) -> None:
    untracked.commit("one")
    untracked.commit("two")
    log = untracked.path / ".git" / "logs" / "HEAD"
    add_visits(log, 2500)
    repository = Repository.discover(untracked.path)
    positions = repository.reflogs.end_positions()
    add_visits(log, 3000)
    with repository.one_look():
        (reading,) = repository.reflogs.new_entries(positions, ())
        (entries,) = repository.reflogs.of_every_head()
    assert entries[:3000] == reading.entries[::-1]
    assert len(entries) == 5000
    assert [len(entries) for entries in repository.reflogs.of_every_head()] == [2000]
