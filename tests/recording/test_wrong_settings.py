"""A wrong setting neither stops the recording of the commits that are made meanwhile nor loses their evidence."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.hanging import not_hanging
from tests.support import Repo
from tracker.ledger.tables import COMMITS


def test_event_of_a_hook_manager_waits_until_the_setting_is_right(untracked: Repo) -> None:
    untracked.tracker("init", "--hooks", "none")
    untracked.commit("feat: one")
    configuration = Path(untracked.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("nonsense = 1\n")
    assert untracked.tracker("hook", "post-commit", env={"CLAUDECODE": "1"}) == ""
    configuration.unlink()
    untracked.tracker("sync")
    assert [line["agent"] for line in untracked.log()] == ["claude-code"]


WRONG: Final = {
    "an unknown setting": b"nonsense = 1\n",
    "no TOML": b"\xff\0[[[\n",
    "a wrong number": b"[policy]\nstart-skill-points = 'x'\n",
    "a wrong value": b"mode = 'sometimes'\nread-sessions = 'perhaps'\n",
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_hooks_record_while_commands_say_what_is_wrong(repo: Repo, content: bytes) -> None:
    configuration = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_bytes(content)
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    done = repo.run("log")
    assert (done.returncode, done.stdout) == (2, "")
    assert str(configuration) in done.stderr
    configuration.unlink()
    with repo.ledger().read() as snapshot:
        assert snapshot.count(COMMITS) == 1
    assert repo.line()["agent"] == "claude-code"


def test_wrong_setting_of_git_leaves_the_ledger_as_it_was(repo: Repo) -> None:
    for name in ("ledger", "mode", "agent", "sizeLimit", "readSessions"):
        repo.git("config", f"agent-tracker.{name}", "relative/ or\nwrong " + "x" * 100)
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    with repo.ledger().read() as snapshot:
        assert snapshot.count(COMMITS) == 1
    assert repo.run("log").returncode == 2


def test_pipe_in_place_of_the_file_does_not_block(repo: Repo) -> None:
    configuration = Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(configuration)
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    with not_hanging():
        done = repo.run("log")
    assert (done.returncode, "not a regular file" in done.stderr) == (2, True)
    with repo.ledger().read() as snapshot:
        assert snapshot.count(COMMITS) == 1
