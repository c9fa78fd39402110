"""Rebases, interactive ones included."""

from tests.history.operations.table import Operations, same
from tests.history.operations.world import World, commit_conflict_with_t1

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("rebase", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("rebase", "-q", "main")


@operation("rebase, --apply", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("rebase", "-q", "--apply", "main")


@operation("rebase, of another branch", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("rebase", "-q", "main", "topic")


@operation("rebase, onto", *same("t2", "t3"))
def _(world: World) -> None:
    world.git("rebase", "-q", "--onto", "main", "topic~2")


@operation("rebase, fast-forward")
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "behind", "main~1")
    world.git("rebase", "-q", "main")


@operation("rebase, nothing to do")
def _(world: World) -> None:
    world.git("rebase", "-q", "HEAD~2")


@operation("rebase, forced, with the same oids", *same("t2", "t3"))
def _(world: World) -> None:
    dates = {"GIT_COMMITTER_DATE": "1700000000 +0100"}
    for _round in range(2):
        world.git("rebase", "-q", "--force-rebase", "HEAD~2", env=dates)
        world.repo.tracker("sync")


@operation("rebase, with a conflict, --continue", ("t1", "t1", "changed"), *same("t2", "t3"))
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("rebase", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("rebase", "--continue")


@operation(
    "rebase, with a conflict, then commit by hand", ("t1", "t1", "changed"), *same("t2", "t3"), unseen=same("t2", "t3")
)
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("rebase", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("commit", "-q", "--no-edit")
    world.git("rebase", "--continue")


@operation("rebase, --abort after picks")
def _(world: World) -> None:
    world.rebase("pick t1", "pick t2", "exec false", onto="main", code=1)
    world.git("rebase", "--abort")


@operation("rebase, --skip", *same("t2", "t3"), ("t1", "m3", "dropped"), unseen=same("t2", "t3"))
def _(world: World) -> None:
    commit_conflict_with_t1(world)
    world.git("rebase", "-q", "main", code=1)
    world.git("rebase", "--skip")


@operation("rebase, --skip in the middle", *same("t1", "t3"), ("t2", "t1", "dropped"), unseen=same("t1", "t3"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.change("t2", "of main\n")
    world.git("commit", "-q", "-m", "m3")
    world.git("switch", "-q", "topic")
    world.git("rebase", "-q", "main", code=1)
    world.git("rebase", "--skip")


@operation("rebase, --quit after picks", *same("t1", "t2"))
def _(world: World) -> None:
    world.rebase("pick t1", "pick t2", "exec false", onto="main", code=1)
    world.git("rebase", "--quit")
    world.git("branch", "-f", "topic", "HEAD")


@operation("rebase, what is upstream already", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("cherry-pick", "topic~2")
    world.git("switch", "-q", "topic")
    world.git("rebase", "-q", "main")


@operation("rebase -i, squash", ("t2", "t2", "squashed"), ("t3", "t2", "squashed"))
def _(world: World) -> None:
    world.rebase("pick t1", "pick t2", "squash t3", env=world.editor("t2"), onto="HEAD~3")


@operation("rebase -i, fixup", ("t2", "t1", "squashed"), ("t1", "t1", "squashed"), ("t3", "t3", "same"))
def _(world: World) -> None:
    world.rebase("pick t1", "fixup t2", "pick t3")


@operation("rebase -i, fixup of three", *((name, "t1", "squashed") for name in ("t1", "t2", "t3")))
def _(world: World) -> None:
    world.rebase("pick t1", "fixup t2", "fixup t3")


@operation(
    "rebase -i, --autosquash",
    ("t1", "t1", "squashed"),
    ("fixup! t1", "t1", "squashed"),
    *same("t2", "t3"),
)
def _(world: World) -> None:
    world.change("t1", "fixed up\n")
    world.git("commit", "-q", "--fixup", world.find("t1"))
    world.git("rebase", "-q", "-i", "--autosquash", "HEAD~4")


@operation("rebase -i, reword", ("t2", "t2 reworded", "same"), ("t3", "t3", "same"))
def _(world: World) -> None:
    world.rebase("pick t1", "reword t2", "pick t3", env=world.editor("t2 reworded"))


@operation("rebase -i, edit and amend", ("t2", "t2", "changed"), ("t3", "t3", "same"))
def _(world: World) -> None:
    world.rebase("pick t1", "edit t2", "pick t3")
    world.change("t2", "edited\n")
    world.git("commit", "-q", "--amend", "--no-edit")
    world.git("rebase", "--continue")


@operation("rebase -i, split", ("t2", "t2 second half", "changed"), ("t3", "t3", "same"), unseen=same("t3"))
def _(world: World) -> None:
    world.rebase("pick t1", "edit t2", "pick t3")
    world.git("reset", "-q", "HEAD~1")
    world.repo.write("t2.txt", "first half\n")
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "t2 first half")
    world.repo.write("t2.txt", "first half\nsecond half\n")
    world.git("commit", "-q", "-a", "-m", "t2 second half")
    world.git("rebase", "--continue")


@operation("rebase -i, drop", ("t3", "t3", "same"))
def _(world: World) -> None:
    world.rebase("pick t1", "drop t2", "pick t3")


@operation("rebase -i, reorder", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.rebase("pick t3", "pick t1", "pick t2")


@operation("rebase -i, exec a commit", ("t3", "t3", "same"))
def _(world: World) -> None:
    world.rebase("pick t1", "pick t2", "exec git commit -q --allow-empty -m inserted", "pick t3")


@operation(
    "rebase, --rebase-merges",
    *same("t1", "t2", "t3", "s1"),
    ("Merge branch 'side' into topic", "Merge branch 'side' into topic", "changed"),
)
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "side", "HEAD~1")
    world.commit("s1")
    world.git("switch", "-q", "topic")
    world.git("merge", "-q", "--no-edit", "side")
    world.git("branch", "-q", "-D", "side")
    world.git("rebase", "-q", "--rebase-merges", "main")


@operation("rebase, --autostash", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.repo.write("t3.txt", "not committed\n")
    world.git("rebase", "-q", "--autostash", "main")


@operation("rebase, --update-refs", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("branch", "middle", "HEAD~1")
    world.git("rebase", "-q", "--update-refs", "main")


@operation("rebase, in the linked worktree", *same("m2", "b1"))
def _(world: World) -> None:
    world.beside.git("rebase", "-q", "topic")


@operation("rebase, under another core.hooksPath", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    world.git("-c", "core.hooksPath=/nowhere", "rebase", "-q", "main")


@operation(
    "rebase, squashed under another core.hooksPath",
    ("t1", "t1", "squashed"),
    ("t2", "t1", "squashed"),
    ("t3", "t1", "squashed"),
)
def _(world: World) -> None:
    world.git("config", "core.hooksPath", "/nowhere")
    world.rebase("pick t1", "fixup t2", "fixup t3")
    world.git("config", "--unset", "core.hooksPath")
