"""The isolated environment of all measurements: a temporary home directory and the repositories in it."""

import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sealed import sealed_environment

from tracker.project.files import ProjectFiles

_EMPTY_HOOK: Final = "#!/bin/sh\nexit 0\n"


class MeasurementFailed(Exception):
    """A measurement that could not be made; the message is one sentence for the user."""


class Sandbox:
    """A temporary home directory, the repositories in it, and the environment that every program runs in.

    Every method that runs a program raises MeasurementFailed when the program fails, and OSError when it cannot start.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._environment = sealed_environment(home)
        # Maintenance that git starts in the background would disturb the command that is timed at that moment.
        (home / "gitconfig").write_text(
            "[user]\n\tname = Ada\n\temail = ada@example.com\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n",
            encoding="utf-8",
        )

    def run(
        self,
        *words: str,
        place: Path,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        terminal: int | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program in the folder ``place``, capture its output through pipes, and wait until the pipes close.

        ``terminal``: a descriptor that is its standard error instead of a pipe.
        """
        done = subprocess.run(
            words,
            cwd=place,
            env=self._environment | dict(environment or {}),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if terminal is None else terminal,
            check=False,
        )
        if done.returncode:
            errors = (done.stderr or b"").decode("utf-8", "replace").strip().splitlines() or [
                f"exit code {done.returncode}"
            ]
            raise MeasurementFailed(f"'{shlex.join(words)}' failed: {errors[-1]}")
        return done

    def git(self, *arguments: str, place: Path, stdin: bytes = b"") -> str:
        """Run git and return its standard output."""
        return self.run("git", *arguments, place=place, stdin=stdin).stdout.decode()

    def tracker(self, *arguments: str, place: Path, environment: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker and return its standard output."""
        words = (sys.executable, "-I", "-m", "tracker", *arguments)
        return self.run(*words, place=place, environment=environment).stdout.decode()

    def repository(self, name: str) -> Path:
        """Make a repository without commits and return its path."""
        path = self.home / name.replace(", ", "-").replace(" ", "-")
        self.git("init", "-q", "-b", "main", str(path), place=self.home)
        return path

    def track(self, path: Path, ledger: str, hooks: str = "native") -> ProjectFiles:
        """Track a repository into the ledger of that name, with the given value of ``init --hooks``."""
        self.tracker("init", "--hooks", hooks, "--ledger", str(self.home / f"{ledger}.lmdb"), place=path)
        return ProjectFiles(path / ".git")

    def fill(self, path: Path, commits: Iterable[bytes]) -> None:
        """Import commits in git-fast-import's format into a new repository."""
        self.git("fast-import", "--quiet", place=path, stdin=b"".join(commits))

    def empty_hooks(self, name: str, events: Sequence[str]) -> Path:
        """Make a hooks directory with a hook for each event that does nothing, and return its path."""
        folder = self.home / "hooks" / name
        folder.mkdir(parents=True)
        for event in events:
            hook = folder / event
            hook.write_text(_EMPTY_HOOK, encoding="utf-8")
            hook.chmod(0o755)
        return folder

    def version(self, *words: str) -> str:
        """Return the last word that ``PROGRAM --version`` prints."""
        return self.run(*words, "--version", place=self.home).stdout.decode().split()[-1]
