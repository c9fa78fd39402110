"""Amended commits."""

from tests.history.operations.table import Operations
from tests.history.operations.world import World

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("amend, the content", ("t3", "t3", "changed"))
def _(world: World) -> None:
    world.change("t3", "amended\n")
    world.git("commit", "-q", "--amend", "--no-edit")


@operation("amend, the message", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "-m", "t3 reworded")


@operation("amend, --no-post-rewrite", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "--no-post-rewrite", "-m", "t3 reworded")


@operation("amend, by somebody else", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "--reset-author", "-m", "t3 reworded", env={"GIT_AUTHOR_NAME": "Grace"})


@operation(
    "amend, twice",
    ("t3", "t3 reworded", "same"),
    ("t3 reworded", "t3 reworded", "changed"),
)
def _(world: World) -> None:
    world.git("commit", "-q", "--amend", "-m", "t3 reworded")
    world.change("t3", "amended\n")
    world.git("commit", "-q", "--amend", "--no-edit")


@operation("amend, a merge", ("Merge branch 'main' into topic", "merge reworded", "same"))
def _(world: World) -> None:
    world.git("merge", "-q", "--no-edit", "main")
    world.git("commit", "-q", "--amend", "-m", "merge reworded")


@operation("amend, under another core.hooksPath", ("t3", "t3 reworded", "same"))
def _(world: World) -> None:
    world.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--amend", "-m", "t3 reworded")
