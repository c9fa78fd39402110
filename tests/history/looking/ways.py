"""Ways of working with a host, worktrees and the same author's dates, with points at which somebody may look."""

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.history.operations.hosts import merge_on_host
from tests.history.operations.world import AGENT, World, commit_elsewhere

LookAt = Callable[[int], object]
"""Looks, or not, at the point with this number, from 1 on."""


class Way(NamedTuple):
    """Git commands in a world; ``act`` calls its second argument at each of the ``points``.

    ``needs_hooks``: git forgets commits on the way, of which only hooks can tell.
    """

    name: str
    act: Callable[[World, LookAt], None]
    points: int
    needs_hooks: bool = False


WAYS: Final[list[Way]] = []


def _way(name: str, points: int, *, needs_hooks: bool = False) -> Callable[[Callable[[World, LookAt], None]], None]:
    def register(act: Callable[[World, LookAt], None]) -> None:
        WAYS.append(Way(name, act, points, needs_hooks))

    return register


def _pull_main(world: World) -> None:
    world.repo.git("switch", "-q", "main")
    world.repo.git("pull", "-q", "--ff-only", "origin", "main")


def _pull_squash_of_topic(world: World, look: LookAt) -> None:
    """Merge topic on the host, pull the merge, look at the first point, and go back to topic."""
    merge_on_host(world, "squash")
    _pull_main(world)
    look(1)
    world.repo.git("switch", "-q", "topic")


def _squash_on_host(world: World, branch: str) -> None:
    commit_elsewhere(world, "e1")
    world.elsewhere.git("merge", "-q", "--squash", branch)
    world.elsewhere.git("commit", "-q", "-m", f"{branch} (#9)")
    commit_elsewhere(world, "e2")


@_way("squash pulled after its branch was deleted", 4)
def _(world: World, look: LookAt) -> None:
    repo = world.repo
    repo.git("switch", "-q", "-c", "feat", "main")
    world.commit("f1", env=AGENT)
    look(1)
    world.commit("f2", env=AGENT)
    look(2)
    repo.git("push", "-q", "origin", "feat")
    _squash_on_host(world, "feat")
    repo.git("switch", "-q", "main")
    repo.git("branch", "-q", "-D", "feat")
    look(3)
    _pull_main(world)
    look(4)


@_way("squash pulled after its branch was deleted below a detached HEAD", 3)
def _(world: World, look: LookAt) -> None:
    merge_on_host(world, "squash")
    world.repo.git("checkout", "-q", "--detach")
    world.repo.git("branch", "-q", "-D", "topic")
    look(1)
    world.repo.git("switch", "-q", "main")
    look(2)
    _pull_main(world)
    look(3)


@_way("squash pulled after its worktree was removed", 3, needs_hooks=True)
def _(world: World, look: LookAt) -> None:
    place = world.place / "detached"
    world.repo.git("worktree", "add", "-q", "--detach", str(place), "main")
    for name in ("d1", "d2"):
        world.repo.at(place).commit(name, env=AGENT)
    look(1)
    world.repo.git("push", "-q", "origin", "HEAD:refs/heads/detached", cwd=place)
    _squash_on_host(world, "detached")
    world.repo.git("worktree", "remove", "-f", str(place))
    look(2)
    _pull_main(world)
    look(3)


@_way("squash pulled, then the branch rebased twice", 3)
def _(world: World, look: LookAt) -> None:
    _pull_squash_of_topic(world, look)
    world.repo.git("rebase", "-q", "--force-rebase", "HEAD~3")
    look(2)
    world.repo.git("rebase", "-q", "--force-rebase", "HEAD~3")
    look(3)


@_way("squash pulled, then the last commit reworded twice", 3)
def _(world: World, look: LookAt) -> None:
    _pull_squash_of_topic(world, look)
    for number in (2, 3):
        world.repo.git("commit", "-q", "--amend", "-m", f"t3 worded {number}")
        look(number)


