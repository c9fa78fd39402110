"""Moved, renamed and deleted refs, and commits made without ``git commit``."""

import pygit2

from tests.history.operations.table import Operations, same
from tests.history.operations.world import World

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("reset --hard to before")
def _(world: World) -> None:
    world.git("reset", "-q", "--hard", "HEAD~2")


@operation("amend taken back with the reflog", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "-m", "t3 reworded")
    world.git("reset", "-q", "--hard", "HEAD@{1}")


@operation("amend taken back after it was recorded", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "-m", "t3 reworded")
    world.repo.tracker("sync")
    world.git("reset", "-q", "--hard", "HEAD@{1}")


@operation("a branch deleted and restored")
def _(world: World) -> None:
    tip = world.repo.head()
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "topic")
    world.repo.tracker("sync")
    world.git("branch", "topic", tip)


@operation("a branch renamed")
def _(world: World) -> None:
    world.git("branch", "-m", "topic", "renamed")


@operation("a branch deleted")
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "topic")


@operation("stash and pop")
def _(world: World) -> None:
    world.repo.write("t3.txt", "not committed\n")
    world.git("stash", "-q")
    world.git("stash", "pop", "-q")


@operation("notes and tags")
def _(world: World) -> None:
    world.git("notes", "add", "-m", "noted")
    world.git("tag", "-a", "-m", "tagged", "v1")


@operation("worktree add, and a commit in it")
def _(world: World) -> None:
    world.git("worktree", "add", "-q", "-b", "third", str(world.place / "third"), "main")
    world.repo.at(world.place / "third").commit("new")


@operation("worktree remove, detached")
def _(world: World) -> None:
    world.git("worktree", "add", "-q", "--detach", str(world.place / "third"), "main")
    world.repo.at(world.place / "third").commit("lost")
    world.git("worktree", "remove", "--force", str(world.place / "third"))


@operation("plumbing")
def _(world: World) -> None:
    oid = world.git("commit-tree", "-p", "HEAD", "-m", "plumbed", "HEAD^{tree}").strip()
    world.git("update-ref", "HEAD", oid)


@operation("filter-branch", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    quiet = {"FILTER_BRANCH_SQUELCH_WARNING": "1"}
    world.git("filter-branch", "-f", "--env-filter", "GIT_COMMITTER_NAME=Filter", "main..topic", env=quiet)


@operation("fast-import", *same("m1", "t1", "t2", "t3"))
def _(world: World) -> None:
    stream = world.git("fast-export", "topic").replace("committer Ada Person", "committer Ada")
    world.repo.git("fast-import", "--quiet", "--force", stdin=stream)
    world.git("reset", "-q", "--hard")


@operation("libgit2")
def _(world: World) -> None:
    opened = pygit2.Repository(str(world.repo.path))
    signature = pygit2.Signature("Ada Person", "ada@example.com", 1_700_900_000, 60)
    commit = opened[opened.head.target]
    assert isinstance(commit, pygit2.Commit)
    opened.create_commit(opened.head.name, signature, signature, "by libgit2", commit.tree.id, [commit.id])
