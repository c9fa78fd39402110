"""Commits of an agent whose shell switches git's hooks off: its own next command is their witness."""

import time
from collections.abc import Mapping
from typing import Final

import pytest

from tests.support import Repo

pytestmark = pytest.mark.recorded_later

GEMINI: Final[Mapping[str, str]] = {
    "GEMINI_CLI": "1", "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "color.ui", "GIT_CONFIG_VALUE_0": "never",
    "GIT_CONFIG_KEY_1": "core.hooksPath", "GIT_CONFIG_VALUE_1": "",
}  # fmt: skip


def commit_now(repo: Repo, subject: str, env: Mapping[str, str], *, ago: int = 0) -> str:
    """Commit so many seconds ago, by the clock of the commands."""
    date = {name: f"@{int(time.time()) - ago} +0000" for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
    repo.git("commit", "-q", "--allow-empty", "-m", subject, env=date | dict(env))
    return repo.head()


def maker(repo: Repo, oid: str) -> tuple[str, str]:
    found = next(line for line in repo.log() if line["oid"] == oid)
    return found["agent"], found["confidence"]


@pytest.mark.parametrize(
    "words",
    [("grade", "--agent", "good"), ("sync",), ("status",), ("activity", "--task", "dates")],
    ids=lambda one: one[0],
)
def test_command_of_the_agent_names_its_commit(repo: Repo, words: tuple[str, ...]) -> None:
    oid = commit_now(repo, "feat: by gemini", GEMINI)
    repo.tracker(*words, env=GEMINI)
    assert maker(repo, oid) == ("gemini-cli", "high")
    repo.assert_recorded()


def test_grade_of_the_agent_is_given_to_its_own_commit(repo: Repo) -> None:
    commit_now(repo, "feat: by gemini", GEMINI)
    assert "gemini-cli: agent good" in repo.tracker("grade", "--agent", "good", env=GEMINI)
    assert repo.json("status", "gemini-cli")["communication_score"] == 62


def test_it_is_named_also_when_it_was_recorded_before(repo: Repo) -> None:
    oid = commit_now(repo, "feat: by gemini", GEMINI)
    assert maker(repo, oid)[0] == "human"
    repo.tracker("status", env=GEMINI)
    assert maker(repo, oid) == ("gemini-cli", "high")


def test_commit_that_a_hook_saw_stays_a_persons(repo: Repo) -> None:
    oid = commit_now(repo, "feat: by a person", {})
    repo.tracker("grade", "--agent", "good", env=GEMINI, code=0)
    assert maker(repo, oid)[0] == "human"


def test_commit_that_lies_back_stays_as_it_is(repo: Repo) -> None:
    oid = commit_now(repo, "feat: earlier", GEMINI, ago=600)
    repo.tracker("status", env=GEMINI)
    assert maker(repo, oid)[0] == "human"


def test_command_with_hooks_is_no_witness(repo: Repo) -> None:
    """Hooks that run have seen all that the agent made; another commit is somebody else's."""
    oid = commit_now(repo, "feat: without hooks", {"GIT_CONFIG_COUNT": "1"} | _only_hooks_path())
    repo.tracker("status", env={"GEMINI_CLI": "1"})
    assert maker(repo, oid)[0] == "human"


def test_shell_without_a_mark_is_no_witness(repo: Repo) -> None:
    oid = commit_now(repo, "feat: without hooks", {"GIT_CONFIG_COUNT": "1"} | _only_hooks_path())
    repo.tracker("status", env={"GIT_CONFIG_COUNT": "1"} | _only_hooks_path())
    assert maker(repo, oid)[0] == "human"


def _only_hooks_path() -> dict[str, str]:
    return {"GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": ""}


def test_commit_is_not_given_away_while_a_hook_writes_its_event(repo: Repo) -> None:
    """The hook of a person's commit has begun to write when the agent asks."""
    oid = commit_now(repo, "feat: by a person", GEMINI)
    begun = repo.folder / "spool" / "1.1"
    begun.parent.mkdir(exist_ok=True)
    begun.write_text("v=")
    repo.tracker("status", env=GEMINI)
    assert maker(repo, oid)[0] == "human"
    begun.unlink()
    repo.tracker("status", env=GEMINI)
    assert maker(repo, oid) == ("gemini-cli", "high")
