"""Variables of agents, and the program's output about commits, grades and agents."""

import json
from typing import Any, Final

from tests.support import Repo, one

CLAUDE: Final = {"CLAUDECODE": "1"}
CODEX: Final = {"CODEX_THREAD_ID": "0199-1234-5678"}
CO_AUTHOR: Final = ("--trailer", "Co-authored-by: Claude <noreply@anthropic.com>")
"""Options of ``git commit`` that name claude-code in the message."""


def line_of(repo: Repo, oid: str) -> dict[str, Any]:
    """Return the log's line of a commit, also of one that does not count."""
    return one(line for line in repo.log("--all") if line["oid"] == oid)


def line_with(repo: Repo, subject: str) -> dict[str, Any]:
    """Return the log's line of the commit with this subject."""
    return one(line for line in repo.log() if line["subject"] == subject)


def grades_of(repo: Repo, subject: str) -> tuple[int | None, int | None]:
    """Return the agent's and the user's grade of the commit with this subject."""
    grades = line_with(repo, subject)["grades"]
    return grades["agent"], grades["user"]


def history_of(repo: Repo, revision: str = "HEAD") -> list[dict[str, Any]]:
    """Return all grades of a commit as they were given."""
    history: list[dict[str, Any]] = repo.json("grade", revision)["history"]
    return history


def sheet(repo: Repo, agent: str = "claude-code") -> dict[str, Any]:
    """Return the agent's status."""
    status: dict[str, Any] = repo.json("status", agent)
    return status


def communication(repo: Repo) -> int:
    """Return the communication score of claude-code."""
    return int(sheet(repo)["communication_score"])


def json_lines(repo: Repo, *arguments: str) -> list[dict[str, Any]]:
    """Return the lines of a command that prints one JSON object on each."""
    return [json.loads(line) for line in repo.tracker(*arguments, "--json").splitlines()]


def refusal(repo: Repo, *arguments: str, code: int = 1, env: dict[str, str] | None = None) -> str:
    """Run a command that must be refused with one sentence; return the sentence."""
    done = repo.run(*arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "\x1b" not in done.stderr
    return done.stderr
