"""Squash and rebase merges made on a host, and copies made in another clone."""

from tests.history.operations.table import Operations, same, squashed_into
from tests.history.operations.world import AGENT, World, commit_elsewhere

OPERATIONS = Operations()
operation = OPERATIONS.register


def merge_on_host(world: World, button: str, branch: str = "topic", subject: str = "all in one (#7)") -> None:
    """Push a branch and merge it on the host with the button ``squash`` or ``rebase``, between other commits."""
    world.git("push", "-q", "origin", branch)
    host = world.elsewhere
    commit_elsewhere(world, "e1")
    if button == "squash":
        host.git("merge", "-q", "--squash", branch)
        host.git("commit", "-q", "-m", subject)
    else:
        host.git("switch", "-q", "-c", "landing", branch)
        host.git("rebase", "-q", "--force-rebase", "main")
        host.git("switch", "-q", "main")
        host.git("merge", "-q", "--ff-only", "landing")
        host.git("branch", "-q", "-D", "landing")
    commit_elsewhere(world, "e2")


def pull_main(world: World) -> None:
    """Switch to ``main`` and pull it from the host."""
    world.git("switch", "-q", "main")
    world.git("pull", "-q", "--ff-only", "origin", "main")


@operation("host squash, the branch stays", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    pull_main(world)


@operation("host squash, then the branch is deleted", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    pull_main(world)
    world.git("branch", "-q", "-D", "topic")


@operation("host squash, the branch is deleted first", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "topic")
    world.repo.tracker("sync")
    world.repo.tracker("sync")
    pull_main(world)


@operation("host squash, then more on the branch", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    world.commit("t4", env=AGENT)
    pull_main(world)


@operation("host squash, pulled into the branch with --rebase", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation("host squash, then the branch is rebased onto it", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    pull_main(world)
    world.repo.tracker("sync")
    world.git("rebase", "-q", "main", "topic")


@operation(
    "host squash of a branch that another stands on",
    *squashed_into("all in one (#7)"),
    *same("s1"),
)
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "stacked")
    world.commit("s1", env=AGENT)
    world.git("switch", "-q", "topic")
    merge_on_host(world, "squash")
    pull_main(world)
    world.git("rebase", "-q", "main", "stacked")


@operation("host rebase, pulled into the branch with --rebase", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    merge_on_host(world, "rebase")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation(
    "host squash, main merged into the branch",
    *squashed_into("all in one (#7)"),
    ("Merge branch 'main' into topic", "all in one (#7)", "squashed"),
)
def _(world: World) -> None:
    world.git("merge", "-q", "--no-edit", "main")
    merge_on_host(world, "squash")
    pull_main(world)


@operation("host squash of one commit", ("o1", "o1 (#8)", "same"))
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "one", "main")
    world.commit("o1", env=AGENT)
    merge_on_host(world, "squash", "one", "o1 (#8)")
    pull_main(world)
    world.git("branch", "-q", "-D", "one")


@operation(
    "host squash, in a file that main changed too",
    ("t4", "t4 (#9)", "changed"),
)
def _(world: World) -> None:
    lines = "".join(f"line {number}\n" for number in range(20))
    world.git("switch", "-q", "main")
    world.repo.commit("m3", file="both.txt", text=lines)
    world.elsewhere.git("config", "receive.denyCurrentBranch", "updateInstead")
    world.git("push", "-q", "origin", "main")
    world.git("switch", "-q", "-c", "edit")
    world.repo.commit("t4", file="both.txt", text=lines.replace("line 9\n", "of t4\n"), env=AGENT)
    world.elsewhere.commit("e3", file="both.txt", text=lines.replace("line 6\n", "of e3\n"))
    merge_on_host(world, "squash", "edit", "t4 (#9)")
    pull_main(world)


@operation("host rebase, the branch stays", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    merge_on_host(world, "rebase")
    pull_main(world)


@operation("host rebase, then the branch is deleted", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    merge_on_host(world, "rebase")
    pull_main(world)
    world.git("branch", "-q", "-D", "topic")


@operation("a backport of a part of a branch, made elsewhere")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic")
    world.elsewhere.git("cherry-pick", "topic~1")
    pull_main(world)


@operation("a backport of a branch's beginning, made elsewhere")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic")
    world.elsewhere.git("cherry-pick", "topic~2")
    pull_main(world)


@operation(
    "two branches with the same commits, rebased apart",
    *same("t1", "t2", "t3", "t1", "t2", "t3"),
)
def _(world: World) -> None:
    world.git("branch", "-q", "again")
    world.git("rebase", "-q", "main")
    world.git("rebase", "-q", "beside", "again")


@operation("host squash, and a copy of it on a release branch", *squashed_into("all in one (#7)"))
def _(world: World) -> None:
    merge_on_host(world, "squash")
    world.elsewhere.git("switch", "-q", "-c", "release", "main~3")
    world.elsewhere.git("cherry-pick", "main~1")
    world.elsewhere.git("switch", "-q", "main")
    world.git("fetch", "-q", "origin", "release:release")
    pull_main(world)


@operation("a backport of a whole branch, made elsewhere with -x")
def _(world: World) -> None:
    world.git("branch", "-q", "one", "topic~2")
    world.git("push", "-q", "origin", "one")
    world.elsewhere.git("cherry-pick", "-x", "one")
    pull_main(world)


@operation("all of a branch picked by hand", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    for number in (2, 1, 0):
        world.git("cherry-pick", f"topic~{number}")
    world.git("branch", "-q", "-D", "topic")
