"""The question before a bug that halts an agent everywhere, and what is said about the points that are left."""

from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CO_AUTHOR, json_lines, sheet
from tests.program import TRACKER
from tests.support import Repo, Terminal

pytestmark = pytest.mark.recorded_later
QUESTION = "This halts claude-code in all 2 projects (it has 0 skill points then). Charge it all the same? [y/N]"


def charge(repo: Repo, *options: str) -> Terminal:
    return repo.at_terminal(*TRACKER, "bug", "HEAD~1", "--note", "x", *options)


def work_elsewhere(repo: Repo, tmp_path: Path, *names: str) -> None:
    """Let the agent commit in other projects too."""
    for name in names:
        other = Repo.make(tmp_path / name, repo.environment)
        other.tracker("init")
        other.record_later()
        other.commit(f"feat: {name}", env=CLAUDE)  # work of its own: the same commit would be that of a clone
        other.tracker("sync")


def test_halt_in_the_only_project_is_not_asked_about(worked: Repo) -> None:
    terminal = charge(worked)
    assert terminal.finish() == 0
    assert "claude-code has no skill point left: it is halted until the user reinstates it" in terminal.shown
    assert sheet(worked)["skill_points"] == 0


@pytest.mark.whole
def test_reinstatement_where_it_never_worked_makes_no_project_of_it(worked: Repo, tmp_path: Path) -> None:
    charge(worked).finish()
    empty = Repo.make(tmp_path / "empty", worked.environment)
    empty.tracker("init")
    assert "Halted          claude-code" in empty.tracker("status")
    empty.person("reinstate", "claude-code", "--plan", "tests first")
    assert "claude-code" not in empty.tracker("report")
    assert "claude-code" not in empty.tracker("status")
    terminal = charge(worked)
    assert terminal.finish() == 0
    assert "in all 2 projects" not in terminal.shown


@pytest.mark.parametrize(("answer", "code", "points"), [("y\r", 0, 0), ("n\r", 1, 1), ("\r", 1, 1), ("\x03", 130, 1)])
def test_person_is_asked_before_a_bug_halts(answer: str, code: int, points: int, worked: Repo, tmp_path: Path) -> None:
    work_elsewhere(worked, tmp_path, "second")
    terminal = charge(worked)
    terminal.expect(QUESTION)
    terminal.press(answer)
    assert terminal.finish() == code
    assert terminal.shown.endswith("\n")
    assert ("Nothing was charged." in terminal.shown) == (code == 1)
    assert sheet(worked)["skill_points"] == points
    if code == 0:
        assert "it is halted in all 2 projects until the user reinstates it" in terminal.shown


@pytest.mark.whole
def test_all_projects_of_the_agent_are_named(worked: Repo, tmp_path: Path) -> None:
    work_elsewhere(worked, tmp_path, "second", "third")
    terminal = charge(worked)
    terminal.expect("This halts claude-code in all 3 projects (it has 0 skill points then). Charge it all the same?")
    terminal.press("y\r")
    assert terminal.finish() == 0
    assert "it is halted in all 3 projects until the user reinstates it" in terminal.shown


def test_yes_answers_beforehand(worked: Repo) -> None:
    terminal = charge(worked, "--yes")
    assert terminal.finish() == 0
    assert "This halts" not in terminal.shown


def test_a_second_bug_is_charged_without_a_question(worked: Repo) -> None:
    worked.person("bug", "HEAD~1", "--yes")
    assert "claude-code has no skill point left: it is halted" in worked.person("bug", "HEAD~2")


def test_without_a_terminal_nobody_is_asked_and_the_result_says_so(unattended: Repo) -> None:
    done = unattended.run("bug", "HEAD", "--note", "x", env=CLAUDE)
    assert done.returncode == 0
    assert "it is halted until the user reinstates it" in done.stdout
    assert "The agent was halted without a question, since no person is at a terminal." in done.stdout
    assert unattended.json("bug", "HEAD~1")["halted_without_asking"] is False  # it was halted before


def test_agent_at_a_terminal_is_not_asked(worked: Repo) -> None:
    shown = worked.person("bug", "HEAD~1", env=CLAUDE)
    assert "Charge it all the same" not in shown
    assert "The agent was halted without a question" in shown


def test_points_and_bugs_until_a_halt_are_said(repo: Repo) -> None:
    repo.record_later()
    for number in range(10):  # ten commits make the second level
        repo.commit(f"feat: {number}", env=CLAUDE)
    repo.tracker("sync")
    before = sheet(repo)["skill_points"]
    assert before == 2
    assert "claude-code has 1 skill point left; one more bug halts it." in repo.person("bug", "HEAD")
    assert repo.person("bug", "HEAD", "--undo").endswith("claude-code has 2 skill points left; 2 more bugs halt it.\n")


def test_bug_of_a_fetched_commit_asks_nothing_and_says_that_no_score_moves(worked: Repo, tmp_path: Path) -> None:
    other = worked.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    theirs = other.commit("feat: theirs", options=CO_AUTHOR)
    worked.git("pull", "-q", str(other.path), "main")
    worked.settle()
    shown = worked.person("bug", theirs)
    assert "The commit came by fetch, so its bugs are kept and move no score." in shown
    assert "halts it" not in shown
    assert "fetched" in worked.tracker("bug")
    assert "halts it" not in worked.person("bug", theirs, "--undo")
    assert worked.json("verify")["ok"]


@pytest.mark.whole
def test_reverted_commits_that_came_by_fetch_are_listed_and_marked(worked: Repo, tmp_path: Path) -> None:
    assert "no agent's commit was reverted" in worked.tracker("bug")
    other = worked.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    theirs = other.commit("feat: theirs", options=CO_AUTHOR)
    other.git("revert", "--no-edit", "HEAD")
    worked.git("pull", "-q", str(other.path), "main")
    worked.git("revert", "--no-edit", "HEAD~3")
    ours = worked.head("HEAD~4")
    worked.settle()
    listed = {bug["oid"]: bug["fetched"] for bug in json_lines(worked, "bug")}
    assert listed == {theirs: True, ours: False}
    shown = worked.tracker("bug")
    assert "2 commits of agents were reverted and have no bug (1 of them fetched):" in shown
    assert f"{theirs[:12]}  claude-code  fetched  feat: theirs" in shown
    assert "no agent's commit was reverted" not in shown
    worked.person("bug", ours, "--yes")
    assert "1 commit of agents was reverted and has no bug (fetched):" in worked.tracker("bug")


@pytest.mark.whole
def test_revert_that_outcomes_found_by_content_is_listed(worked: Repo) -> None:
    oid = worked.head("HEAD~2")
    worked.git("revert", "--no-commit", oid)
    worked.git("commit", "-q", "-m", "chore: without it")
    worked.settle()
    assert "no agent's commit was reverted" in worked.tracker("bug")  # its message names nothing
    worked.tracker("outcomes")
    assert [bug["oid"] for bug in json_lines(worked, "bug")] == [oid]


def test_correction_that_moves_a_bug_says_whom_it_halts(unattended: Repo) -> None:
    oid = unattended.commit("feat: by claude", env=CLAUDE)
    unattended.tracker("sync")
    unattended.tracker("bug", oid, "--yes")
    done = unattended.run("attribute", oid, "--agent", "opencode")
    assert "this halts opencode in all projects, until the user reinstates it" in done.stderr
    assert "claude-code has a skill point again, and is no longer halted" in done.stderr
    assert unattended.json("status", "opencode")["halted"]
