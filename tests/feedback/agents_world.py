"""A guarded repository with the work of a halted agent and of another one, and ways to act in it as the agent."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.feedback.output import CLAUDE, CODEX
from tests.hooks.guarded_commits import halt
from tests.program import TRACKER
from tests.support import Repo
from tests.terminal import Terminal

NESTED: Final = 'if [ "$1" -gt 0 ]; then n=$(($1 - 1)); shift; /bin/sh "$0" "$n" "$@"; else shift; "$@"; fi; exit $?\n'
"""A script that runs a command below as many processes of a shell as its first argument says."""


class AgentsWorld(NamedTuple):
    """The repository and the folder that holds all of it, its home and its ledger."""

    place: Path
    repo: Repo

    @classmethod
    def make(cls, place: Path, environment: Mapping[str, str]) -> "AgentsWorld":
        """Make the repository: a commit by codex, one by claude-code, which is halted by a bug of that commit."""
        repo = Repo.make(place / "repo", environment)
        repo.tracker("init", "--guard")
        repo.record_later()
        repo.commit("feat: by codex", file="codex.txt", env=CODEX)
        repo.commit("feat: by claude", file="claude.txt", env=CLAUDE)
        repo.tracker("sync")
        halt(repo)
        repo.tracker("sync")
        return cls(place, repo)

    def state(self) -> list[object]:
        """Return what an agent would like to change: grades, scores, makers, the ledger, the guard, the last commit."""
        doctor = self.repo.run("doctor", "--json").stdout
        sheets = [self.repo.json("status", agent) for agent in ("claude-code", "codex")]
        scores = ("skill_points", "experience_points", "communication_score", "halted", "total_bugs", "total_commits")
        commits = [(line["oid"], line["agent"], line["grades"]) for line in self.repo.log()]
        guarded = '"guard":"on"' in doctor.replace(" ", "")
        return [commits, [[sheet[name] for name in scores] for sheet in sheets], self.repo.ledger_path, guarded]

    def everything_shown(self) -> str:
        """Return what verify, doctor and explain print."""
        commands = (("verify",), ("doctor",), ("explain", "HEAD", "HEAD~1"))
        return "".join(self.repo.run(*command).stdout for command in commands)

    # -- acting as the agent -------------------------------------------------------------------------------------

    def tracker(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run agent-tracker as claude-code, without a terminal."""
        return self.repo.run(*arguments, env=CLAUDE | dict(env or {}))

    def praise(self, env: Mapping[str, str] | None = None, *options: str) -> None:
        """Try to grade the agent's work as the user."""
        self.tracker("grade", "HEAD", "--user", "excellence", *options, env=env)

    def praise_in_terminal(self, env: Mapping[str, str] | None, *above: str) -> None:
        """Try to grade the agent's work as the user, at a terminal, below the given program."""
        words = [*above, *TRACKER, "grade", "HEAD", "--user", "excellence"]
        Terminal(words, self.repo.path, dict(env or {}) | {"TERM": "xterm"}).finish()

    def program(self, name: str = "claude") -> str:
        """Return a program with the name of an agent, which runs its arguments."""
        path = self.place / name
        if not path.exists():
            path.write_text('#!/bin/sh\n"$@"\nexit $?\n')
            path.chmod(0o755)
        return str(path)

    def nested(self, levels: int) -> list[str]:
        """Return the words that run a command below so many processes."""
        script = self.place / "nested"
        script.write_text(NESTED)
        return ["/bin/sh", str(script), str(levels)]

    def commit(self, env: Mapping[str, str] | None = None, *options: str) -> None:
        """Try to commit as claude-code."""
        words = ["commit", "-q", "--allow-empty", "-m", "feat: tried", *options]
        self.repo.git(*words, env=CLAUDE | dict(env or {}), code=None)
        self.repo.tracker("sync")

    def file(self, name: str, text: str) -> Path:
        """Write a file outside the repository and return its path."""
        path = self.place / "agents files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def git_config(self, *settings: str) -> Path:
        """Return a configuration file of git with the user's own settings and more of the section agent-tracker."""
        own = Path(self.repo.environment["GIT_CONFIG_GLOBAL"]).read_text()
        return self.file("gitconfig", own + "[agent-tracker]\n" + "".join(f"\t{one}\n" for one in settings))

    def user_config(self, name: str, text: str) -> dict[str, str]:
        """Return the variable that names a configuration directory with one file of ours in it."""
        return {"XDG_CONFIG_HOME": str(self.file(f"config/agent-tracker/{name}", text).parents[1])}

    def bare(self) -> dict[str, str]:
        """Return an environment with nothing but what programs need to run and to find the user's files."""
        kept = (
            "PATH",
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_NOSYSTEM",
            "LC_ALL",
        )
        return {name: self.repo.environment[name] for name in kept}

    def copy_ledger(self) -> Path:
        """Return a copy of the ledger."""
        copy = self.place / "ledger copy"
        shutil.copytree(self.repo.ledger_path, copy)
        return copy

    def run_separately(self, words: Sequence[str], env: Mapping[str, str], *, terminal: bool) -> None:
        """Run a program in a process that is no descendant of an agent's, and wait for its end.

        ``terminal``: at a terminal, else without one.
        """
        start = f"import pty; pty.spawn({[*words]!r})" if terminal else f"os.execvp({words[0]!r}, {[*words]!r})"
        place = f"import os; os.chdir({str(self.repo.path)!r}); "
        code = f"import os, sys\nif os.fork() == 0:\n    os.setsid()\n    exec({place + start!r})\n"
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as output:
            subprocess.run(
                [sys.executable, "-c", code], env=dict(env), stdout=writer, stdin=subprocess.DEVNULL, check=True
            )
            os.close(writer)
            output.read()
