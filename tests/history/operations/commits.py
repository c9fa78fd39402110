"""Operations that make commits."""

from tests.history.operations.table import Operations
from tests.history.operations.world import World

OPERATIONS = Operations()
operation = OPERATIONS.register


@operation("commit")
def _(world: World) -> None:
    world.commit("new")


@operation("commit, partial")
def _(world: World) -> None:
    world.change("one", "1\n")
    world.change("two", "2\n")
    world.git("commit", "-q", "-m", "new", "--", "one.txt")


@operation("commit, empty")
def _(world: World) -> None:
    world.git("commit", "-q", "--allow-empty", "-m", "new")


@operation("commit, with an editor")
def _(world: World) -> None:
    world.change("new", "1\n")
    world.git("commit", "-q", env=world.editor("new"))


@operation("commit, from a subfolder")
def _(world: World) -> None:
    world.change("deep/new", "1\n")
    world.repo.git("commit", "-q", "-m", "new", cwd=world.repo.path / "deep")


@operation("commit, -C from elsewhere")
def _(world: World) -> None:
    world.change("new", "1\n")
    world.repo.git("-C", str(world.repo.path), "commit", "-q", "-m", "new", cwd=world.place)


@operation("commit, --git-dir and --work-tree")
def _(world: World) -> None:
    world.change("new", "1\n")
    where = (f"--git-dir={world.repo.path / '.git'}", f"--work-tree={world.repo.path}")
    world.repo.git(*where, "commit", "-q", "-m", "new", cwd=world.place)


@operation("commit, detached")
def _(world: World) -> None:
    world.git("switch", "-q", "--detach")
    world.commit("new")


@operation("commit, in a linked worktree")
def _(world: World) -> None:
    world.beside.commit("new")


@operation("commit, orphan")
def _(world: World) -> None:
    world.git("switch", "-q", "--orphan", "fresh")
    world.commit("new")


@operation("commit, --no-verify")
def _(world: World) -> None:
    world.commit("new", "--no-verify")


@operation("commit, under another core.hooksPath")
def _(world: World) -> None:
    world.change("new", "1\n")
    world.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-m", "new")
