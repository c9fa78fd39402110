"""A person walks through the commits that wait for a grade, at a real terminal."""

import pytest

from tests.program import TRACKER
from tests.support import Repo, Terminal

CLAUDE = {"CLAUDECODE": "1"}


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Four commits of agents, of which one is graded by the agent, and one of a person."""
    for number in range(4):
        env = CLAUDE if number % 2 else {"AGENT_TRACKER_AGENT": "opencode", "AGENT_TRACKER_MODEL": "kimi-k2"}
        repo.commit(f"feat: {number}", file=f"{number}.txt", env=env)
    repo.commit("docs: by hand", file="docs.md")
    repo.settle()
    repo.tracker("grade", "HEAD~1", "--agent", "excellence", "--agent-note", "flawless", env=CLAUDE)
    return repo


def review(repo: Repo, *arguments: str) -> Terminal:
    return repo.at_terminal(*TRACKER, "review", *arguments)


def user_grades(repo: Repo) -> list[int | None]:
    return [line["grades"]["user"] for line in repo.log() if line["kind"] == "agent"]


def test_one_key_each_and_the_agent_s_grade_after_the_user_s(worked: Repo) -> None:
    terminal = review(worked)
    shown = terminal.expect("quit > ")
    assert "1 of 4" in shown
    assert "feat: 3" in shown
    assert "claude-code" in shown
    assert "1 file, +1 -0, feat" in shown
    assert "excellence (" not in shown
    assert "flawless" not in shown
    terminal.press("g")
    shown = terminal.expect("2 of 4")
    assert "you: good   claude-code: excellence (flawless)" in shown
    assert "opencode (kimi-k2)" in terminal.expect("> ")
    terminal.press("m")
    terminal.expect("note:")
    terminal.press("no tests\r")
    terminal.expect("> ")
    terminal.press("b")
    assert "opencode: said nothing" in terminal.expect("3 of 4")
    terminal.press("?")
    terminal.expect("keys: b bad")
    terminal.press("\x1b[A\u00e9sq")  # an arrow, a letter of another alphabet, and typed ahead
    terminal.expect("keys: b bad")
    terminal.expect("4 of 4")
    terminal.expect("Graded 2, left 2.")
    assert terminal.finish() == 0
    assert user_grades(worked) == [2, -1, None, None]
    assert [note["note"] for note in worked.status_file()["user_notes"]] == ["no tests"]
    (event,) = worked.json("grade", "HEAD~2")["history"]
    assert event["source"] == "review"
    assert event["speaker"].startswith("a person at a terminal")
    assert worked.json("verify")["ok"]


def test_undo_goes_back_step_by_step_and_leaves_no_trace(worked: Repo) -> None:
    worked.person("grade", "HEAD~1", "--user", "neutral", "--user-note", "before")
    worked.git("commit", "-q", "--amend", "--no-edit")
    before = worked.json("status", "opencode")["communication_score"]
    terminal = review(worked)
    terminal.expect("> ")
    for key, shown in (("e", "2 of 3"), ("s", "3 of 3"), ("u", "2 of 3"), ("u", "1 of 3"), ("u", "nothing to undo")):
        terminal.press(key)
        terminal.expect(shown)
    terminal.press("q")
    assert terminal.finish() == 0
    assert user_grades(worked) == [1, None, None, None]
    assert worked.json("status", "opencode")["communication_score"] == before
    assert worked.json("verify")["ok"]


def test_a_pasted_note_is_one_note(worked: Repo) -> None:
    terminal = review(worked)
    terminal.expect("> ")
    terminal.press("m")
    terminal.expect("note: ")
    terminal.press("it works well\nbut no test\ngood else\n")
    terminal.expect("> ")
    terminal.press("1q")  # neutral, by its number
    terminal.expect("Graded 1, left 3.")
    assert terminal.finish() == 0
    (event,) = [event for event in worked.json("grade", "HEAD~1")["history"] if event["rater"] == "user"]
    assert event["note"] == "it works well\nbut no test\ngood else"


def test_what_somebody_else_said_meanwhile_comes_back(worked: Repo) -> None:
    terminal = review(worked)
    terminal.expect("> ")
    worked.person("grade", "HEAD~1", "--user", "excellence")
    terminal.press("bu")
    terminal.expect("taken back")
    terminal.press("q")
    assert terminal.finish() == 0
    assert user_grades(worked) == [5, None, None, None]


def test_what_was_graded_before_an_interruption_is_kept(worked: Repo) -> None:
    terminal = review(worked, "--agent", "claude-code")
    assert "1 of 2" in terminal.expect("> ")
    terminal.press("n")
    terminal.expect("2 of 2")
    terminal.press("\x03")
    assert terminal.finish() == 130
    assert "Graded 1, left 1." in terminal.shown
    assert user_grades(worked) == [1, None, None, None]
    terminal = review(worked, "-n", "1")
    assert "1 of 1" in terminal.expect("> ")
    terminal.press("\x04")
    assert terminal.finish() == 0


def test_hostile_subjects_and_no_work_at_all(repo: Repo) -> None:
    assert "No commit waits for a grade." in repo.person("review")
    repo.commit("feat: \x1b]0;owned\x07\x1b[2J \u202egnp.exe" + "x" * 500, env=CLAUDE)
    repo.settle()
    terminal = review(repo)
    shown = terminal.expect("> ")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(map(len, shown.splitlines())) < 120
    terminal.press("e")
    terminal.expect("Graded 1, left 0.")
    assert terminal.finish() == 0


def test_it_needs_a_terminal_on_both_sides(worked: Repo) -> None:
    said = worked.at_terminal("sh", "-c", f"{' '.join(TRACKER)} review | cat")
    said.finish()
    assert "needs a terminal for input and output" in said.shown
