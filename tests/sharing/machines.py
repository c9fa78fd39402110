"""Machines that share a repository through a bare one: clones, each with a home and a ledger of its own."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests import program
from tests.sealed_environment import sealed_home
from tests.support import Repo, wait_until
from tracker.git.own_refs import ChainReader, add_commit
from tracker.model import Oid

OURS: Final = "refs/agent-tracker"
THEIRS: Final = "refs/agent-tracker-remote/origin"
_SCORE: Final = ("skill_points", "experience_points", "communication_score", "total_commits", "total_bugs", "halted")
AGENTS: Final = ("claude-code", "codex", "opencode")


class Machines:
    """A bare repository, and the machines that use it. ``folder``: holds all of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bare = Repo.make(folder / "hub.git", sealed_home(folder / "homes" / "hub"), "--bare")
        self._first: Repo | None = None

    def add(self, name: str, *, email: str = "ada@example.com", shares: bool = True) -> Repo:
        """Return a clone on a new machine, tracked, of which scripts may speak for the user."""
        home = self.folder / "homes" / name
        environment = sealed_home(home)
        config = home / "gitconfig"
        config.write_text(config.read_text().replace("ada@example.com", email) + "[push]\n\tdefault = current\n")
        self.bare.git("clone", "-q", f"file://{self.bare.path}", str(self.folder / name))
        repo = Repo(self.folder / name, environment)
        repo._clock = self.bare._clock  # no two commits are made at the same time
        repo.git("config", "agent-tracker.userNeedsTerminal", "false")
        repo.tracker("init", "--backfill", *(["--share"] if shares else []))
        if not program.WHOLE:
            repo.record_later()
        return repo

    def refs(self) -> dict[str, str]:
        """Return the refs of writers that the bare repository has."""
        lines = self.bare.git("for-each-ref", "--format=%(refname) %(objectname)", OURS).splitlines()
        return dict(line.split(" ") for line in lines)

    def events(self, repo: Repo) -> list[str]:
        """Return the lines of events that the bare repository has of a machine, oldest first."""
        tip = Oid(self.bare.git("rev-parse", own_ref(repo)).strip())
        links = [*ChainReader(self.bare.path).links(tip, None)]
        return [line.decode() for link in reversed(links) for line in link.lines]


def own_ref(repo: Repo) -> str:
    return f"{OURS}/{repo.json('share')['writer']}"


def enter_key(repo: Repo, words: str, code: int = 0) -> str:
    """Give a machine a key on standard input; return both outputs."""
    done = program.run_here(["share", "trust"], repo.path, repo.environment, words.encode())
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def trust(repo: Repo, other: Repo) -> None:
    """Have a machine trust another one of the same user."""
    enter_key(repo, other.tracker("share", "key"))


def push(repo: Repo, *options: str, env: Mapping[str, str] | None = None) -> None:
    """Push, and send what is new by a command; if everything is run, as the hook does."""
    if program.WHOLE:
        push_by_hook(repo, *options, env=env)
        return
    repo.git("push", "-q", "--no-verify", *options, "origin", "HEAD", env=env)
    repo.tracker("share", "push")


def push_by_hook(repo: Repo, *options: str, env: Mapping[str, str] | None = None) -> None:
    """Push as a user does, and wait until the process that this leaves behind has sent what is new."""
    repo.git("push", "-q", *options, "origin", "HEAD", env=env)
    wait_until(lambda: is_sent(repo), lambda: repo.tracker("share"))


def is_sent(repo: Repo) -> bool:
    """Return True if the remote has all that a machine shares."""
    return bool(repo.json("share")["waiting"] == 0)


def pull(repo: Repo) -> None:
    repo.git("pull", "-q", "--no-rebase")
    repo.settle()
    repo.tracker("sync")


def scores(repo: Repo) -> dict[str, dict[str, Any]]:
    """Return the scores of the agents that a ledger knows."""
    found = {}
    for agent in AGENTS:
        done = repo.run("status", agent, "--json")
        if done.returncode == 0:
            status = json.loads(done.stdout)
            found[agent] = {name: status[name] for name in _SCORE}
    return found


def grades(repo: Repo, revision: str) -> list[tuple[str, int, str]]:
    """Return the grades of a commit as a ledger has them: rater, grade and note."""
    shown = repo.json("grade", revision)
    return [(one["rater"], one["grade"], one["note"]) for one in shown["history"]]


def forge(machines: Machines, lines: list[bytes], parent: str | None = None, writer: str = "0" * 32) -> None:
    """Put lines into a ref of the bare repository."""
    oid = add_commit(machines.bare.path, Oid(parent) if parent else None, lines)
    machines.bare.git("update-ref", f"refs/agent-tracker/{writer}", oid)


def write_script(path: Path, text: str) -> Path:
    """Write a program, and return its path."""
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
