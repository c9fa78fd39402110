"""A day's work in a repository: commits, an amend, a merge, a pull, a rebase, and commits made by other programs."""

from pathlib import Path

import pygit2

from tests.support import Repo


def day_of_work(repo: Repo, elsewhere: Path, *, steps: int = 20, pulled: int = 10) -> None:
    """Make 20 commits, amend, merge, pull 10, rebase 5, cherry-pick, revert, apply 3 patches, and commit by pygit2.

    ``steps``: the number of commits at the beginning, at least 6. ``pulled``: the number of pulled commits, at least 5.
    """
    for number in range(steps):
        repo.commit(f"feat: step {number}", file=f"step-{number}.txt")
    repo.write(f"step-{steps - 1}.txt", "amended\n")
    repo.git("commit", "-q", "-a", "--amend", "-m", f"feat: step {steps - 1}, better")
    repo.git("switch", "-q", "-c", "topic", "HEAD~3")
    repo.commit("fix: on the topic", file="topic.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "topic")
    other = repo.clone(elsewhere / "other")
    other.git("config", "user.email", "grace@example.org")
    for number in range(pulled):
        other.commit(f"docs: from elsewhere {number}", file=f"elsewhere-{number}.md")
    repo.git("remote", "add", "other", str(other.path))
    repo.git("pull", "-q", "--ff-only", "other", "main")
    repo.git("switch", "-q", "-c", "rebased", f"HEAD~{pulled + 2}")
    for number in range(5):
        repo.commit(f"test: rebased {number}", file=f"tests/test_{number}.py")
    repo.git("rebase", "-q", "main")
    repo.git("switch", "-q", "main")
    repo.git("cherry-pick", "rebased~2")
    repo.git("revert", "--no-edit", "HEAD~3")
    patches = elsewhere / "patches"
    other.git("format-patch", "-q", "-3", "-o", str(patches), "HEAD~5")
    repo.git("switch", "-q", "-c", "mailed", f"HEAD~{pulled + 5}")
    repo.git("am", "-q", *sorted(map(str, patches.iterdir())))
    commit_with_pygit2(repo)


def commit_with_pygit2(repo: Repo) -> str:
    opened = pygit2.Repository(str(repo.path))
    signature = pygit2.Signature("Ada Person", "ada@example.com", 1_700_900_000, 60)
    head = opened.head
    commit = opened.get(head.target)
    assert isinstance(commit, pygit2.Commit)
    return str(opened.create_commit(head.name, signature, signature, "chore: by libgit2", commit.tree.id, [commit.id]))
