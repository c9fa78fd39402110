"""Review of commits that wait for the user's grade, at a real terminal."""

import pytest

from tests.feedback.output import CLAUDE, history_of
from tests.program import TRACKER
from tests.support import Repo, Terminal, one

pytestmark = pytest.mark.recorded_later


@pytest.fixture
def waiting(repo: Repo) -> Repo:
    """Four commits of agents that wait for the user's grade, one of them graded by its agent, and one of a person."""
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


def test_commits_are_graded_by_keys_and_the_agents_grade_is_shown_afterwards(waiting: Repo) -> None:
    terminal = review(waiting)
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
    terminal.press("\x1b[A\u00e9sq")  # arrow up, a letter outside ASCII, then two keys at once
    terminal.expect("keys: b bad")
    terminal.expect("4 of 4")
    terminal.expect("2 graded; 2 left.")
    assert terminal.finish() == 0
    assert user_grades(waiting) == [2, -1, None, None]
    assert [note["note"] for note in waiting.status_file()["user_notes"]] == ["no tests"]
    event = one(history_of(waiting, "HEAD~2"))
    assert event["source"] == "review"
    assert event["speaker"].startswith("a person at a terminal")
    assert waiting.json("verify")["ok"]


def test_undo_restores_grades_step_by_step(waiting: Repo) -> None:
    waiting.person("grade", "HEAD~1", "--user", "neutral", "--user-note", "before")
    waiting.git("commit", "-q", "--amend", "--no-edit")
    before = waiting.json("status", "opencode")["communication_score"]
    terminal = review(waiting)
    terminal.expect("> ")
    for key, shown in (("e", "2 of 3"), ("s", "3 of 3"), ("u", "2 of 3"), ("u", "1 of 3"), ("u", "nothing to undo")):
        terminal.press(key)
        terminal.expect(shown)
    terminal.press("q")
    assert terminal.finish() == 0
    assert user_grades(waiting) == [1, None, None, None]
    assert waiting.json("status", "opencode")["communication_score"] == before
    assert waiting.json("verify")["ok"]


def test_pasted_lines_are_one_note(waiting: Repo) -> None:
    terminal = review(waiting)
    terminal.expect("> ")
    terminal.press("m")
    terminal.expect("note: ")
    terminal.press("it works well\nbut no test\ngood else\n")
    terminal.expect("> ")
    terminal.press("1q")  # neutral by its number, then quit
    terminal.expect("1 graded; 3 left.")
    assert terminal.finish() == 0
    event = one(event for event in history_of(waiting, "HEAD~1") if event["rater"] == "user")
    assert event["note"] == "it works well\nbut no test\ngood else"


def test_undo_restores_a_grade_given_elsewhere_meanwhile(waiting: Repo) -> None:
    terminal = review(waiting)
    terminal.expect("> ")
    waiting.person("grade", "HEAD~1", "--user", "excellence")
    terminal.press("bu")
    terminal.expect("undone")
    terminal.press("q")
    assert terminal.finish() == 0
    assert user_grades(waiting) == [5, None, None, None]


def test_grades_given_before_an_interruption_are_kept(waiting: Repo) -> None:
    terminal = review(waiting, "--agent", "claude-code")
    assert "1 of 2" in terminal.expect("> ")
    terminal.press("n")
    terminal.expect("2 of 2")
    terminal.press("\x03")
    assert terminal.finish() == 130
    assert "1 graded; 1 left." in terminal.shown
    assert user_grades(waiting) == [1, None, None, None]
    terminal = review(waiting, "-n", "1")
    assert "1 of 3" in terminal.expect("> ")  # of all that wait
    terminal.press("\x04")
    assert terminal.finish() == 0


def test_hostile_subject_is_shown_without_control_characters(repo: Repo) -> None:
    repo.commit("feat: \x1b]0;owned\x07\x1b[2J \u202egnp.exe" + "x" * 500, env=CLAUDE)
    repo.settle()
    terminal = review(repo)
    shown = terminal.expect("> ")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(map(len, shown.splitlines())) < 200  # the terminal's width
    terminal.press("e")
    terminal.expect("1 graded.")
    assert terminal.finish() == 0


def test_review_ends_at_once_when_no_commit_waits(repo: Repo) -> None:
    assert "No commit waits for a grade here." in repo.person("review")


def test_review_is_refused_when_output_is_no_terminal(waiting: Repo) -> None:
    terminal = waiting.at_terminal("sh", "-c", f"{' '.join(TRACKER)} review | cat")
    terminal.finish()
    assert "needs a terminal for input and output" in terminal.shown
