"""A recorder that is killed between two transactions: the next one finds every link that the first had found."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo
from tracker import keys
from tracker.ledger.tables import PROJECTS

pytestmark = pytest.mark.recorded_later

_KILLED: Final = Path(__file__).with_name("killed_after_transaction.py")


def sync_and_kill(repo: Repo) -> None:
    """Reconcile in a process that is killed after its first transaction."""
    kill_after_transaction(repo, 1, "sync")


def is_unfinished(repo: Repo) -> bool:
    """Return True if the ledger says that the last look at a repository was not written to its end."""
    with repo.ledger().read() as snapshot:
        record = snapshot.get(PROJECTS, keys.project(repo.project()))
    assert record is not None
    return record.unfinished


def kill_after_transaction(repo: Repo, number: int, command: str) -> None:
    """Run a command in a process that is killed after a transaction with a number, from 1 on."""
    words = [sys.executable, str(_KILLED), str(number), command]
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


@pytest.mark.whole
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


def test_branch_that_is_reset_after_a_part_of_it_was_recorded(repo: Repo) -> None:
    """Neither the tips recorded before nor those of the next look reach what was written of it."""
    base = repo.commit("base")
    repo.tracker("sync")
    repo.import_commits(110, files=True)
    sync_and_kill(repo)
    assert is_unfinished(repo)
    repo.git("reset", "-q", "--hard", base)
    repo.tracker("sync")
    assert [line["oid"] for line in repo.log()] == [base]
    assert repo.json("verify")["ok"]
    assert not is_unfinished(repo)


@pytest.mark.whole
def test_branch_that_is_reset_after_a_part_of_it_was_backfilled(untracked: Repo) -> None:
    repo = untracked
    base = repo.commit("base")
    repo.import_commits(110, files=True)
    repo.tracker("init")
    repo.tracker("sync")
    kill_after_transaction(repo, 3, "backfill")  # it reconciles first, which takes two
    assert is_unfinished(repo)
    repo.git("reset", "-q", "--hard", base)
    repo.tracker("backfill")
    assert [line["oid"] for line in repo.log()] == [base]
    assert repo.json("verify")["ok"]
    assert not is_unfinished(repo)


@pytest.mark.whole
def test_grafted_history_is_examined_whole_after_a_part_was_recorded(repo: Repo) -> None:
    """Grafts are recorded with the last part, so that they show as changed once more."""
    repo.commit("base")
    repo.tracker("sync")
    other = repo.git("commit-tree", "-m", "other root", "HEAD^{tree}").strip()
    repo.git("branch", "other", other)
    repo.git("switch", "-q", "other")
    tip = other
    for number in range(110):
        tip = repo.git("commit-tree", "-p", tip, "-m", f"feat: {number}", "HEAD^{tree}").strip()
    repo.git("switch", "-q", "main")
    repo.git("branch", "-q", "-D", "other")
    repo.git("replace", "--graft", repo.head(), tip)
    sync_and_kill(repo)
    assert len(repo.log()) == 112
    assert repo.json("verify")["ok"]


OTHERS = """
import subprocess, sys
from tracker.__main__ import main
from tracker.recording import backfill
from tracker.recording.batch_writer import BatchWriter
write, left, command = BatchWriter.flush, [2], sys.argv.pop()

def write_beside_another(writer):
    if isinstance(writer._generation, type(None)):
        left[0] -= 1
        if left[0] == 0:  # before its last part
            subprocess.run(command, shell=True, check=True)
    write(writer)

BatchWriter.flush = write_beside_another
sys.exit(main())
"""
"""The program, which has a shell run a command before the second part of a backfill is written."""


def backfill_beside(repo: Repo, command: str, *arguments: str) -> None:
    """Run ``backfill`` while another process runs a command and records."""
    program = repo.path.parent / "beside.py"
    program.write_text(OTHERS)
    other = f"{command} && '{sys.executable}' -m tracker sync >&2"
    words = [sys.executable, str(program), "backfill", *arguments, other]
    done = subprocess.run(words, cwd=repo.path, env=repo.environment, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.whole
def test_branch_that_is_deleted_during_a_backfill(untracked: Repo) -> None:
    repo = untracked
    base = repo.commit("base")
    repo.import_commits(150, files=True)
    repo.git("branch", "side", "main")
    repo.git("reset", "-q", "--hard", base)
    repo.tracker("init")
    backfill_beside(repo, "git branch -q -D side")
    assert [line["oid"] for line in repo.log()] == [base]
    assert repo.json("verify")["ok"]
    assert not is_unfinished(repo)


def test_branch_that_is_made_during_a_backfill(untracked: Repo) -> None:
    repo = untracked
    base = repo.commit("base")
    repo.import_commits(150, files=True)
    tip = repo.head()
    repo.git("reset", "-q", "--hard", base)
    repo.tracker("init")
    backfill_beside(repo, f"git branch side {tip}", tip)
    repo.tracker("backfill")
    assert len(repo.log()) == 151
    assert repo.json("verify")["ok"]
