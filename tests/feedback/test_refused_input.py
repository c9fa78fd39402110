"""Input that feedback commands refuse: one sentence, no change."""

from pathlib import Path
from typing import Final

import pytest

from tests.feedback.output import (
    refusal,
)
from tests.support import Repo
from tracker.__main__ import main

pytestmark = pytest.mark.recorded_later

LONG: Final = "x" * 100_000
REFUSED: Final[list[tuple[list[str], int, str]]] = [
    (["grade", "--agent", "superb"], 2, "no grade: bad (-1), neutral (1), good (2), excellence (5)"),
    (["grade", "--agent", "3"], 2, "no grade"),
    (["grade", "--agent", ""], 2, "no grade"),
    (["grade", "--agent", "\x1b[31m"], 2, "no grade"),
    (["grade", "nowhere", "--agent", "good"], 1, "'nowhere' names no commit here"),
    (["grade", "--", "--exec=x"], 1, "names no commit here"),
    (["grade", "HEAD:docs.md", "--agent", "good"], 1, "names no commit here"),
    (["grade", "f" * 40, "--agent", "good"], 1, "names no commit here"),
    (["grade", "--agent", "good", "--agent-note", LONG], 1, "at most 4000"),
    (["grade", "--agent", "good", "--agent-note", "\x1b[31mred"], 1, "control characters"),
    (["grade", "--agent", "good", "--agent-note", "\udcff\udcfe"], 1, "not UTF-8"),
    (["grade", "--agent", "good", "--task", LONG], 1, "the task is 100000 characters long"),
    (["grade", "--pending", "--agent", "good", "--agent-note", LONG], 1, "at most 4000"),
    (["grade", "--agent-note", "x"], 2, "--agent-note goes with a grade"),
    (["grade", "--task", "x"], 2, "--task goes with a grade"),
    (["grade", "HEAD", "--pending", "--agent", "good"], 2, "leave out the revisions"),
    (["grade", "--user", "good"], 1, "a user's grade needs a person at a terminal"),
    (["review"], 1, "a review needs a person at a terminal"),
    (["bug", "HEAD", "--note", "x"], 1, "made by a person, as far as is known"),
    (["bug", "HEAD~1", "--note", LONG], 1, "at most 4000"),
    (["bug", "--note", "x"], 2, "name the commit"),
    (["bug", "HEAD~3..HEAD", "--note", "x"], 2, "names 3 commits"),
    (["bug", "HEAD~1", "--undo"], 1, "needs a person"),
    (["reinstate", "claude-code", "--plan", "x"], 1, "a reinstatement needs a person"),
    (["reinstate", "claude-code"], 2, "needs a plan"),
    (["retro", "HEAD", "--notes", "x"], 1, "was made by unmarked: only agents have retrospectives"),
    (["retro", "--notes", "x"], 2, "name what the retrospective is about"),
    (["retro", "--session", "s1"], 2, "a retrospective needs content"),
    (["retro", "--session", "s1", "--notes", "x"], 2, "say whose session it is"),
    (["retro", "--session", "s1", "--notes", "x", "--agent", "nobody-ever"], 1, "no agent called 'nobody-ever'"),
    (["retro", "--session", "s1", "--user-grade", "good", "--agent", "codex"], 1, "needs a person"),
    (["retro", "--session", "s1", "--agent-grade", "7", "--agent", "codex"], 2, "no grade"),
    (["activity", "--outcome", "x"], 2, "an activity needs a task"),
    (["activity", "--task", "x"], 2, "say whose journal it is"),
    (["activity", "--task", LONG, "--agent", "codex"], 1, "at most 4000"),
    (["activity", "--task", "x", "--agent", "human"], 1, "human is no agent"),
    (["attribute", "HEAD", "--agent", "codex"], 1, "a correction of who made a commit needs a person at a terminal"),
    (["status", "nobody-ever"], 1, "no agent called 'nobody-ever' is known"),
]  # fmt: skip
"""Arguments, the exit code, and words of the sentence."""


def test_invalid_input_is_refused_with_one_sentence_and_changes_nothing(
    worked: Repo, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = worked.log("--all")
    monkeypatch.chdir(worked.path)
    capfd.readouterr()
    for arguments, code, words in REFUSED:
        found, output = main(arguments), capfd.readouterr()
        assert (found, output.out, output.err.count("\n")) == (code, "", 1), (arguments, output)
        assert words in output.err, arguments
        assert "\x1b" not in output.err
    refusal(worked, "grade", "--agent", "superb", code=2)
    refusal(worked, "grade", "nowhere", "--agent", "good", code=1)
    assert "is not halted" in worked.person("reinstate", "claude-code", "--plan", "x", code=1)
    assert "no agent called 'nobody'" in worked.person("reinstate", "nobody", "--plan", "x", code=1)
    assert "has no bug that could be withdrawn" in worked.person("bug", "HEAD~1", "--undo", code=1)
    assert worked.log("--all") == before
    assert worked.tracker("retro") + worked.tracker("activity") == (
        "No retrospective was kept here yet.\nNo activity was noted here yet.\n"
    )
    assert worked.json("verify")["ok"]


def test_commit_of_another_repository_or_not_recorded_is_refused(worked: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other", worked.environment)
    strange = other.commit("feat: somewhere else")
    assert "names no commit here" in refusal(worked, "grade", strange, "--agent", "good")
    assert "is not tracked" in other.run("grade", "--agent", "good").stderr
    older = worked.git("commit-tree", "HEAD^{tree}", "-m", "never reached").strip()
    assert "is not recorded here" in refusal(worked, "grade", older, "--agent", "good")
