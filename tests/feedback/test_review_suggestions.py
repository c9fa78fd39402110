"""Bugs that agents suggested, decided on in a review."""

import pytest

from tests.feedback.output import CODEX, json_lines, sheet
from tests.feedback.reviewing import add, review
from tests.support import Repo
from tests.support import one as only

pytestmark = pytest.mark.recorded_later

PROMPT = "> "
SIZES = [(80, 24), (60, 15), (140, 50)]


@pytest.fixture
def suspected(work: Repo) -> Repo:
    """Two commits by claude-code; codex suggested a bug of the first."""
    add(work, "feat: first", {"a": "a\n"})
    add(work, "feat: second", {"b": "b\n"})
    work.tracker("sync")
    work.tracker("bug", "HEAD~1", "--note", "a is wrong", "--evidence", "issue 3", env=CODEX)
    return work


def state(repo: Repo) -> str:
    return str(only(json_lines(repo, "bug"))["state"])


def test_suggested_bug_comes_first_and_is_charged(suspected: Repo) -> None:
    terminal = review(suspected)
    shown = terminal.expect("q quit > ")
    assert "Suggested bug 1 of 1" in shown
    assert "codex suggests that it has a bug: a is wrong issue 3" in shown
    assert "y charge the bug" in shown
    terminal.press("b")  # no grade here
    terminal.expect("keys: y charge")
    terminal.press("y")
    terminal.expect("This halts claude-code (it has 0 skill points then). Charge it all the same? [y/N] ")
    terminal.press("n")
    terminal.expect("q quit > ")
    assert state(suspected) == "suggested"
    terminal.press("y")
    terminal.expect("[y/N] ")
    terminal.press("y")
    terminal.expect("claude-code has no skill point left: it is halted")
    terminal.expect("\n1 of 2")
    assert (state(suspected), sheet(suspected)["skill_points"]) == ("charged", 0)
    terminal.press("u")
    terminal.expect("Suggested bug 1 of 1")
    assert (state(suspected), sheet(suspected)["skill_points"]) == ("suggested", 1)
    terminal.press("yy")
    terminal.expect("\n1 of 2")
    terminal.press("q")
    terminal.expect("1 suggested bug decided; 2 left.")
    assert terminal.finish() == 0
    assert suspected.json("verify")["ok"]


def test_suggested_bug_is_dismissed_or_skipped(suspected: Repo) -> None:
    terminal = review(suspected, "-n", "1")
    terminal.expect("Suggested bug 1 of 1")
    terminal.press("s")
    assert terminal.finish() == 0
    assert state(suspected) == "suggested"
    terminal = review(suspected, "-n", "1")
    terminal.expect("q quit > ")
    terminal.press("n")
    terminal.expect("Dismissed: no bug is charged to claude-code")
    terminal.expect("1 suggested bug decided; 2 left.")
    assert terminal.finish() == 0
    assert (state(suspected), sheet(suspected)["skill_points"]) == ("dismissed", 1)
