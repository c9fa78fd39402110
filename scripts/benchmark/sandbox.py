"""The isolated environment of all measurements: a temporary home directory and the repositories in it."""

import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from sealed import sealed_environment

from tracker.project.files import ProjectFiles

_EMPTY_HOOK: Final = "#!/bin/sh\nexit 0\n"


def tracker_words(*arguments: str) -> tuple[str, ...]:
    """Return the program and arguments that start agent-tracker."""
    return (sys.executable, "-I", "-m", "tracker", *arguments)


def version(*words: str) -> str:
    """Return the last word that ``PROGRAM --version`` prints. Raises OSError when it cannot start."""
    return subprocess.run([*words, "--version"], stdout=subprocess.PIPE, check=False, text=True).stdout.split()[-1]


class MeasurementFailed(Exception):
    """A measurement that could not be made; the message is one sentence for the user."""


class Finished(NamedTuple):
    """A program that has ended: what it printed, and the most bytes of memory that one of its processes had resident.

    They include the pages of files that are mapped.
    """

    output: str
    peak_bytes: int


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
        keep_output: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program in the folder ``place``, capture its output through pipes, and wait until the pipes close.

        ``terminal``: a descriptor that is its standard error instead of a pipe. ``keep_output=False``: what it prints
        goes to /dev/null.
        """
        done = subprocess.run(
            words,
            cwd=place,
            env=self._environment | dict(environment or {}),
            input=stdin,
            stdout=subprocess.PIPE if keep_output else subprocess.DEVNULL,
            stderr=subprocess.PIPE if terminal is None else terminal,
            check=False,
        )
        _check_code(words, done.returncode, done.stderr)
        return done

    def measure_peak(self, *words: str, place: Path, keep_output: bool = True) -> Finished:
        """Run a program, and measure its memory (``peak_memory.py``)."""
        peak = self.home / "peak-memory"
        program = (sys.executable, "-I", "-S", str(Path(__file__).with_name("peak_memory.py")), str(peak))
        output = self.run(*program, *words, place=place, keep_output=keep_output).stdout or b""
        return Finished(output.decode(), int(peak.read_text(encoding="ascii")))

    def git(self, *arguments: str, place: Path, stdin: bytes = b"") -> str:
        """Run git and return its standard output."""
        return self.run("git", *arguments, place=place, stdin=stdin).stdout.decode()

    def tracker(self, *arguments: str, place: Path, environment: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker and return its standard output."""
        return self.run(*tracker_words(*arguments), place=place, environment=environment).stdout.decode()

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
        """Import commits in git-fast-import's format, each when it is made: a long history is larger than memory."""
        words = ("git", "fast-import", "--quiet")
        with subprocess.Popen(
            words, cwd=path, env=self._environment,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdin is not None  # noqa: S101 - for mypy
            assert process.stderr is not None  # noqa: S101 - for mypy
            with suppress(BrokenPipeError):  # git has ended; what it printed says why
                for commit in commits:
                    process.stdin.write(commit)
            with suppress(BrokenPipeError):
                process.stdin.close()
            errors = process.stderr.read()
        _check_code(words, process.returncode, errors)

    def empty_hooks(self, name: str, events: Sequence[str]) -> Path:
        """Make a hooks directory with a hook for each event that does nothing, and return its path."""
        folder = self.home / "hooks" / name
        folder.mkdir(parents=True)
        for event in events:
            hook = folder / event
            hook.write_text(_EMPTY_HOOK, encoding="utf-8")
            hook.chmod(0o755)
        return folder


def _check_code(words: Sequence[str], code: int, errors: bytes | None) -> None:
    """Raise MeasurementFailed, with the reason that a program gave, unless it ended with the exit code 0."""
    if code:
        lines = (errors or b"").decode("utf-8", "replace").strip().splitlines() or [f"exit code {code}"]
        # Git may print advice, or the name of a crash report, after the reason.
        reason = next((line for line in lines if line.startswith("fatal:")), lines[-1])
        raise MeasurementFailed(f"'{shlex.join(words)}' failed: {reason}")
