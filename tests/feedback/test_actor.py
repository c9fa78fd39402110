"""Permission to give feedback: for the user, for an agent's own work, and by configuration."""

import pytest

from tests.feedback.output import CLAUDE, CODEX, grades_of, history_of, line_with, refusal
from tests.support import Repo, one

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
    assert "keeps no journal of claude-code" in refusal(worked, *activity, env=CODEX)
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
