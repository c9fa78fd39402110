"""Backfills that are killed at random moments and begun again: nothing is lost, and nothing is counted twice."""

import json
import random
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.program import TRACKER, sized
from tests.recording.test_killed_between_transactions import is_unfinished, kill_after_transaction
from tests.support import Repo
from tracker.model import Oid
from tracker.project.files import ProjectFiles

_COMMITS: Final = sized(8000, 800)
_KILLS: Final = sized(50, 2)
_SEED: Final = 20_261_130
_TIMES: Final = ("recorded_at",)
"""Fields that say when something was recorded."""


def _history(repo: Repo) -> None:
    """Make a history in which git has some work with the diffs: agents' commits, picks and reverts among others."""
    commits: list[str] = []
    chance = random.Random(_SEED)
    for number in range(_COMMITS):
        agent = "\n\nCo-authored-by: Claude Opus 4.5 <noreply@anthropic.com>" if number % 5 == 0 else ""
        message = f"{('feat', 'fix', 'docs')[number % 3]}: number {number}{agent}\n"
        content = "".join(f"line {chance.randrange(50)}\n" for _ in range(300))
        commits.append(
            f"commit refs/heads/main\ncommitter Ada <ada@example.com> {1_500_000_000 + 60 * number} +0000\n"
            f"data {len(message)}\n{message}M 100644 inline part{number % 7}/file{number % 40}.py\n"
            f"data {len(content)}\n{content}\n"
        )
    repo.git("fast-import", "--quiet", stdin="".join(commits))
    repo.git("reset", "-q", "--hard")


def _start(repo: Repo) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*TRACKER, "backfill"],
        cwd=repo.path,
        env=repo.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _recorded(repo: Repo) -> dict[Oid, bool]:
    """Return the recorded commits, and whether they have statistics."""
    return {Oid(line["oid"]): line["files"] is not None for line in repo.log("--all")}


def _said(repo: Repo) -> Mapping[str, Any]:
    """Return everything that the ledger says of a repository, without the times of recording."""
    log = [{name: value for name, value in line.items() if name not in _TIMES} for line in repo.log("--all")]
    return {
        "log": log,
        "summary": repo.tracker("log", "--summary", "--json"),
        "report": repo.tracker("report", "--json"),
    }


class _Pristine:
    """A tracked repository before its backfill, to which it can be set back."""

    def __init__(self, repo: Repo, place: Path) -> None:
        self._places = {repo.ledger_path.parent: place / "ledgers", repo.folder: place / "marks"}
        for found, kept in self._places.items():
            shutil.copytree(found, kept)

    def set_back(self) -> None:
        """Set the ledger, and what the repository keeps, back."""
        for found, kept in self._places.items():
            shutil.rmtree(found)
            shutil.copytree(kept, found)


@pytest.mark.recorded_later
def test_killed_and_begun_again(untracked: Repo, tmp_path: Path) -> None:
    repo = untracked
    _history(repo)
    repo.tracker("init")
    pristine = _Pristine(repo, tmp_path / "pristine")
    repo.tracker("backfill")
    undisturbed = _said(repo)
    assert len(undisturbed["log"]) == _COMMITS
    pristine.set_back()
    chance = random.Random(_SEED)
    before: dict[Oid, bool] = {}
    killed = 0
    while killed < _KILLS:
        process = _start(repo)
        try:
            process.wait(chance.uniform(0.2, 1.2))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        now = _recorded(repo)
        assert not [oid for oid, is_measured in before.items() if oid not in now or now[oid] < is_measured]
        before = now
        if process.returncode == 0:  # it came to its end before it was killed
            _check_end(repo, undisturbed)
            pristine.set_back()
            before = {}
    repo.tracker("backfill")
    _check_end(repo, undisturbed)


def _check_end(repo: Repo, undisturbed: Mapping[str, Any]) -> None:
    assert _said(repo) == undisturbed
    assert json.loads(repo.tracker("verify", "--json"))["ok"]
    assert all(_recorded(repo).values())


def test_commands_leave_a_running_backfill_to_compare_its_commits(untracked: Repo) -> None:
    """A killed one is compared by the next command."""
    repo = untracked
    base = repo.commit("base")
    repo.import_commits(110, files=True)
    repo.tracker("init")
    repo.tracker("sync")
    kill_after_transaction(repo, 3, "backfill")
    repo.git("reset", "-q", "--hard", base)
    with ProjectFiles(repo.path / ".git").backfill_lock().hold(0.0):
        repo.tracker("log")
        assert is_unfinished(repo)
    repo.tracker("log")
    assert not is_unfinished(repo)
    assert [line["oid"] for line in repo.log()] == [base]
    assert repo.json("verify")["ok"]
