"""An agent's report on another agent's commit: a suggestion, until a person decides."""

from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CODEX, json_lines, line_of, refusal, sheet
from tests.program import TRACKER
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later

OPENCODE = {"AGENT_TRACKER_AGENT": "opencode"}


@pytest.fixture
def suspected(repo: Repo) -> Repo:
    """A commit by claude-code, for which codex suggested a bug."""
    repo.record_later()
    repo.commit("feat: parse dates", file="dates.py", env=CLAUDE)
    repo.tracker("sync")
    result = repo.json("bug", "HEAD", "--note", "no leap years", "--evidence", "issue 9", env=CODEX)
    assert (result["agent"], result["state"], result["moves_score"]) == ("claude-code", "suggested", False)
    return repo


def states(repo: Repo) -> list[str]:
    return [bug["state"] for bug in json_lines(repo, "bug")]


def test_suggestion_is_kept_and_shown_and_moves_nothing(suspected: Repo) -> None:
    bug = one(json_lines(suspected, "bug"))
    assert (bug["agent"], bug["suggested_by"], bug["note"]) == ("claude-code", "codex", "no leap years")
    assert (sheet(suspected)["skill_points"], sheet(suspected)["total_bugs"]) == (1, 0)
    assert suspected.status_file()["agents"]["claude-code"]["halted"] is False
    listed = suspected.tracker("bug")
    assert "1 bug reported (1 suggested):" in listed
    assert "  suggested by codex  no leap years; shown by: issue 9" in listed
    assert "bug suggested, by codex" in suspected.tracker("explain", "HEAD")
    assert suspected.json("verify")["ok"]


def test_person_confirms_and_takes_back(suspected: Repo) -> None:
    assert "A bug of" in suspected.person("bug", "HEAD", "--confirm", "--yes")
    assert states(suspected) == ["charged"]
    assert sheet(suspected)["halted"]
    shown = suspected.tracker("explain", "HEAD")
    assert "bug suggested by codex confirmed, by a person at a terminal" in shown
    assert "suggested by codex, confirmed by a person at a terminal" in suspected.tracker("bug")
    suspected.person("bug", "HEAD", "--undo")
    assert (states(suspected), sheet(suspected)["skill_points"]) == (["withdrawn"], 1)
    assert suspected.json("verify")["ok"]


def test_dismissed_suggestion_stays_listed(suspected: Repo) -> None:
    assert "Dismissed: no bug is charged to claude-code" in suspected.person("bug", "HEAD", "--dismiss")
    assert states(suspected) == ["dismissed"]
    assert "suggested by codex, dismissed by a person at a terminal" in suspected.tracker("bug")
    assert "bug suggested by codex dismissed, by a person" in suspected.tracker("explain", "HEAD")
    assert "no suggested bug waits" in suspected.person("bug", "HEAD", "--confirm", code=1)
    assert sheet(suspected)["skill_points"] == 1


@pytest.mark.whole
def test_suggestion_follows_the_commit_where_it_is_rewritten(suspected: Repo) -> None:
    suspected.git("commit", "-q", "--amend", "-m", "feat: parse all dates")
    suspected.tracker("sync")
    suspected.json("bug", "HEAD", "--note", "no leap seconds", env=CODEX)  # in place of the first
    assert states(suspected) == ["suggested"]
    terminal = suspected.at_terminal(*TRACKER, "review")
    assert "feat: parse all dates" in terminal.expect("no leap seconds")
    terminal.press("q")
    assert terminal.finish() == 0
    assert "A bug of" in suspected.person("bug", "HEAD", "--confirm", "--yes")
    assert (states(suspected), sheet(suspected)["skill_points"]) == (["charged"], 0)
    suspected.person("bug", "HEAD", "--undo")
    assert (states(suspected), sheet(suspected)["skill_points"]) == (["withdrawn"], 1)
    assert suspected.json("verify")["ok"]


