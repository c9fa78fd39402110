"""Cherry-picks, reverts and applied patches."""

from tests.history.operations.table import Operations
from tests.history.operations.world import World, commit_conflict_with_t1

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("cherry-pick")
def _(world: World) -> None:
    world.git("cherry-pick", "main")


@operation("cherry-pick, a range")
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("cherry-pick", "topic~3..topic")


@operation("cherry-pick, with a conflict")
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("cherry-pick", "main", code=1)
    world.change("t1", "of both\n")
    world.git("cherry-pick", "--continue")


@operation("cherry-pick, -n, then commit")
def _(world: World) -> None:
    world.git("cherry-pick", "-n", "main")
    world.git("commit", "-q", "-m", "picked")


@operation("cherry-pick, --ff")
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "behind", "main~1")
    world.git("cherry-pick", "--ff", "main")


@operation("revert")
def _(world: World) -> None:
    world.git("revert", "--no-edit", "HEAD~1")


@operation("revert, -n, then commit")
def _(world: World) -> None:
    world.git("revert", "-n", "HEAD")
    world.git("commit", "-q", "-m", "taken back")


@operation("am")
def _(world: World) -> None:
    world.git("format-patch", "-q", "-o", str(world.place / "patches"), "main~1..main", "--start-number=1")
    world.git("am", "-q", *sorted(map(str, (world.place / "patches").iterdir())))


@operation("am, with a conflict, --continue")
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("format-patch", "-q", "-o", str(world.place / "patches"), "main~1..main")
    world.git("am", "-q", *sorted(map(str, (world.place / "patches").iterdir())), code=128)
    world.change("t1", "of both\n")
    world.git("am", "--continue")
