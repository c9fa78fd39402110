"""Permission to give feedback: for the user, for an agent's own work, and by configuration."""

import shutil
from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CODEX, grades_of, history_of, line_with, refusal
from tests.support import Repo, one
from tracker.attribution.processes import Ancestors
from tracker.feedback.actor import Actor
from tracker.project import init_record
from tracker.project.files import ProjectFiles
from tracker.project.setting_values import account_home
from tracker.project.trusted_settings import setting_places

pytestmark = pytest.mark.recorded_later


def test_agent_cannot_give_the_users_feedback(worked: Repo) -> None:
    """Neither at a terminal, nor if it is unknown to the catalogue or claims to be a human."""
    grade = ["grade", "HEAD~1", "--user", "excellence"]
    for env in (CLAUDE, CODEX, {"AI_AGENT": "somebody-new"}, CLAUDE | {"AGENT_TRACKER_AGENT": "human"}):
        assert "a user's grade needs a person at a terminal" in worked.person(*grade, code=1, env=env)
    for command in (["attribute", "HEAD", "--agent", "codex"], ["reinstate", "claude-code", "--plan", "x"], ["review"]):
        assert "claude-code runs this command" in worked.person(*command, code=1, env=CLAUDE)
    assert grades_of(worked, "feat: 2") == (None, None)
    assert "docs/grading.md" in worked.run(*grade).stderr


def test_agent_may_grade_work_of_its_own_family_only(worked: Repo) -> None:
    assert "was made by claude-code, and codex runs" in refusal(worked, "grade", "HEAD~1", "--agent", "bad", env=CODEX)
    activity = ("activity", "--task", "x", "--agent", "claude-code")
    assert "only in its own journal, not in that of claude-code" in refusal(worked, *activity, env=CODEX)
    worked.tracker("grade", "HEAD~1", "--agent", "good", env=CLAUDE | {"CLAUDE_CODE_IS_COWORK": "1"})


def test_configuration_may_allow_feedback_without_terminal_and_is_recorded(worked: Repo) -> None:
    worked.git("config", "agent-tracker.userNeedsTerminal", "false")
    worked.tracker("grade", "HEAD~1", "--user", "good", env=CLAUDE)
    event = one(history_of(worked, "HEAD~1"))
    assert event["speaker"] == "claude-code, allowed by git config agent-tracker.userneedsterminal"
    worked.tracker("attribute", "HEAD", "--agent", "codex", env=CLAUDE)
    assert "claude-code, allowed by" in worked.json("explain", "HEAD")["corrections"][0]["speaker"]
    worked.git("config", "--unset", "agent-tracker.userNeedsTerminal")
    worked.person("attribute", "HEAD", "--undo")
    assert line_with(worked, "docs: by hand")["agent"] == "human"


@pytest.mark.parametrize(
    ("ancestors", "text"),
    [
        (Ancestors(), ", whose processes were not looked at"),
        (Ancestors(are_read=True, are_all_read=True, opener="sshd"), " (opened by sshd)"),
        (Ancestors(are_read=True, are_all_read=True), " (opened by a process that is gone)"),
        (Ancestors(are_read=True, opener="a\x1b["), " (opened by a?[), whose processes were not all seen"),
    ],
)
def test_description_of_a_person_says_what_was_seen_of_the_processes(ancestors: Ancestors, text: str) -> None:
    assert Actor(None, has_terminal=True, ancestors=ancestors).description() == f"a person at a terminal{text}"


def test_places_that_another_account_recorded_are_not_used(repo: Repo) -> None:
    files = ProjectFiles(repo.path / ".git")
    assert setting_places(files)["HOME"] == repo.environment["HOME"]
    record = init_record.read(files)
    assert record is not None
    init_record.write(files, record._replace(account="4294967294"))
    assert setting_places(files) == {"HOME": str(account_home())}


def test_init_in_a_terminal_records_other_places_and_accepts_the_ledger(repo: Repo, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path / "moved"), "XDG_CONFIG_HOME": str(tmp_path / "moved" / "config")}
    (tmp_path / "moved").mkdir()
    repo.tracker("init", env=home | CLAUDE)
    assert setting_places(ProjectFiles(repo.path / ".git"))["HOME"] == repo.environment["HOME"]
    repo.person("init", env=home)
    assert setting_places(ProjectFiles(repo.path / ".git"))["HOME"] == home["HOME"]
    assert repo.json("doctor")["facts"]["guarding_settings_in"] == home["HOME"]


def test_older_ledger_is_named_until_a_person_accepts_it(worked: Repo, tmp_path: Path) -> None:
    shutil.copytree(worked.ledger_path, tmp_path / "copy")
    worked.tracker("grade", "HEAD~1", "--agent", "bad", env=CLAUDE)
    shutil.rmtree(worked.ledger_path)
    shutil.copytree(tmp_path / "copy", worked.ledger_path)
    worked.commit("feat: later", file="later.txt", env=CLAUDE)
    for _ in range(2):
        assert "an older copy of the ledger " in worked.tracker("verify", code=1)
    worked.tracker("init", env=CLAUDE)
    assert "an older copy of the ledger " in worked.tracker("verify", code=1)
    worked.person("init")
    assert worked.json("verify")["ok"]