def test_only_a_person_decides(suspected: Repo) -> None:
    for option in ("--confirm", "--dismiss"):
        assert "needs a person at a terminal" in refusal(suspected, "bug", "HEAD", option, env=CODEX)
        assert "needs a person at a terminal" in refusal(suspected, "bug", "HEAD", option)
    assert states(suspected) == ["suggested"]


def test_several_agents_suggest_and_the_person_chooses(suspected: Repo) -> None:
    suspected.tracker("bug", "HEAD", "--note", "time zones", env=OPENCODE)
    assert "choose one with --from NAME" in suspected.person("bug", "HEAD", "--confirm", "--yes", code=2)
    suspected.person("bug", "HEAD", "--dismiss", "--from", "Open Code")
    suspected.person("bug", "HEAD", "--confirm", "--yes")
    assert {bug["suggested_by"]: bug["state"] for bug in json_lines(suspected, "bug")} == {
        "codex": "charged",
        "opencode": "dismissed",
    }


def test_agents_own_commit_and_a_persons_word_charge_at_once(suspected: Repo) -> None:
    assert suspected.json("bug", "HEAD", "--note", "mine", env=CLAUDE)["state"] == "charged"
    suspected.person("bug", "HEAD", "--note", "yours", "--yes")
    assert sorted(states(suspected)) == ["charged", "charged", "suggested"]


def test_commit_of_a_person_is_refused(suspected: Repo) -> None:
    suspected.commit("docs: by hand", file="docs.md")
    suspected.tracker("sync")
    assert "was made by a person" in refusal(suspected, "bug", "HEAD", "--note", "x", env=CODEX)


@pytest.mark.whole
def test_suggestion_follows_the_correction_of_who_made_the_commit(suspected: Repo) -> None:
    suspected.person("attribute", "HEAD", "--agent", "opencode")
    bug = one(json_lines(suspected, "bug"))
    assert (bug["agent"], bug["state"]) == ("opencode", "suggested")
    suspected.person("attribute", "HEAD", "--agent", "human")
    assert "was made by a person" in suspected.person("bug", "HEAD", "--confirm", "--yes", code=1)
    suspected.person("bug", "HEAD", "--dismiss")
    assert suspected.json("verify")["ok"]


def test_suggestion_on_an_amended_commit_stays_with_its_first_version(suspected: Repo) -> None:
    oid = suspected.head()
    suspected.git("commit", "-q", "--amend", "-m", "feat: parse dates well", env=CLAUDE)
    suspected.tracker("sync")
    assert one(json_lines(suspected, "bug"))["oid"] == oid
    suspected.person("bug", oid, "--confirm", "--yes")
    assert sheet(suspected)["skill_points"] == 0
    assert line_of(suspected, oid)["agent"] == "claude-code"
    assert suspected.json("verify")["ok"]


def test_repeated_suggestion_in_a_clone_replaces_the_note(suspected: Repo, tmp_path: Path) -> None:
    clone = suspected.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.tracker("backfill")
    clone.tracker("bug", "HEAD", "--note", "nor leap seconds", env=CODEX)
    assert one(json_lines(suspected, "bug"))["note"] == "nor leap seconds"
    clone.person("bug", "HEAD", "--confirm", "--yes")
    assert states(suspected) == ["charged"]
    assert suspected.json("verify")["ok"]


def test_suggested_bug_is_no_reason_in_lessons(suspected: Repo) -> None:
    assert "no leap years" not in suspected.tracker("lessons", "parse dates")
    suspected.person("bug", "HEAD", "--confirm", "--yes")
    assert "no leap years" in suspected.tracker("lessons", "parse dates")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--confirm"], "name the commit"),
        (["HEAD", "--confirm", "--dismiss"], "do not go together"),
        (["HEAD", "--dismiss", "--note", "x"], "--dismiss goes with no text"),
        (["HEAD", "--from", "codex"], "--from says whose suggestion"),
    ],
)
def test_wrong_options_are_named(options: list[str], message: str, suspected: Repo) -> None:
    assert message in refusal(suspected, "bug", *options, code=2)
