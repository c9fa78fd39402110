"""The repositories that every operation starts from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import Repo

AGENT: Final = {"CLAUDECODE": "1"}
_OTHER_PERSON: Final = {"GIT_COMMITTER_EMAIL": "grace@example.org", "GIT_AUTHOR_EMAIL": "grace@example.org"}


class World:
    """A repository, a linked worktree and a clone.

    ``repo`` has ``main`` with the commits m1 and m2, and ``topic``, which starts at m1, has t1, t2 and t3 of an agent
    and is checked out. ``beside`` is a linked worktree on a branch of that name, with b1 on top of ``main``.
    ``elsewhere`` is a clone in which another person works; it is the remote ``origin`` of ``repo``.
    """

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
        self.elsewhere.environment |= _OTHER_PERSON
        self.elsewhere.git("switch", "-q", "main")
        repo.git("remote", "add", "origin", str(self.elsewhere.path))
        repo.git("fetch", "-q", "origin")

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, code: int | None = 0) -> str:
        return self.repo.git(*arguments, env=env, code=code)

    def commit(self, name: str, *options: str, env: Mapping[str, str] | None = None) -> str:
        """Commit a new file of several lines that name the commit, so that patch ids differ."""
        text = "".join(f"{name} line {number}\n" for number in range(5))
        return self.repo.commit(name, file=f"{name}.txt", text=text, options=options, env=env)

    def change(self, name: str, text: str) -> None:
        """Write and stage the file of a commit."""
        self.repo.write(f"{name}.txt", text)
        self.git("add", "-A")

    def rebase(self, *todo: str, onto: str = "HEAD~3", env: Mapping[str, str] | None = None, code: int = 0) -> None:
        """Start an interactive rebase with these instructions, in which subjects stand for commits."""
        todo_file = self.place / "todo"
        todo_file.write_text("".join(f"{self._instruction(line)}\n" for line in todo), encoding="utf-8")
        self.git("rebase", "-q", "-i", onto, env={"GIT_SEQUENCE_EDITOR": f"cp '{todo_file}'", **(env or {})}, code=code)

    def _instruction(self, line: str) -> str:
        command, _, name = line.partition(" ")
        return line if command in {"exec", "break"} else f"{command} {self.find(name)} {name}"

    def find(self, subject: str, revision: str = "--all") -> str:
        """Return the oid of the newest commit with a subject."""
        return self.git("rev-list", "-1", f"--grep=^{subject}$", revision).strip()

    def editor(self, text: str) -> dict[str, str]:
        """Return the variable that makes git's editor write this message."""
        message = self.place / f"message-{abs(hash(text))}"
        message.write_text(f"{text}\n", encoding="utf-8")
        return {"GIT_EDITOR": f"cp '{message}'"}


def commit_conflict_with_t1(world: World) -> None:
    """Commit m3 on ``main``, which changes the file of t1, and return to ``topic``."""
    world.git("switch", "-q", "main")
    world.change("t1", "of main\n")
    world.git("commit", "-q", "-m", "m3")
    world.git("switch", "-q", "topic")


def commit_elsewhere(world: World, *names: str) -> None:
    """Commit in the other person's clone."""
    for name in names:
        world.elsewhere.commit(name, file=f"{name}.txt", text=f"{name}\n")
