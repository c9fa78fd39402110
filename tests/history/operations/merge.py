"""Merges, pulls, fetches and pushes."""

from tests.history.operations.table import Operations, same
from tests.history.operations.world import World, commit_conflict_with_t1, commit_elsewhere

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("merge, fast-forward")
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "behind", "main~1")
    world.git("merge", "-q", "main")


@operation("merge, true")
def _(world: World) -> None:
    world.git("merge", "-q", "--no-edit", "main")


@operation("merge, --no-ff")
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "behind", "main~1")
    world.git("merge", "-q", "--no-ff", "--no-edit", "main")


@operation("merge, octopus")
def _(world: World) -> None:
    world.git("merge", "-q", "--no-edit", "main", "beside")


@operation("merge, --no-commit, then commit")
def _(world: World) -> None:
    world.git("merge", "-q", "--no-commit", "main")
    world.git("commit", "-q", "--no-edit")


@operation("merge, with a conflict, then commit")
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("merge", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("commit", "-q", "--no-edit")


@operation("merge, with a conflict, --continue")
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("merge", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("merge", "--continue")


@operation("merge, --abort")
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("merge", "-q", "main", code=1)
    world.git("merge", "--abort")


@operation("pull, fast-forward")
def _(world: World) -> None:
    commit_elsewhere(world, "e1", "e2", "e3")
    world.git("switch", "-q", "main")
    world.git("pull", "-q", "--ff-only", "origin", "main")


@operation("pull, merge")
def _(world: World) -> None:
    commit_elsewhere(world, "e1", "e2", "e3")
    world.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")


@operation("pull, --rebase", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    commit_elsewhere(world, "e1", "e2", "e3")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation("fetch")
def _(world: World) -> None:
    commit_elsewhere(world, "e1")
    world.git("fetch", "-q", "origin")


@operation("push")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic:refs/heads/pushed")


@operation("push, into the worktree")
def _(world: World) -> None:
    world.git("config", "receive.denyCurrentBranch", "updateInstead")
    world.elsewhere.git("switch", "-q", "topic")
    commit_elsewhere(world, "e1", "e2")
    world.elsewhere.git("push", "-q", "origin", "topic")
