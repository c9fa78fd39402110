"""Commits made anew without a worktree and without hooks: ``git history`` and ``git replay`` of newer gits."""

from tests.history.operations.table import Operations, same
from tests.history.operations.world import World

OPERATIONS = Operations()
operation = OPERATIONS.register

HISTORY = "git history {}"
REPLAY = ("replay", "--onto")


@operation(
    "history reword", ("t2", "t2 reworded", "same"), ("t3", "t3", "same"), needs=("history", HISTORY.format("reword"))
)
def _(world: World) -> None:
    world.git("history", "reword", "HEAD~1", env=world.editor("t2 reworded"))


@operation(
    "history reword, of HEAD alone",
    ("t2", "t2 reworded", "same"),
    ("t3", "t3", "same"),
    needs=("history", HISTORY.format("reword")),
)
def _(world: World) -> None:
    world.git("branch", "-q", "again")
    world.git("history", "reword", "--update-refs=head", "HEAD~1", env=world.editor("t2 reworded"))


@operation(
    "history reword, below two branches",
    ("t2", "t2 reworded", "same"),
    *same("t3", "s1"),
    unseen=[("t2", "t2 reworded", "same"), ("t3", "t3", "same")],
    needs=("history", HISTORY.format("reword")),
)
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "stacked", "HEAD~1")
    world.commit("s1")
    world.git("switch", "-q", "topic")
    world.git("history", "reword", "HEAD~1", env=world.editor("t2 reworded"))


@operation("history split", ("t4", "t4", "changed"), ("t5", "t5", "same"), needs=("history", HISTORY.format("split")))
def _(world: World) -> None:
    world.change("t4-one", "1\n" * 5)
    world.change("t4-two", "2\n" * 5)
    world.git("commit", "-q", "-m", "t4")
    world.commit("t5")
    first_half = world.editor("t4 first half")["GIT_EDITOR"]
    script = world.place / "edit-the-first-message"
    script.write_text(f'#!/bin/sh\n[ -e "$0.done" ] || {{ {first_half} "$1"; : >"$0.done"; }}\n', encoding="utf-8")
    script.chmod(0o755)
    world.repo.git("history", "split", "HEAD~1", stdin="y\nn\n", env={"GIT_EDITOR": str(script)})


@operation("history drop", ("t3", "t3", "same"), needs=("history", HISTORY.format("drop")))
def _(world: World) -> None:
    world.git("update-index", "-q", "--refresh")
    world.git("history", "drop", "HEAD~1")


@operation("history fixup", ("t1", "t1", "changed"), *same("t2", "t3"), needs=("history", HISTORY.format("fixup")))
def _(world: World) -> None:
    world.change("t1", "fixed up\n")
    world.git("history", "fixup", "HEAD~2")


def replay(world: World, *arguments: str) -> None:
    """Replay commits, and update the refs where this git only prints how."""
    updates = world.git("replay", *arguments)
    if updates:
        world.repo.git("update-ref", "--stdin", stdin=updates)
    world.git("reset", "-q", "--hard")


@operation("replay --onto", *same("t1", "t2", "t3"), needs=REPLAY)
def _(world: World) -> None:
    replay(world, "--onto", "main", "main..topic")


@operation("replay --onto, a part", *same("t2", "t3"), needs=REPLAY)
def _(world: World) -> None:
    replay(world, "--onto", "main", "topic~2..topic")


@operation("replay --onto, --contained", *same("t1", "t2", "t3"), needs=REPLAY)
def _(world: World) -> None:
    world.git("branch", "-q", "middle", "HEAD~1")
    replay(world, "--contained", "--onto", "main", "main..topic")


@operation("replay --advance", *same("t1", "t2", "t3"), needs=("replay", "--ref-action"))
def _(world: World) -> None:
    """Land a whole branch, as a host's rebase button does: it is linked as such."""
    replay(world, "--advance", "main", "main..topic")


@operation("replay --revert", needs=("replay", "--revert"))
def _(world: World) -> None:
    replay(world, "--revert", "topic", "topic~1..topic")
