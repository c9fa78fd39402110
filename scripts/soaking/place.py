"""The repositories of a soak, in a home of their own, and how git and agent-tracker run in them."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sealed import sealed_environment

TRUNK: Final = "trunk"
"""The branch that finished work is pushed to; it is checked out nowhere."""

_GIT_CONFIG: Final = (
    "[user]\n\tname = Ada Person\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
    "[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n[commit]\n\tgpgSign = false\n"
)


class GitFailed(Exception):
    """A git command that ended with an error; the message is the command with git's own words."""


def soak_environment(home: Path) -> dict[str, str]:
    """Return the environment of every program of a soak, which may run under an agent itself."""
    return sealed_environment(home) | {"AGENT_TRACKER_PROCESSES": "0"}


class Worktree:
    """A worktree and the environment of whoever works in it; ``terminal``: git's errors go to a terminal."""

    def __init__(self, path: Path, environment: Mapping[str, str], *, terminal: bool = False) -> None:
        self.path = path
        self.environment = dict(environment)
        self.terminal = terminal

    def git(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run git and return its standard output. Raises GitFailed."""
        with _errors(terminal=self.terminal) as errors:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.path,
                env=self.environment | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                check=False,
            )
        if done.returncode:
            raise GitFailed(f"git {' '.join(arguments)}: {done.returncode} {done.stderr or ''}")
        return done.stdout

    def lines(self, *arguments: str) -> list[str]:
        """Run git and return the lines of its standard output. Raises GitFailed."""
        return self.git(*arguments).splitlines()

    def head(self) -> str:
        """Return the oid of HEAD's commit. Raises GitFailed."""
        return self.git("rev-parse", "HEAD").strip()

    def tracker(self, *arguments: str) -> str:
        """Run agent-tracker and return its standard output. Raises CalledProcessError."""
        return subprocess.run(
            [sys.executable, "-I", "-m", "tracker", *arguments],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def log(self) -> list[dict[str, Any]]:
        """Return all recorded commits of this repository, as ``log --json --all`` prints them."""
        return [json.loads(line) for line in self.tracker("log", "--json", "--all").splitlines()]


@contextlib.contextmanager
def _errors(*, terminal: bool) -> Iterator[int]:
    """Yield a descriptor for standard error: a pipe of ``subprocess``, or a terminal, as people have."""
    if not terminal:
        yield subprocess.PIPE
        return
    ours, theirs = pty.openpty()
    try:
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)


def make_repository(home: Path, name: str, worktrees: int) -> list[Path]:
    """Make and track a repository with one commit on trunk, and worktrees on branches of their own."""
    environment = soak_environment(home)
    path = home / name
    subprocess.run(["git", "init", "-q", "-b", "w0", str(path)], env=environment, check=True)
    first = Worktree(path, environment)
    first.tracker("init")
    (path / "README").write_text("soak\n", encoding="utf-8")
    first.git("add", "README")
    first.git("commit", "-q", "-m", "chore: begin")
    first.git("branch", TRUNK)
    paths = [path]
    for number in range(1, worktrees):
        paths.append(home / f"{name}-w{number}")
        first.git("worktree", "add", "-q", "-b", f"w{number}", str(paths[-1]), TRUNK)
    return paths


def make_home(folder: Path) -> Path:
    """Make a home with git's configuration, and return it."""
    home = folder.resolve() / "home"
    home.mkdir()
    (home / "gitconfig").write_text(_GIT_CONFIG, encoding="utf-8")
    return home


def recorders(home: Path) -> list[int]:
    """Return the ids of the processes that record into the repositories of this home (Linux)."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # the process has ended
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"tracker" in words and b"hook" in words and any(word.startswith(os.fsencode(home)) for word in words):
                found.append(int(folder.name))
    return found


def settle(home: Path, repositories: list[Path]) -> None:
    """Wait until no recorder runs, and record what still waits."""
    while recorders(home):
        time.sleep(0.1)
    for path in (*repositories, *repositories):
        Worktree(path, soak_environment(home)).tracker("sync")
