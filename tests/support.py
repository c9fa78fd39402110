"""A real git repository to work in, and the program as a user calls it. Every call runs the real thing."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from tests import program
from tests.program import TRACKER
from tracker.ledger import Ledger
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import GradeEntry
from tracker.model import GradeValue, Oid, ProjectId, Rater

_CLOCK_START: Final = 1_700_000_000

Item = TypeVar("Item")


def one(items: Iterable[Item]) -> Item:
    """Return the only item; fail if there is none or more than one."""
    found = list(items)
    assert len(found) == 1, found
    return found[0]


OTHER_GIT: Final = os.environ.get("AGENT_TRACKER_TEST_GIT")
"""The git executable to run the tests with, instead of the first on the PATH."""


def _folder_of_git(home: Path) -> Path:
    """A folder that holds the other git and nothing else."""
    folder = home.parent / "other-git"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "git").exists():
        (folder / "git").symlink_to(Path(OTHER_GIT or "").resolve(strict=True))
    return folder


def clean_environment(home: Path) -> dict[str, str]:
    """An environment with a home of its own and nothing of the caller's git, agents or terminal in it."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    if OTHER_GIT:
        kept["PATH"] = os.pathsep.join([str(_folder_of_git(home)), kept["PATH"]])
    return kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_EDITOR": "true",
        "GIT_SEQUENCE_EDITOR": "true",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "AGENT_TRACKER_PROCESSES": "0",  # whoever runs the tests may be an agent
    }


def sealed_home(home: Path) -> dict[str, str]:
    """A home with a git configuration of its own, and the environment to use it in."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada Person\n\temail = ada@example.com\n"
        '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n'
        "[commit]\n\tgpgSign = false\n[gc]\n\tauto = 0\n[pull]\n\trebase = false\n",
        encoding="utf-8",
    )
    return clean_environment(home)


def _sit_down(terminal: int) -> None:
    """Take a terminal for one's own, since no other sends a signal when Ctrl-C is pressed, and heed that."""
    os.login_tty(terminal)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background has it ignored


def sized(whole: int, otherwise: int) -> int:
    """How much of something is done: all of it with ``AGENT_TRACKER_TEST_WHOLE=1``."""
    return whole if program.WHOLE else otherwise


class Terminal:
    """A program at a terminal of its own, with somebody at the keys."""

    def __init__(self, words: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [*words],
            cwd=cwd,
            env=environment,
            preexec_fn=lambda: _sit_down(theirs),  # noqa: PLW1509 - no other thread runs here
            pass_fds=[theirs],
        )
        os.close(theirs)
        self._seen = 0
        self.shown = ""

    def expect(self, text: str, seconds: float = 300.0) -> str:
        """Wait until the program shows a text; all that it showed since the last one was found, and this one."""
        end = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < end, f"{text!r} did not appear in {self.shown[self._seen :]!r}"
            if select.select([self._ours], [], [], 0.05)[0] and not self._read():
                raise AssertionError(f"{text!r} did not appear in {self.shown[self._seen :]!r}")
        before, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[before : self._seen]

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def finish(self, seconds: float = 300.0) -> int:
        """Read to the end; the exit code. A program that still waits for a key then is ended."""
        end = time.monotonic() + seconds
        while self._process.poll() is None or select.select([self._ours], [], [], 0)[0]:
            if time.monotonic() > end:
                self._process.kill()
                raise AssertionError(f"it did not end: {self.shown[self._seen :]!r}")
            if select.select([self._ours], [], [], 0.05)[0] and not self._read():
                break
        os.close(self._ours)
        return self._process.wait()

    def _read(self) -> bool:
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # Linux's way of saying that the other end is closed
            return False
        self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)


