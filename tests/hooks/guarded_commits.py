"""Commits in a repository with the guard, and its refusals."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.hooks.snapshot import Snapshot, snapshot, without
from tests.support import Repo
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import BugEntry

HALTED: Final = (
    "agent-tracker: claude-code is halted (0 skill points), so it may not commit here: the user ends that with"
    " 'agent-tracker reinstate claude-code --plan TEXT'.\n"
)
"""The refusal of a commit by the halted agent."""


class Attempt(NamedTuple):
    """The exit code of git-commit and what was written to standard error, or to the terminal."""

    code: int
    output: str


ACCEPTED: Final = Attempt(0, "")
REFUSED: Final = Attempt(1, HALTED)


def attempt(
    repo: Repo, *arguments: str, env: Mapping[str, str] | None = None, git: Sequence[str] = (), cwd: Path | None = None
) -> Attempt:
    """Try to commit without a terminal, by default an empty commit. ``git``: options before the subcommand."""
    done = subprocess.run(
        ["git", *git, "commit", "-q", "-m", "feat: tried", *(arguments or ["--allow-empty"])],
        cwd=cwd or repo.path,
        env=repo.environment | dict(env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Attempt(done.returncode, done.stderr)


def attempt_in_terminal(repo: Repo, env: Mapping[str, str] | None = None) -> Attempt:
    """Try to make an empty commit in a terminal."""
    terminal = repo.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "feat: by hand", env=env)
    return Attempt(terminal.finish(), terminal.shown)


def halt(repo: Repo, agent: str = "claude-code") -> None:
    """Charge a bug to an agent that has one skill point to lose."""
    buffer = EntryBuffer()
    assert buffer.add(BugEntry(agent, repo.project(), None, "broke it", "", 1_700_000_000))
    buffer.flush(repo.ledger())


def guard_hook(repo: Repo) -> Path:
    """Return the guard's hook file."""
    return repo.path / ".git" / "hooks" / "pre-commit"


def ledger_folder(repo: Repo) -> Path:
    """Return the folder of the repository's ledger."""
    return Path((repo.folder / "ledger").read_text().strip())


def snapshot_without_status(repo: Repo) -> Snapshot:
    """Return a snapshot without the status file, which changes with the ledger."""
    return without(snapshot(repo), ".agent/status.json")
