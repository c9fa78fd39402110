"""A ledger that another process has locked, or whose recorder was suspended or killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.namespaces import needs_namespaces, run_in_namespaces
from tests.support import Repo, recorders, sized, wait_until

AGENT = {"CLAUDECODE": "1"}


@pytest.fixture
def stopped_writer(repo: Repo) -> Iterator[Callable[[], None]]:
    """Suspend another process inside a write transaction; return a function that kills it."""
    code = (
        "import sys, time; from pathlib import Path; from tracker.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])).write(): print('in', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-I", "-c", code, str(repo.ledger_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        yield process.kill
        process.kill()


def test_log_with_suspended_writer_names_it_and_shows_recorded_commits(
    repo: Repo, stopped_writer: Callable[[], None]
) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}", env=AGENT)
    done = repo.run("log")  # waits for the writer until its deadline
    assert done.returncode == 0
    assert "locked by process" in done.stderr
    stopped_writer()
    repo.tracker("sync")
    repo.assert_recorded_by_agent(3)


def test_commits_after_suspended_recorder_are_recorded(repo: Repo) -> None:
    repo.commit("feat: one", env=AGENT)
    repo.settle()
    repo.commit("feat: two", env=AGENT)
    git_dir = repo.folder.parent
    wait_until(lambda: bool(recorders(git_dir)) or not repo.waiting_events(), lambda: "no recorder has started")
    caught = recorders(git_dir)
    for process in caught:
        os.kill(process, signal.SIGSTOP)
    for number in range(3):
        repo.commit(f"feat: more {number}", env=AGENT)
    for process in caught:
        os.kill(process, signal.SIGKILL)
    repo.tracker("sync")
    repo.assert_recorded_by_agent(5)


@needs_namespaces
@pytest.mark.whole
def test_recorders_with_same_pid_in_different_namespaces(tmp_path: Path, environment: dict[str, str]) -> None:
    repos = [Repo.make(tmp_path / name, environment) for name in ("one", "two", "three")]
    each = sized(15, 2)
    script = f'for number in $(seq {each}); do CLAUDECODE=1 git commit -q --allow-empty -m "feat: $PWD $number"; done'
    for repo in repos:
        repo.tracker("init")
        repo.git("config", "agent-tracker.mode", "sync")
        repo.tracker("sync")
    running = [
        subprocess.Popen(["unshare", "-rpf", "--mount-proc", "sh", "-euc", script], cwd=repo.path, env=repo.environment)
        for repo in repos
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    for repo in repos:
        repo.tracker("sync")
        repo.assert_recorded_by_agent(each)


@needs_namespaces
def test_recorder_killed_with_its_namespace(repo: Repo) -> None:
    for number in range(sized(5, 2)):
        run_in_namespaces("-rpf --mount-proc", f"CLAUDECODE=1 git commit -q --allow-empty -m 'feat: {number}'", repo)
    repo.tracker("sync")
    repo.assert_recorded_by_agent(sized(5, 2))


def test_lock_that_is_no_regular_file_is_refused_without_waiting(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    lock = repo.ledger_path / "writer.lock"
    lock.unlink()
    os.mkfifo(lock)
    repo.commit("feat: one", env=AGENT)
    assert "not a regular file" in repo.run("sync").stderr
    lock.unlink()
    repo.tracker("sync")
    repo.assert_recorded_by_agent(1)
