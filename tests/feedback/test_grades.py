"""Giving and withdrawing grades of recorded commits, and their effect on scores."""

from pathlib import Path
from typing import Final

import pytest

from tests.feedback.output import (
    CLAUDE,
    communication,
    grades_of,
    history_of,
    line_with,
)
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later

PERSON: Final = "a person at a terminal, whose processes were not looked at"  # AGENT_TRACKER_PROCESSES=0


def test_agent_and_user_grade_separately_and_together(worked: Repo) -> None:
    worked.tracker("grade", "HEAD~1", "--agent", "good", "--agent-note", "it works", "--task", "the third", env=CLAUDE)
    assert grades_of(worked, "feat: 2") == (2, None)
    assert "62" in worked.person("grade", "HEAD~2", "--user", "+2")
    worked.person("grade", "HEAD~3", "--user", "-1", "--agent", "excellence", "--user-note", "no tests")
    assert [grades_of(worked, f"feat: {number}") for number in range(3)] == [(5, -1), (None, 2), (2, None)]
    assert communication(worked) == 60 + 2 + 2 + 5 - 1
    event = one(history_of(worked, "HEAD~1"))
    assert (event["rater"], event["grade"], event["note"], event["task"]) == ("agent", 2, "it works", "the third")
    assert (event["source"], event["speaker"]) == ("command line", "claude-code")
    agent, user = history_of(worked, "HEAD~3")
    assert (agent["rater"], user["rater"], user["note"]) == ("agent", "user", "no tests")
    assert agent["speaker"] == user["speaker"] == PERSON
    status = worked.json("status", "claude-code")
    assert status["calibration"] == {"pairs": 1, "equal": 0, "agent_higher": 1, "agent_lower": 0, "gap": 3}
    assert [note["note"] for note in worked.status_file()["user_notes"]] == ["no tests"]
    assert worked.json("verify")["ok"]


def test_several_commits_are_graded_by_any_revision(worked: Repo) -> None:
    worked.git("tag", "second", "HEAD~2")
    worked.tracker("grade", "second", worked.head("HEAD~1")[:10], "--agent", "NEUTRAL")
    worked.tracker("grade", "HEAD~3", "--agent", "5")
    assert [grades_of(worked, f"feat: {number}")[0] for number in range(3)] == [5, 1, 1]
    assert communication(worked) == 67


def test_last_grade_counts_and_all_grades_are_kept(worked: Repo) -> None:
    for grade in ("bad", "excellence", "good"):
        worked.person("grade", "HEAD~1", "--user", grade)
    assert (grades_of(worked, "feat: 2"), communication(worked)) == ((None, 2), 62)
    worked.person("grade", "HEAD~1", "--user", "none")
    assert (grades_of(worked, "feat: 2"), communication(worked)) == ((None, None), 60)
    assert [event["grade"] for event in history_of(worked, "HEAD~1")] == [-1, 5, 2, None]
    assert "withdrew the last grade" in worked.tracker("grade", "HEAD~1")
    assert worked.json("verify")["ok"]


def test_grade_of_a_humans_commit_moves_no_score(worked: Repo) -> None:
    worked.person("grade", "--user", "excellence")
    assert grades_of(worked, "docs: by hand") == (None, 5)
    assert worked.json("status", "human")["communication_score"] is None


@pytest.mark.whole
def test_grades_and_bugs_follow_a_correction_of_the_agent(worked: Repo) -> None:
    worked.git("config", "agent-tracker.userNeedsTerminal", "false")
    worked.tracker("grade", "HEAD~1", "--user", "excellence", "--user-note", "whoever it was")
    worked.tracker("bug", "HEAD~1", "--note", "off by one")
    assert worked.json("status", "claude-code")["total_bugs"] == 1
    worked.tracker("attribute", "HEAD~1", "--agent", "codex")
    sheets = [worked.json("status", name) for name in ("claude-code", "codex")]
    assert [(agent["total_bugs"], agent["skill_points"]) for agent in sheets] == [(0, 1), (1, 0)]
    assert [event["note"] for event in history_of(worked, "HEAD~1")] == ["whoever it was"]
    assert worked.json("bug")["agent"] == "codex"
    assert worked.json("verify")["ok"]
    worked.tracker("attribute", "HEAD~1", "--undo")
    assert worked.json("status", "codex")["total_bugs"] == 0
    assert worked.json("verify")["ok"]


def test_grade_of_a_fetched_commit_moves_no_score(worked: Repo, tmp_path: Path) -> None:
    other = worked.clone(tmp_path / "elsewhere")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: from afar\n\nCo-authored-by: Claude <noreply@anthropic.com>\nAgent-Grade: excellence")
    worked.git("pull", "-q", str(other.path), "main")
    worked.settle()
    line = line_with(worked, "feat: from afar")
    assert (line["origin"], line["agent"], line["grades"]) == ("fetched", "claude-code", {"agent": None, "user": None})
    worked.person("grade", "HEAD", "--user", "good")
    assert (grades_of(worked, "feat: from afar"), communication(worked)) == ((None, 2), 60)
    assert worked.json("verify")["ok"]


def test_grade_that_is_not_there_cannot_be_withdrawn(worked: Repo) -> None:
    said = worked.person("grade", "HEAD~1", "--user", "none", code=1)
    assert "has no grade by the user: nothing was changed." in " ".join(said.split())
    assert history_of(worked, "HEAD~1") == []
    worked.person("grade", "HEAD~1", "--user", "good")
    worked.person("grade", "HEAD~1", "HEAD~2", "--user", "none")
    assert [event["grade"] for event in history_of(worked, "HEAD~1")] == [2, None]
    assert history_of(worked, "HEAD~2") == []


@pytest.mark.whole
def test_grades_that_were_given_in_another_clone_are_shown(worked: Repo, tmp_path: Path) -> None:
    worked.person("grade", "HEAD", "--user", "good")
    clone = worked.clone(tmp_path / "clone")
    clone.tracker("init", "--hooks", "none", "--backfill")
    clone.person("grade", "HEAD", "--user", "bad")
    for repo, places in ((worked, [False, True]), (clone, [True, False])):
        assert [(one["grade"], one["in_clone"]) for one in history_of(repo, "HEAD")] == [
            (2, places[0]),
            (-1, places[1]),
        ]
        assert "in a clone" in repo.tracker("grade", "HEAD")