class Repo:
    """A repository and the environment to use it in. Commits get fixed, rising dates."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self.environment = dict(environment)
        self._clock = _CLOCK_START
        self._is_recorded_later = False

    @classmethod
    def make(cls, path: Path, environment: Mapping[str, str], *options: str) -> "Repo":
        path.mkdir(parents=True)
        repo = cls(path, environment)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    def clone(self, path: Path, *options: str) -> "Repo":
        self.git("clone", "-q", *options, str(self.path), str(path))
        repo = Repo(path, self.environment)
        repo._clock = self._clock + 50_000
        return repo

    def at(self, path: Path) -> "Repo":
        """The same repository seen from another work tree, with the same clock from now on."""
        repo = Repo(path, self.environment)
        repo._clock = self._clock + 1000
        repo._is_recorded_later = self._is_recorded_later
        return repo

    # -- git -----------------------------------------------------------------------------------------------------

    def git(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        code: int | None = 0,
        stdin: str | bytes | None = None,
        cwd: Path | None = None,
    ) -> str:
        """Run git and return what it printed; ``code`` is the exit code that is expected, None for any."""
        self._clock += 60
        dates = {"GIT_AUTHOR_DATE": f"{self._clock} +0100", "GIT_COMMITTER_DATE": f"{self._clock} +0100"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.path,
            env=self.environment | dates | dict(env or {}),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
        said = done.stderr.decode("utf-8", "replace")
        assert code is None or done.returncode == code, f"git {arguments}: {done.returncode}\n{said}"
        return done.stdout.decode("utf-8", "surrogateescape")

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def commit(
        self,
        subject: str = "feat: something",
        *,
        file: str | None = None,
        text: str | None = None,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """Change a file, commit it, and return the oid."""
        name = file or f"file-{self._clock}.txt"
        self.write(name, text if text is not None else f"{subject} {self._clock}\n")
        self.git("add", "--", name)
        self.git("commit", "-q", "-m", subject, *options, env=env)
        return self.head()

    def head(self, revision: str = "HEAD") -> str:
        return self.git("rev-parse", revision).strip()

    def reachable(self) -> list[str]:
        """What branches and HEADs of work trees reach."""
        trees = [
            line.split(" ", 1)[1]
            for line in self.git("worktree", "list", "--porcelain").splitlines()
            if line.startswith("HEAD ") and line.split(" ", 1)[1].strip("0")
        ]
        return self.git("rev-list", "--branches", *trees).split()

    @property
    def folder(self) -> Path:
        """Where agent-tracker keeps its files in this repository."""
        common = self.git("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
        return Path(common) / "agent-tracker"

    # -- the program ---------------------------------------------------------------------------------------------

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return program.run(arguments, cwd or self.path, self.environment | dict(env or {}))

    def tracker(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker and return what it printed."""
        done = self.run(*arguments, env=env)
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def at_terminal(self, *words: str, env: Mapping[str, str] | None = None) -> Terminal:
        """Any program, with a person at the keys."""
        return Terminal(words, self.path, self.environment | {"TERM": "xterm"} | dict(env or {}))

    def person(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker as a person at a terminal does, and return what it showed."""
        terminal = self.at_terminal(*TRACKER, *arguments, env=env)
        found = terminal.finish()
        assert found == code, f"{arguments}: {found}\n{terminal.shown}"
        return terminal.shown

    def json(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> Any:
        return json.loads(self.tracker(*arguments, "--json", code=code, env=env))

    def log(self, *arguments: str, env: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.tracker("log", "--json", *arguments, env=env).splitlines()]

    def status_file(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.path / ".agent" / "status.json").read_text(encoding="utf-8"))
        return loaded

    def project(self) -> ProjectId:
        return ProjectId((self.folder / "project-id").read_text(encoding="ascii").strip())

    def ledger(self) -> Ledger:
        """The ledger that the repository records into, opened in this process."""
        return Ledger(Path((self.folder / "ledger").read_text(encoding="utf-8").rstrip("\n")))

    def grade(
        self, oid: str, rater: Rater, grade: GradeValue, time: int = _CLOCK_START, ledger: Ledger | None = None
    ) -> None:
        """Grade a commit, at a time in seconds."""
        buffer = EntryBuffer()
        assert buffer.add(GradeEntry(self.project(), Oid(oid), rater, grade, "", "", time, "test"))
        buffer.flush(ledger or self.ledger())

    # -- waiting -------------------------------------------------------------------------------------------------

    def record_later(self) -> None:
        """Have the hooks write down what they see and start nobody: whatever command comes next records it."""
        for hook in (self.folder.parent / "hooks").glob("post-*"):
            text = hook.read_text(encoding="utf-8")
            hook.write_text(re.sub(r"(?m)^python=.*", f"python={shutil.which('true')}", text), encoding="utf-8")
        self._is_recorded_later = True

    def settle(self, seconds: float = 300.0) -> None:
        """Wait until no recorder is at work and nothing waits in the spool."""
        if self._is_recorded_later:
            self.tracker("sync")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not list((self.folder / "spool").iterdir()) and not recorders(self.folder.parent):
                return
            time.sleep(0.05)
        waiting = [path.read_text() for path in (self.folder / "spool").iterdir()]
        raise AssertionError(f"recorders {recorders(self.folder.parent)}, waiting {waiting}")

    # -- what must always hold -----------------------------------------------------------------------------------

    def assert_recorded(self, env: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Every reachable commit is in the log exactly once, and verify is content."""
        lines = self.log(env=env)
        assert sorted(line["oid"] for line in lines) == sorted(self.reachable())
        verdict = self.json("verify", env=env)
        assert verdict["ok"], verdict
        return lines


def recorders(git_dir: Path) -> list[int]:
    """The processes that record into a repository now (Linux)."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"tracker" in words and b"hook" in words and any(os.fsencode(git_dir) in word for word in words):
            found.append(int(place.name))
    return found


def wait_until(condition: Callable[[], bool], state: Callable[[], str], seconds: float = 300.0) -> None:
    """Wait until a condition holds; fail after ``seconds`` with the text that ``state`` returns then."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, state()
        time.sleep(0.05)