@_way("squash pulled, and an object replaced", 2)
def _(world: World, look: LookAt) -> None:
    merge_on_host(world, "squash")
    _pull_main(world)
    look(1)
    shown = world.repo.git("commit-tree", "main~1^{tree}", "-p", "main~2", "-m", "in other words").strip()
    world.repo.git("replace", "main~1", shown)
    look(2)


@_way("squash by hand, then main moved to the branch", 3)
def _(world: World, look: LookAt) -> None:
    world.repo.git("switch", "-q", "main")
    world.repo.git("merge", "-q", "--squash", "topic")
    world.repo.git("commit", "-q", "-m", "squash")
    look(1)
    world.repo.git("switch", "-q", "topic")
    world.repo.git("branch", "-f", "main", "topic")
    look(2)
    world.commit("t4")
    look(3)


@_way("reset away, picked back, and the host's rebase pulled", 3)
def _(world: World, look: LookAt) -> None:
    merge_on_host(world, "rebase")
    tip = world.repo.head()
    world.repo.git("reset", "-q", "--hard", "HEAD~1")
    look(1)
    world.repo.git("cherry-pick", tip)
    look(2)
    _pull_main(world)
    look(3)


@_way("picked, then the original amended", 2)
def _(world: World, look: LookAt) -> None:
    world.repo.git("switch", "-q", "main")
    world.repo.git("cherry-pick", "topic")
    look(1)
    world.repo.git("switch", "-q", "topic")
    world.repo.git("commit", "-q", "--amend", "-m", "t3", "-m", "with a body")
    look(2)


@_way("patch applied twice", 3)
def _(world: World, look: LookAt) -> None:
    patch = world.repo.git("format-patch", "-1", "--stdout", "topic")
    world.repo.git("switch", "-q", "-c", "applied", "main")
    world.repo.git("am", "-q", stdin=patch)
    look(1)
    world.repo.git("reset", "-q", "--hard", "HEAD~1")
    look(2)
    world.repo.git("am", "-q", stdin=patch)
    look(3)


@_way("branch reset to another's commit with this author and date", 2)
def _(world: World, look: LookAt) -> None:
    name, mail, date = world.repo.git("log", "-1", "--format=%an%n%ae%n%ad", "--date=raw", "topic~2").split("\n")[:3]
    world.elsewhere.write("t1.txt", "something else\n")
    world.elsewhere.git("add", "-A")
    who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail, "GIT_AUTHOR_DATE": date}
    world.elsewhere.git("commit", "-q", "-m", "t1", env=who)
    _pull_main(world)
    look(1)
    world.repo.git("switch", "-q", "topic")
    world.repo.git("reset", "-q", "--hard", "main")
    look(2)


@_way("amended and rebased in a worktree that is removed, then squashed", 4, needs_hooks=True)
def _(world: World, look: LookAt) -> None:
    place = world.place / "linked"
    world.repo.git("worktree", "add", "-q", "-b", "linked", str(place), "main~1")
    linked = world.repo.at(place)
    linked.commit("z", env=AGENT)
    look(1)
    linked.git("rebase", "-q", "main")
    linked.git("commit", "-q", "--amend", "-m", "z2", env=AGENT)
    look(2)
    world.repo.git("switch", "-q", "main")
    world.repo.git("merge", "-q", "--squash", "linked")
    world.repo.git("commit", "-q", "-m", "z squashed")
    look(3)
    world.repo.git("worktree", "remove", "-f", str(place))
    world.repo.git("branch", "-q", "-D", "linked")
    look(4)


@_way("soft reset without a reflog", 3)
def _(world: World, look: LookAt) -> None:
    world.repo.git("config", "core.logAllRefUpdates", "false")
    for log in (world.repo.path / ".git" / "logs").rglob("*"):
        if log.is_file():
            log.unlink()
    look(1)
    world.repo.git("reset", "-q", "--soft", "HEAD~2")
    look(2)
    world.repo.git("commit", "-q", "-m", "t2 and t3")
    look(3)
