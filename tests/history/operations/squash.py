"""Squash merges made in the repository itself."""

from tests.history.operations.table import Operations, squashed_into
from tests.history.operations.world import World

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("reset --soft, then commit", *squashed_into("all in one"))
def _(world: World) -> None:
    world.git("reset", "-q", "--soft", "HEAD~3")
    world.git("commit", "-q", "-m", "all in one")


@operation("merge --squash, then commit", *squashed_into("all in one"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("merge", "-q", "--squash", "topic")
    world.git("commit", "-q", "-m", "all in one")


@operation("merge --squash of one commit, then commit", ("t1", "t1 again", "same"), unseen=())
def _(world: World) -> None:
    world.git("branch", "-q", "one", "topic~2")
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "topic")
    world.git("merge", "-q", "--squash", "one")
    world.git("commit", "-q", "-m", "t1 again")


@operation("merge --squash, taken back")
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("merge", "-q", "--squash", "topic")
    world.git("reset", "-q", "--hard")
    world.commit("new")


@operation("merge --squash of another branch's half", ("t1", "half", "squashed"), ("t2", "half", "squashed"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("merge", "-q", "--squash", "topic~1")
    world.git("commit", "-q", "-m", "half")
