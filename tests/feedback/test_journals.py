"""Journals of agents: activities and retrospectives, with the grades that these give."""

import pytest

from tests.feedback.output import CLAUDE, CODEX, json_lines, sheet
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later


def test_agent_is_introduced_by_its_first_journal_entry(unattended: Repo) -> None:
    unattended.tracker("activity", "--task", "read the parser", "--outcome", "understood", env=CODEX)
    codex = sheet(unattended, "codex")
    assert (codex["skill_points"], codex["experience_points"], codex["communication_score"]) == (1, 0, 60)
    assert codex["kind"] == "agent"
    entry = one(json_lines(unattended, "activity", "--agent", "codex"))
    assert (entry["task"], entry["outcome"], entry["speaker"]) == ("read the parser", "understood", "codex")
    unattended.json("retro", "--session", "s1", "--agent", "opencode", "--notes", "a start")
    assert sheet(unattended, "opencode")["communication_score"] == 60


def test_retrospectives_of_one_agent(unattended: Repo) -> None:
    for agent in ("opencode", "codex"):
        unattended.tracker("retro", "--session", f"s-{agent}", "--agent", agent, "--notes", f"by {agent}")
    assert [line["notes"] for line in json_lines(unattended, "retro")] == ["by codex", "by opencode"]
    assert [line["notes"] for line in json_lines(unattended, "retro", "--agent", "opencode")] == ["by opencode"]
    assert "no agent called 'opencoed' is known" in unattended.run("retro", "--agent", "opencoed").stderr


def test_retrospectives_grade_commits_and_sessions(unattended: Repo) -> None:
    result = unattended.json(
        "retro", "HEAD", "--agent-grade", "good", "--user-grade", "5", "--task", "numbers", "--notes", "ask first"
    )
    assert (result["agent"], result["score_before"], result["score_after"]) == ("claude-code", 60, 67)
    assert unattended.log()[0]["grades"] == {"agent": 2, "user": 5}
    assert sheet(unattended)["communication_score"] == 67
    retro = ["retro", "--session", "research-1", "--notes", "read more", "--task", "research"]
    result = unattended.json(*retro, "--agent-grade", "excellence", env=CLAUDE)
    assert (result["agent"], result["score_before"], result["score_after"]) == ("claude-code", 67, 72)
    result = unattended.json(*retro, "--agent-grade", "bad", env=CLAUDE)  # replaces the session's grade
    assert (result["score_before"], result["score_after"]) == (72, 66)
    result = unattended.json(*retro, "--agent", "claude-code", "--user-grade", "good")
    assert (result["score_before"], result["score_after"]) == (66, 68)
    assert [entry["notes"] for entry in json_lines(unattended, "retro")] == ["read more"] * 3 + ["ask first"]
    lessons = unattended.status_file()["lessons"]
    assert [lesson["notes"] for lesson in lessons] == ["read more"] * 3 + ["ask first"]
    assert "communication 60 -> 67" in unattended.tracker("retro")
    result = unattended.json(*retro, "--agent", "claude-code", "--user-grade", "bad", env=CLAUDE)
    assert result["speaker"] == "claude-code, allowed by git config agent-tracker.userneedsterminal"
    assert unattended.json("verify")["ok"]
