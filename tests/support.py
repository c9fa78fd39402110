"""A real git repository for tests, with agent-tracker called in it as a user calls it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from tests import program
from tests.program import TRACKER, sized
from tests.recorders import recorders, wait_for_recorders, wait_until
from tests.sealed_environment import OTHER_GIT, clean_environment, sealed_home
from tests.terminal import Terminal
from tracker.ledger import Ledger
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import GradeEntry
from tracker.model import GradeValue, Oid, ProjectId, Rater

__all__ = [
    "OTHER_GIT",
    "Repo",
    "Terminal",
    "clean_environment",
    "one",
    "recorders",
    "sealed_home",
    "sized",
    "wait_for_recorders",
    "wait_until",
]

_CLOCK_START: Final = 1_700_000_000


class Clock:
    """The time of commits, in seconds, shared by the clones and worktrees of a repository."""

    def __init__(self) -> None:
        self.now = _CLOCK_START


Item = TypeVar("Item")


def one(items: Iterable[Item]) -> Item:
    """Return the only item; fail if there is none or more than one."""
    found = list(items)
    assert len(found) == 1, found
    return found[0]


class Repo:
    """A repository and the environment to use it with. Commits get fixed, rising dates."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self.environment = dict(environment)
        self._clock = Clock()
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
        repo._clock = self._clock
        return repo

    def at(self, path: Path) -> "Repo":
        """Return this repository as seen from another worktree."""
        repo = Repo(path, self.environment)
        repo._clock = self._clock
        repo._is_recorded_later = self._is_recorded_later
        return repo

    def begin_at(self, now: int) -> None:
        """Make the next commits at a time in seconds since 1970, one minute apart."""
        self._clock.now = now

    # -- git -----------------------------------------------------------------------------------------------------

    def git(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        code: int | None = 0,
        stdin: str | bytes | None = None,
        cwd: Path | None = None,
    ) -> str:
        """Run git and return its standard output; ``code`` is the expected exit code, None for any."""
        self._clock.now += 60
        dates = {"GIT_AUTHOR_DATE": f"{self._clock.now} +0100", "GIT_COMMITTER_DATE": f"{self._clock.now} +0100"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.path,
            env=self.environment | dates | dict(env or {}),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
        errors = done.stderr.decode("utf-8", "replace")
        assert code is None or done.returncode == code, f"git {arguments}: {done.returncode}\n{errors}"
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
        name = file or f"file-{self._clock.now}.txt"
        self.write(name, text if text is not None else f"{subject} {self._clock.now}\n")
        self.git("add", "--", name)
        self.git("commit", "-q", "-m", subject, *options, env=env)
        return self.head()

    def import_commits(self, count: int, *, files: bool = False) -> None:
        """Add commits to ``main`` by git fast-import, each with a change of one file if ``files`` is True."""
        parent = "from refs/heads/main^0\n" if self.git("for-each-ref", "refs/heads/main") else ""
        commits = []
        for number in range(count):
            date = f"{self._clock.now + number} +0000"
            commits.append(f"commit refs/heads/main\ncommitter A <a@example.com> {date}\ndata 3\nc{number % 10}\n")
            commits.append(parent if number == 0 else "")
            commits.append(f"M 100644 inline f\ndata {len(str(number))}\n{number}\n" if files else "")
        self.git("fast-import", "--quiet", stdin="".join(commits))
        self._clock.now += count

    def head(self, revision: str = "HEAD") -> str:
        return self.git("rev-parse", revision).strip()

    def reachable(self) -> list[str]:
        """Return the oids that branches and the HEADs of worktrees reach."""
        heads = [
            line.split(" ", 1)[1]
            for line in self.git("worktree", "list", "--porcelain").splitlines()
            if line.startswith("HEAD ") and line.split(" ", 1)[1].strip("0")
        ]
        return self.git("rev-list", "--branches", *heads).split()

    def all_oids(self) -> list[Oid]:
        """Return the oids of all commits that refs reach."""
        return [Oid(oid) for oid in self.git("rev-list", "--all").split()]

    @cached_property
    def folder(self) -> Path:
        """The folder in which agent-tracker keeps its files in this repository."""
        common = self.git("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
        return Path(common) / "agent-tracker"

    @property
    def scripts(self) -> Path:
        """The folder with the scripts that our hooks run."""
        return self.folder / "hooks"

    # -- the program ---------------------------------------------------------------------------------------------

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return program.run(arguments, cwd or self.path, self.environment | dict(env or {}))

    def tracker(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker and return its standard output; ``code`` is the expected exit code."""
        done = self.run(*arguments, env=env)
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def at_terminal(
        self, *words: str, env: Mapping[str, str] | None = None, size: tuple[int, int] | None = None
    ) -> Terminal:
        """Start any program at a terminal. ``size``: its columns and rows."""
        return Terminal(words, self.path, self.environment | {"TERM": "xterm"} | dict(env or {}), size)

    def person(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run agent-tracker at a terminal, as a person does, and return what it showed."""
        terminal = self.at_terminal(*TRACKER, *arguments, env=env)
        ended = terminal.finish()
        assert ended == code, f"{arguments}: {ended}\n{terminal.shown}"
        return terminal.shown

    def json(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> Any:
        return json.loads(self.tracker(*arguments, "--json", code=code, env=env))

    def log(self, *arguments: str, env: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.tracker("log", "--json", *arguments, env=env).splitlines()]

    def line(self, oid: str | None = None, *arguments: str) -> dict[str, Any]:
        """Return the log's line of one commit, HEAD's by default."""
        wanted = oid or self.head()
        return one(line for line in self.log(*arguments) if line["oid"] == wanted)

    def status_file(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.path / ".agent" / "status.json").read_text(encoding="utf-8"))
        return loaded

    def project(self) -> ProjectId:
        return ProjectId((self.folder / "project-id").read_text(encoding="ascii").strip())

    @property
    def ledger_path(self) -> Path:
        """The folder of the ledger that the repository records into."""
        return Path((self.folder / "ledger").read_text(encoding="utf-8").rstrip("\n"))

    def ledger(self) -> Ledger:
        """Open the ledger that the repository records into in this process."""
        return Ledger(self.ledger_path)

    def grade(
        self, oid: str, rater: Rater, grade: GradeValue, time: int = _CLOCK_START, ledger: Ledger | None = None
    ) -> None:
        """Grade a commit; ``time`` is in seconds since 1970."""
        buffer = EntryBuffer()
        assert buffer.add(GradeEntry(self.project(), Oid(oid), rater, grade, "", "", time, "test"))
        buffer.flush(ledger or self.ledger())

    # -- waiting -------------------------------------------------------------------------------------------------

    def record_later(self) -> None:
        """Let the hooks only write events and start no recorder: the next command records them."""
        for hook in self.scripts.glob("post-*"):
            text = hook.read_text(encoding="utf-8")
            hook.write_text(re.sub(r"(?m)^python=.*", f"python={shutil.which('true')}", text), encoding="utf-8")
        self._is_recorded_later = True

    def waiting_events(self) -> list[str]:
        """Return the texts of the events in the spool."""
        return [path.read_text() for path in (self.folder / "spool").iterdir()]

    def settle(self, seconds: float = 300.0) -> None:
        """Wait until no recorder runs and no event waits in the spool."""
        if self._is_recorded_later:
            self.tracker("sync")
        spool, git_dir = self.folder / "spool", self.folder.parent
        wait_until(
            lambda: not any(spool.iterdir()) and not recorders(git_dir),
            lambda: f"recorders {recorders(git_dir)}, waiting {self.waiting_events()}",
            seconds,
        )

    # -- invariants ----------------------------------------------------------------------------------------------

    def assert_recorded(self, env: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Assert that the log has each reachable commit exactly once and that verify succeeds; return the log."""
        lines = self.log(env=env)
        assert sorted(line["oid"] for line in lines) == sorted(self.reachable())
        verdict = self.json("verify", env=env)
        assert verdict["ok"], verdict
        return lines

    def assert_recorded_by_agent(self, count: int, agent: str = "claude-code") -> None:
        """Assert that exactly ``count`` commits are reachable and recorded, all of one agent."""
        lines = self.assert_recorded()
        assert len(lines) == count
        assert {line["agent"] for line in lines} == {agent}
