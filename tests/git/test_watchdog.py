"""A git process that gives no answer is ended."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.git_wrapper import wrap_git
from tests.hanging import not_hanging
from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.git import process, streams
from tracker.git.watchdog import Watchdog


def test_command_that_does_not_end(untracked: Repo) -> None:
    with not_hanging(), pytest.raises(RepositoryError, match="git slow gave no answer for 1 seconds"):
        process.run(untracked.path / ".git", ["slow"], options=["-c", "alias.slow=!exec sleep 1000"], patience=1)


def test_command_that_closes_its_output_and_does_not_end(untracked: Repo) -> None:
    alias = "alias.slow=!exec >&- 2>&-; exec sleep 1000"
    with not_hanging(), pytest.raises(RepositoryError, match="git slow gave no answer for 1 seconds"):
        process.run(untracked.path / ".git", ["slow"], options=["-c", alias], patience=1)


def test_python_without_descriptors_of_processes(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some builds of Python, and PyPy, have none."""
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert process.run(untracked.path / ".git", ["rev-parse", "--git-dir"])
    test_command_that_closes_its_output_and_does_not_end(untracked)


def test_dialogue_with_a_process_that_was_stopped(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watchdog.__init__, "__defaults__", (3.0,))  # time enough for git to start
    dialogue = streams.Dialogue(untracked.path / ".git", ["cat-file", "--batch-check"])
    dialogue.send(b"HEAD\n")
    assert dialogue.readline() == b"HEAD missing\n"
    dialogue._process.send_signal(signal.SIGSTOP)
    dialogue.send(b"HEAD\n")
    with not_hanging(), pytest.raises(RepositoryError, match="gave no answer"):
        dialogue.readline()
    dialogue.close()


def test_output_that_stops_ends_as_a_failure(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watchdog.__init__, "__defaults__", (1.0,))
    os.mkfifo(untracked.path / ".git" / "pipe")
    with not_hanging(), streams.stream(untracked.path / ".git", ["hash-object", "pipe"]) as output:
        assert output.readline() == b""
        assert not output.succeeded()


def test_git_that_is_a_script_is_ended_with_what_it_started(untracked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watchdog.__init__, "__defaults__", (1.0,))
    wrapped = wrap_git(untracked.path.parent / "bin", untracked.environment, "sleep 1000")
    monkeypatch.setenv("PATH", wrapped["PATH"])
    with not_hanging(), streams.stream(untracked.path / ".git", ["version"]) as output:
        assert output.readline() == b""


def test_process_that_waits_for_questions_lives(tmp_path: Path) -> None:
    with subprocess.Popen(["cat"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        watchdog = Watchdog(cat.kill, "cat-file", patience=0.05)
        with pytest.raises(subprocess.TimeoutExpired):
            cat.wait(1)
        assert cat.poll() is None
        watchdog.end()
        assert cat.stdin is not None
        cat.stdin.close()
        assert cat.wait() == 0
