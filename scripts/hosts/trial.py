"""One trial: a coding agent makes a commit in a tracked repository, and agent-tracker says who made it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple

from hosts.conversation import Script
from hosts.fake_model import fake_model
from hosts.programs import PROMPT, Host, Sealed
from hosts.screen import run_at_terminal

Form = Literal["shell", "terminal", "nested", "hosted", "failing", "packaged", "sandboxed"]
_MOST_SECONDS: Final = 180
_PATIENT: Final = {"yield_time_ms": 120_000, "timeout_ms": 120_000, "timeout": 120_000}
"""Arguments by which shells of agents wait for a command as long as another agent needs."""
_CAPTURE: Final = Path(__file__).with_name("capture.py")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")


class TrialFailed(Exception):
    """The agent made no commit, or agent-tracker failed."""


class Seen(NamedTuple):
    """The words of ``log --json`` about a commit."""

    agent: str | None
    model: str | None
    version: str | None
    confidence: str


class Trial:
    """A place for one trial: a home, a tracked repository with a person's first commit, and a PATH with the agents."""

    def __init__(self, folder: Path, path: str) -> None:
        self.home, self.repository = folder / "home", folder / "repository"
        self.home.mkdir(parents=True)
        self.repository.mkdir()
        (folder / "temporary").mkdir()
        tracker = str(Path(sys.executable).parent)
        self.environment = {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([tracker, path]),
            "TMPDIR": str(folder / "temporary"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        for words in (
            ["git", "init", "-q", "-b", "main"],
            ["git", "config", "user.name", "Ada Person"],  # of the repository, as Gemini CLI hides the user's settings
            ["git", "config", "user.email", "ada@example.com"],
            ["agent-tracker", "init"],
            ["git", "commit", "-q", "--allow-empty", "-m", "chore: begin"],
        ):
            self.run(words)

    def run(self, words: Sequence[str], more: Mapping[str, str] = {}) -> str:
        """Run a program in the repository and return what it prints. Raises TrialFailed."""
        try:
            finished = subprocess.run(
                words, cwd=self.repository, env={**self.environment, **more}, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=_MOST_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise TrialFailed(f"{words[0]} did not end within {_MOST_SECONDS} seconds") from error
        if finished.returncode:
            raise TrialFailed(f"{shlex.join(words)}: exit code {finished.returncode}: {finished.stderr[-2000:]}")
        return finished.stdout

    @contextmanager
    def model_of(self, host: Host, script: Script) -> Iterator[Mapping[str, str]]:
        """Run a model for an agent, and give the variables that the agent needs."""
        with fake_model(script, host.model) as address:
            yield host.prepare(Sealed(self.home, self.repository, address, host.model))

    def commit_command(self, host: Host, *, is_hosted: bool = False, fails: bool = False) -> str:
        """Return the command by which an agent's model makes its commit; a file in the home tells that it ended.

        ``is_hosted``: the host calls agent-tracker, so that no command has to. ``fails``: its exit code is not 0.
        """
        script = self.home / "commit.sh"
        quiet = "" if is_hosted else "-q "
        after = f"agent-tracker {host.own_command}\n" if host.own_command and not is_hosted else ""
        watch = shlex.join([sys.executable, str(_CAPTURE), str(self.captured), str(os.getpid())])
        script.write_text(
            f"set -e\n{watch}\necho work >work.txt\ngit add work.txt\n"
            f"git commit {quiet}-m 'feat: work by {host.program}'\n{after}echo >{shlex.quote(str(self.done))}\n"
            f"exit {int(fails)}\n",
            encoding="utf-8",
        )
        return f"sh {shlex.quote(str(script))}"

    @property
    def captured(self) -> Path:
        """The file with the surroundings of the commit's command, as ``capture`` writes it."""
        return self.home / "captured.json"

    @property
    def done(self) -> Path:
        """The file that tells that the commit's command ended."""
        return self.home / "done"

    def seen(self) -> Seen:
        """Return what agent-tracker says of the newest commit. Raises TrialFailed if it is still the first one."""
        if self.run(["git", "rev-list", "--count", "HEAD"]).strip() == "1":
            raise TrialFailed("the agent made no commit")
        found = json.loads(self.run(["agent-tracker", "log", "--json", "-n", "1"]).splitlines()[0])
        return Seen(found["agent"], found["model"], found.get("agent_version"), found["confidence"])


def try_host(host: Host, form: Form, outer: Host, folder: Path, path: str) -> Seen:
    """Let an agent make a commit and return what agent-tracker says of it. Raises TrialFailed.

    ``form``: in its plain shell, in a shell with a terminal, or started by another agent (``outer``).
    """
    shutil.rmtree(folder, ignore_errors=True)
    trial = Trial(folder, path)
    arguments = host.with_terminal if form == "terminal" else {}
    with ExitStack() as models:
        needed = models.enter_context(trial.model_of(host, Script([trial.commit_command(host)], arguments)))
        words = [host.program, *host.words, PROMPT]
        if form == "nested":
            inner = trial.home / "inner.sh"
            exported = {**needed, "PATH": trial.environment["PATH"]}  # a login shell, as Codex has one, sets its own
            variables = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in exported.items())
            inner.write_text(f"{variables}exec {shlex.join(words)} </dev/null\n", encoding="utf-8")
            needed = models.enter_context(trial.model_of(outer, Script([f"sh {shlex.quote(str(inner))}"], _PATIENT)))
            words = [outer.program, *outer.words, PROMPT]
        if form == "terminal" and host.screen:
            words = [host.program, *host.screen, PROMPT]
            environment = {**trial.environment, **needed}
            run_at_terminal(words, trial.repository, environment, trial.done.exists, _MOST_SECONDS)
        else:
            trial.run(words, needed)
    time.sleep(0.2)  # the recorder works after the commit
    return trial.seen()


def version_of(host: Host, path: str, home: Path) -> str | None:
    """Return the version that a program prints, None if it prints none."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {"HOME": str(home), "PATH": path}
    words = [host.program, "--version"]
    printed = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)
    found = _VERSION.search(printed.stdout)
    return found[0] if found else None


def forms(host: Host) -> list[Form]:
    """Return the forms in which an agent can be tried.

    ``hosted``: with agent-tracker installed in it. ``failing``: so, and the command fails after its commit.
    ``packaged``: by a package of the host's own form. ``sandboxed``: with a server that its sandbox does not hold.
    """
    every: list[tuple[Form, bool]] = [
        ("shell", True),
        ("terminal", bool(host.screen or host.with_terminal)),
        ("nested", True),
        ("hosted", host.is_host),
        ("failing", host.is_host),
        ("packaged", host.installs is not None),
        ("sandboxed", bool(host.sandboxed)),
    ]
    return [form for form, can_be in every if can_be]
