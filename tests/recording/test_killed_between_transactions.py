"""A recorder that is killed between two transactions: the next one finds every link that the first had found."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

_KILLED: Final = Path(__file__).with_name("killed_after_transaction.py")


def sync_and_kill(repo: Repo) -> None:
    """Reconcile in a process that is killed after its first transaction."""
    words = [sys.executable, str(_KILLED), "1", "sync"]
    done = subprocess.run(words, cwd=repo.path, env=repo.environment, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_rewritten_history_whose_old_commits_are_pruned(repo: Repo) -> None:
    repo.import_commits(110, files=True)
    repo.git("reset", "-q", "--hard")
    repo.tracker("sync")
    stream = repo.git("fast-export", "--all").replace("committer A <a@example.com>", "committer A <new@example.org>")
    repo.git("fast-import", "--quiet", "--force", stdin=stream)
    repo.git("reset", "-q", "--hard")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    sync_and_kill(repo)
    lines = repo.log("--all")
    assert (len(lines), sum(bool(line["replaced_by"]) for line in lines)) == (220, 110)
    assert sum(line["counted"] for line in lines) == 110
    assert repo.json("verify")["ok"]


def test_squash_merge_among_many_other_commits(repo: Repo, tmp_path: Path) -> None:
    repo.commit("base")
    repo.settle()
    host = repo.clone(tmp_path / "host")
    repo.git("switch", "-q", "-c", "work")
    for name in ("one", "two"):
        repo.commit(name, file=f"{name}.txt", env=CLAUDE_CODE)
    repo.git("push", "-q", str(host.path), "work")
    host.git("merge", "-q", "--squash", "work")
    host.git("commit", "-q", "-m", "all of it (#1)")
    squash = host.head()
    host.git("switch", "-q", "--detach")
    host.import_commits(120, files=True)
    repo.git("switch", "-q", "main")
    repo.git("branch", "-q", "-D", "work")
    repo.git("pull", "-q", "--ff-only", str(host.path), "main")
    sync_and_kill(repo)
    line = repo.line(squash)
    assert (line["agent"], line["counted"], len(line["replaces"])) == ("claude-code", True, 2)
    assert repo.json("verify")["ok"]
