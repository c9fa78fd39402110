"""What git can do to history, operation by operation, and which rewrites must be told of it.

Each operation starts from the same place: ``main`` with the commits m1 and m2, ``topic`` from m1 with t1, t2 and t3,
checked out; a second work tree on ``beside`` with b1; a clone in which somebody else works. ``pairs`` are the rewrites
to expect as (old subject, new subject, kind); a new subject is the one of the commit as it is reachable afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pygit2

from tests.support import Repo

AGENT: Final = {"CLAUDECODE": "1"}
ELSEWHERE: Final = {"GIT_COMMITTER_EMAIL": "grace@example.org", "GIT_AUTHOR_EMAIL": "grace@example.org"}

Pairs = Sequence[tuple[str, str, str]]

_LOOKED_AT: Final = frozenset({"m1", "m2", "t1", "t2", "t3", "b1"})


class World:
    """The repository that an operation is done in, with what surrounds it."""

    def __init__(self, place: Path, repo: Repo) -> None:
        self.place = place
        self.repo = repo
        for name in ("m1", "m2"):
            self.commit(name)
        repo.git("switch", "-q", "-c", "topic", "HEAD~1")
        for name in ("t1", "t2", "t3"):
            self.commit(name, env=AGENT)
        repo.git("worktree", "add", "-q", "-b", "beside", str(place / "beside"), "main")
        self.beside = repo.at(place / "beside")
        self.beside.commit("b1", file="b1.txt", text="b1\n")
        self.elsewhere = repo.clone(place / "elsewhere")
        self.elsewhere.environment |= ELSEWHERE
        self.elsewhere.git("switch", "-q", "main")
        repo.git("remote", "add", "origin", str(self.elsewhere.path))
        repo.git("fetch", "-q", "origin")

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, code: int | None = 0) -> str:
        return self.repo.git(*arguments, env=env, code=code)

    def commit(self, name: str, *options: str, env: Mapping[str, str] | None = None) -> str:
        """A commit that adds a file of its own, with a few lines so that patches can be told apart."""
        text = "".join(f"{name} line {number}\n" for number in range(5))
        return self.repo.commit(name, file=f"{name}.txt", text=text, options=options, env=env)

    def change(self, name: str, text: str) -> None:
        self.repo.write(f"{name}.txt", text)
        self.git("add", "-A")

    def rebase(self, *todo: str, onto: str = "HEAD~3", env: Mapping[str, str] | None = None, code: int = 0) -> None:
        """An interactive rebase with this list; ``t1`` and the like stand for the commits with those subjects."""
        listed = self.place / "todo"
        listed.write_text("".join(f"{self._line(line)}\n" for line in todo), encoding="utf-8")
        self.git("rebase", "-q", "-i", onto, env={"GIT_SEQUENCE_EDITOR": f"cp '{listed}'", **(env or {})}, code=code)

    def _line(self, line: str) -> str:
        command, _, name = line.partition(" ")
        return line if command in {"exec", "break"} else f"{command} {self.find(name)} {name}"

    def find(self, subject: str, revision: str = "--all") -> str:
        return self.git("rev-list", "-1", f"--grep=^{subject}$", revision).strip()

    def editor(self, text: str) -> dict[str, str]:
        """An editor that writes this message."""
        place = self.place / f"message-{abs(hash(text))}"
        place.write_text(f"{text}\n", encoding="utf-8")
        return {"GIT_EDITOR": f"cp '{place}'"}


class Operation(NamedTuple):
    """What to do, and the rewrites to expect of it; ``unseen`` are those to expect where no hook told of anything."""

    name: str
    act: Callable[[World], object]
    pairs: Pairs = ()
    unseen: Pairs | None = None

    def expected(self, *, seen: bool) -> Pairs:
        """The rewrites to expect. Unseen, nothing is known of commits that came and went between two looks."""
        if seen:
            return self.pairs
        return self.unseen if self.unseen is not None else [pair for pair in self.pairs if pair[0] in _LOOKED_AT]


OPERATIONS: Final[list[Operation]] = []


def operation(
    name: str, *pairs: tuple[str, str, str], unseen: Pairs | None = None
) -> Callable[[Callable[[World], object]], None]:
    def add(act: Callable[[World], object]) -> None:
        OPERATIONS.append(Operation(name, act, pairs, unseen))

    return add


def same(*names: str) -> list[tuple[str, str, str]]:
    return [(name, name, "same") for name in names]


# -- commits -----------------------------------------------------------------------------------------------------


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


@operation("commit, in a linked work tree")
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


# -- amend -------------------------------------------------------------------------------------------------------


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
    unseen=[("t3", "t3 reworded", "changed")],
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


# -- merges and pulls --------------------------------------------------------------------------------------------


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


def _conflict(world: World) -> None:
    world.git("switch", "-q", "main")
    world.change("t1", "of main\n")
    world.git("commit", "-q", "-m", "m3")
    world.git("switch", "-q", "topic")


@operation("merge, with a conflict, then commit")
def _(world: World) -> None:
    _conflict(world)
    world.git("merge", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("commit", "-q", "--no-edit")


@operation("merge, with a conflict, --continue")
def _(world: World) -> None:
    _conflict(world)
    world.git("merge", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("merge", "--continue")


@operation("merge, --abort")
def _(world: World) -> None:
    _conflict(world)
    world.git("merge", "-q", "main", code=1)
    world.git("merge", "--abort")


def _work_elsewhere(world: World, *names: str) -> None:
    for name in names:
        world.elsewhere.commit(name, file=f"{name}.txt", text=f"{name}\n")


@operation("pull, fast-forward")
def _(world: World) -> None:
    _work_elsewhere(world, "e1", "e2", "e3")
    world.git("switch", "-q", "main")
    world.git("pull", "-q", "--ff-only", "origin", "main")


@operation("pull, merge")
def _(world: World) -> None:
    _work_elsewhere(world, "e1", "e2", "e3")
    world.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")


@operation("pull, --rebase", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    _work_elsewhere(world, "e1", "e2", "e3")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation("fetch")
def _(world: World) -> None:
    _work_elsewhere(world, "e1")
    world.git("fetch", "-q", "origin")


@operation("push")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic:refs/heads/pushed")


@operation("push, into the work tree")
def _(world: World) -> None:
    world.git("config", "receive.denyCurrentBranch", "updateInstead")
    world.elsewhere.git("switch", "-q", "topic")
    _work_elsewhere(world, "e1", "e2")
    world.elsewhere.git("push", "-q", "origin", "topic")


# -- rebase ------------------------------------------------------------------------------------------------------


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


@operation("rebase, forced, with the same oids")
def _(world: World) -> None:
    dates = {"GIT_COMMITTER_DATE": "1700000000 +0100"}
    for _round in range(2):
        world.git("rebase", "-q", "--force-rebase", "HEAD~2", env=dates)
        world.repo.tracker("sync")


OPERATIONS[-1] = OPERATIONS[-1]._replace(pairs=same("t2", "t3"))


@operation("rebase, with a conflict, --continue", ("t1", "t1", "changed"), *same("t2", "t3"))
def _(world: World) -> None:
    _conflict(world)
    world.git("rebase", "-q", "main", code=1)
    world.change("t1", "of both\n")
    world.git("rebase", "--continue")


@operation(
    "rebase, with a conflict, then commit by hand", ("t1", "t1", "changed"), *same("t2", "t3"), unseen=same("t2", "t3")
)
def _(world: World) -> None:
    _conflict(world)
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
    _conflict(world)
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
    unseen=[("t1", "t1", "changed"), *same("t2", "t3")],
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


@operation("rebase, in the linked work tree", *same("m2", "b1"))
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


# -- copies ------------------------------------------------------------------------------------------------------


@operation("cherry-pick")
def _(world: World) -> None:
    world.git("cherry-pick", "main")


@operation("cherry-pick, a range")
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("cherry-pick", "topic~3..topic")


@operation("cherry-pick, with a conflict")
def _(world: World) -> None:
    _conflict(world)
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
    _conflict(world)
    world.git("format-patch", "-q", "-o", str(world.place / "patches"), "main~1..main")
    world.git("am", "-q", *sorted(map(str, (world.place / "patches").iterdir())), code=128)
    world.change("t1", "of both\n")
    world.git("am", "--continue")


# -- squash ------------------------------------------------------------------------------------------------------


@operation("reset --soft, then commit", *((name, "all in one", "squashed") for name in ("t1", "t2", "t3")))
def _(world: World) -> None:
    world.git("reset", "-q", "--soft", "HEAD~3")
    world.git("commit", "-q", "-m", "all in one")


def _one(subject: str) -> Pairs:
    return [(name, subject, "squashed") for name in ("t1", "t2", "t3")]


@operation("merge --squash, then commit", *_one("all in one"))
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


def _press(world: World, button: str, branch: str = "topic", subject: str = "all in one (#7)") -> None:
    """A branch is pushed, somebody merges it on the host with this button, after other work of theirs."""
    world.git("push", "-q", "origin", branch)
    host = world.elsewhere
    _work_elsewhere(world, "e1")
    if button == "squash":
        host.git("merge", "-q", "--squash", branch)
        host.git("commit", "-q", "-m", subject)
    else:
        host.git("switch", "-q", "-c", "landing", branch)
        host.git("rebase", "-q", "--force-rebase", "main")
        host.git("switch", "-q", "main")
        host.git("merge", "-q", "--ff-only", "landing")
        host.git("branch", "-q", "-D", "landing")
    _work_elsewhere(world, "e2")


def _pull(world: World) -> None:
    world.git("switch", "-q", "main")
    world.git("pull", "-q", "--ff-only", "origin", "main")


@operation("host squash, the branch stays", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    _pull(world)


@operation("host squash, then the branch is deleted", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    _pull(world)
    world.git("branch", "-q", "-D", "topic")


@operation("host squash, the branch is deleted first", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    world.git("switch", "-q", "main")
    world.git("branch", "-q", "-D", "topic")
    world.repo.tracker("sync")
    world.repo.tracker("sync")
    _pull(world)


@operation("host squash, then more on the branch", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    world.commit("t4", env=AGENT)
    _pull(world)


@operation("host squash, pulled into the branch with --rebase", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation("host squash, then the branch is rebased onto it", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    _pull(world)
    world.repo.tracker("sync")
    world.git("rebase", "-q", "main", "topic")


@operation(
    "host squash of a branch that another stands on",
    *_one("all in one (#7)"),
    *same("s1"),
    unseen=_one("all in one (#7)"),
)
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "stacked")
    world.commit("s1", env=AGENT)
    world.git("switch", "-q", "topic")
    _press(world, "squash")
    _pull(world)
    world.git("rebase", "-q", "main", "stacked")


@operation("host rebase, pulled into the branch with --rebase", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    _press(world, "rebase")
    world.git("pull", "-q", "--rebase", "origin", "main")


@operation(
    "host squash, main merged into the branch",
    *_one("all in one (#7)"),
    ("Merge branch 'main' into topic", "all in one (#7)", "squashed"),
    unseen=[*_one("all in one (#7)"), ("Merge branch 'main' into topic", "all in one (#7)", "squashed")],
)
def _(world: World) -> None:
    world.git("merge", "-q", "--no-edit", "main")
    _press(world, "squash")
    _pull(world)


@operation("host squash of one commit", ("o1", "o1 (#8)", "same"))
def _(world: World) -> None:
    world.git("switch", "-q", "-c", "one", "main")
    world.commit("o1", env=AGENT)
    _press(world, "squash", "one", "o1 (#8)")
    _pull(world)
    world.git("branch", "-q", "-D", "one")


@operation(
    "host squash, in a file that main changed too",
    ("t4", "t4 (#9)", "changed"),
    unseen=[("t4", "t4 (#9)", "changed")],
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
    _press(world, "squash", "edit", "t4 (#9)")
    _pull(world)


@operation("host rebase, the branch stays", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    _press(world, "rebase")
    _pull(world)


@operation("host rebase, then the branch is deleted", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    _press(world, "rebase")
    _pull(world)
    world.git("branch", "-q", "-D", "topic")


@operation("a backport of a part of a branch, made elsewhere")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic")
    world.elsewhere.git("cherry-pick", "topic~1")
    _pull(world)


@operation("a backport of a branch's beginning, made elsewhere")
def _(world: World) -> None:
    world.git("push", "-q", "origin", "topic")
    world.elsewhere.git("cherry-pick", "topic~2")
    _pull(world)


@operation(
    "two branches with the same commits, rebased apart",
    *same("t1", "t2", "t3", "t1", "t2", "t3"),
    unseen=same("t1", "t2", "t3"),
)
def _(world: World) -> None:
    world.git("branch", "-q", "again")
    world.git("rebase", "-q", "main")
    world.git("rebase", "-q", "beside", "again")


@operation("host squash, and a copy of it on a release branch", *_one("all in one (#7)"))
def _(world: World) -> None:
    _press(world, "squash")
    world.elsewhere.git("switch", "-q", "-c", "release", "main~3")
    world.elsewhere.git("cherry-pick", "main~1")
    world.elsewhere.git("switch", "-q", "main")
    world.git("fetch", "-q", "origin", "release:release")
    _pull(world)


@operation("a backport of a whole branch, made elsewhere with -x")
def _(world: World) -> None:
    world.git("branch", "-q", "one", "topic~2")
    world.git("push", "-q", "origin", "one")
    world.elsewhere.git("cherry-pick", "-x", "one")
    _pull(world)


@operation("all of a branch picked by hand")
def _(world: World) -> None:
    world.git("switch", "-q", "main")
    for number in (2, 1, 0):
        world.git("cherry-pick", f"topic~{number}")
    world.git("branch", "-q", "-D", "topic")


# -- refs and other doors ------------------------------------------------------------------------------------------


@operation("reset --hard to before")
def _(world: World) -> None:
    world.git("reset", "-q", "--hard", "HEAD~2")


@operation("amend taken back with the reflog", ("t3", "t3 reworded", "same"), unseen=())
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


@operation("fast-import", *same("t1", "t2", "t3"))
def _(world: World) -> None:
    stream = world.git("fast-export", "topic").replace("committer Ada Person", "committer Ada")
    world.repo.git("fast-import", "--quiet", "--force", stdin=stream)
    world.git("reset", "-q", "--hard")


OPERATIONS[-1] = OPERATIONS[-1]._replace(pairs=same("m1", "t1", "t2", "t3"))


@operation("libgit2")
def _(world: World) -> None:
    opened = pygit2.Repository(str(world.repo.path))
    who = pygit2.Signature("Ada Person", "ada@example.com", 1_700_900_000, 60)
    commit = opened[opened.head.target]
    assert isinstance(commit, pygit2.Commit)
    opened.create_commit(opened.head.name, who, who, "by libgit2", commit.tree.id, [commit.id])
