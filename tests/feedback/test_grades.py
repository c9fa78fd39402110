"""Grading as an agent, a person and their commits' messages do it, and all the ways in which it is refused."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.__main__ import main

pytestmark = pytest.mark.recorded_later

CLAUDE: Final = {"CLAUDECODE": "1"}
PERSON: Final = "a person at a terminal, whose processes were not looked at"  # AGENT_TRACKER_PROCESSES=0
CODEX: Final = {"CODEX_THREAD_ID": "0199-1234-5678"}


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Three commits of an agent, and one of a person."""
    for number in range(3):
        repo.commit(f"feat: {number}", file=f"{number}.txt", env=CLAUDE)
    repo.commit("docs: by hand", file="docs.md")
    repo.settle()
    return repo


def line_of(repo: Repo, subject: str, *arguments: str) -> dict[str, Any]:
    (line,) = [line for line in repo.log(*arguments) if line["subject"] == subject]
    return line


def grades_of(repo: Repo, subject: str) -> tuple[int | None, int | None]:
    grades = line_of(repo, subject)["grades"]
    return grades["agent"], grades["user"]


def communication(repo: Repo) -> int:
    return int(repo.json("status", "claude-code")["communication_score"])


def refused(repo: Repo, *arguments: str, code: int = 1, env: dict[str, str] | None = None) -> str:
    """The one sentence with which a command refuses."""
    done = repo.run(*arguments, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "\x1b" not in done.stderr
    return done.stderr


# -- giving --------------------------------------------------------------------------------------------------------


def test_agent_and_user_apart_and_together(worked: Repo) -> None:
    worked.tracker("grade", "HEAD~1", "--agent", "good", "--agent-note", "it works", "--task", "the third", env=CLAUDE)
    assert grades_of(worked, "feat: 2") == (2, None)
    assert "62" in worked.person("grade", "HEAD~2", "--user", "+2")
    worked.person("grade", "HEAD~3", "--user", "-1", "--agent", "excellence", "--user-note", "no tests")
    assert [grades_of(worked, f"feat: {number}") for number in range(3)] == [(5, -1), (None, 2), (2, None)]
    assert communication(worked) == 60 + 2 + 2 + 5 - 1
    (event,) = worked.json("grade", "HEAD~1")["history"]
    assert (event["rater"], event["grade"], event["note"], event["task"]) == ("agent", 2, "it works", "the third")
    assert (event["source"], event["speaker"]) == ("command line", "claude-code")
    agent, user = worked.json("grade", "HEAD~3")["history"]
    assert (agent["rater"], user["rater"], user["note"]) == ("agent", "user", "no tests")
    assert agent["speaker"] == user["speaker"] == PERSON
    status = worked.json("status", "claude-code")
    assert status["calibration"] == {"pairs": 1, "equal": 0, "agent_higher": 1, "agent_lower": 0, "gap": 3}
    assert [note["note"] for note in worked.status_file()["user_notes"]] == ["no tests"]
    assert worked.json("verify")["ok"]


def test_several_at_once_and_by_any_name_that_git_knows(worked: Repo) -> None:
    worked.git("tag", "second", "HEAD~2")
    worked.tracker("grade", "second", worked.head("HEAD~1")[:10], "--agent", "NEUTRAL")
    worked.tracker("grade", "HEAD~3", "--agent", "5")
    assert [grades_of(worked, f"feat: {number}")[0] for number in range(3)] == [5, 1, 1]
    assert communication(worked) == 67


def test_the_last_word_counts_and_every_word_stays(worked: Repo) -> None:
    for grade in ("bad", "excellence", "good"):
        worked.person("grade", "HEAD~1", "--user", grade)
    assert (grades_of(worked, "feat: 2"), communication(worked)) == ((None, 2), 62)
    worked.person("grade", "HEAD~1", "--user", "none")
    assert (grades_of(worked, "feat: 2"), communication(worked)) == ((None, None), 60)
    assert [event["grade"] for event in worked.json("grade", "HEAD~1")["history"]] == [-1, 5, 2, None]
    assert "took the last grade back" in worked.tracker("grade", "HEAD~1")
    assert worked.json("verify")["ok"]


def test_a_person_s_commit_is_graded_and_nobody_scored(worked: Repo) -> None:
    worked.person("grade", "--user", "excellence")
    assert grades_of(worked, "docs: by hand") == (None, 5)
    assert worked.json("status", "human")["communication_score"] is None


def test_grades_follow_whoever_it_turns_out_to_be(worked: Repo) -> None:
    worked.git("config", "agent-tracker.userNeedsTerminal", "false")
    worked.tracker("grade", "HEAD~1", "--user", "excellence", "--user-note", "whoever it was")
    worked.tracker("bug", "HEAD~1", "--note", "off by one")
    assert worked.json("status", "claude-code")["total_bugs"] == 1
    worked.tracker("attribute", "HEAD~1", "--agent", "codex")
    sheets = [worked.json("status", name) for name in ("claude-code", "codex")]
    assert [(one["total_bugs"], one["skill_points"]) for one in sheets] == [(0, 1), (1, 0)]
    assert [event["note"] for event in worked.json("grade", "HEAD~1")["history"]] == ["whoever it was"]
    assert worked.json("bug")["agent"] == "codex"
    assert worked.json("verify")["ok"]
    worked.tracker("attribute", "HEAD~1", "--undo")
    assert worked.json("status", "codex")["total_bugs"] == 0
    assert worked.json("verify")["ok"]


def test_fetched_commits_are_graded_and_move_no_score(worked: Repo, tmp_path: Path) -> None:
    other = worked.clone(tmp_path / "elsewhere")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: from afar\n\nCo-authored-by: Claude <noreply@anthropic.com>\nAgent-Grade: excellence")
    worked.git("pull", "-q", str(other.path), "main")
    worked.settle()
    line = line_of(worked, "feat: from afar")
    assert (line["origin"], line["agent"], line["grades"]) == ("fetched", "claude-code", {"agent": None, "user": None})
    worked.person("grade", "HEAD", "--user", "good")
    assert (grades_of(worked, "feat: from afar"), communication(worked)) == ((None, 2), 60)
    assert worked.json("verify")["ok"]


# -- trailers ------------------------------------------------------------------------------------------------------

GRADED: Final = "feat: graded\n\nAgent-Note: all of it\nTask: the parser\nAgent-Grade: good"


def test_a_trailer_is_the_agent_s_word(repo: Repo) -> None:
    repo.commit(f"{GRADED}\n\nCo-authored-by: Claude <noreply@anthropic.com>", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((2, None), 62)
    (event,) = repo.json("grade")["history"]
    assert (event["source"], event["note"], event["task"]) == ("trailer", "all of it", "the parser")
    repo.git("commit", "-q", "--amend", "--no-edit", "--allow-empty", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((2, None), 62)
    repo.tracker("grade", "--agent", "bad", env=CLAUDE)
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((-1, None), 59)
    # The message still says good, which was said before.
    repo.git("commit", "-q", "--amend", "--no-edit", "--date", "2024-01-01T00:00:00Z", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((-1, None), 59)
    repo.git("commit", "-q", "--amend", "-m", GRADED.replace("good", "excellence"), env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((5, None), 65)
    assert repo.json("verify")["ok"]


def test_a_copy_of_a_commit_does_not_copy_its_grade(repo: Repo) -> None:
    repo.commit("feat: base", file="base.txt", env=CLAUDE)
    repo.git("switch", "-q", "-c", "side")
    repo.commit(GRADED, file="graded.txt", env=CLAUDE)
    repo.git("switch", "-q", "main")
    repo.git("cherry-pick", "side", env=CLAUDE)
    repo.settle()
    assert communication(repo) == 62
    assert repo.json("verify")["ok"]


def test_a_time_that_no_calendar_has(repo: Repo) -> None:
    tree = repo.git("write-tree").strip()
    who = "Claude <noreply@anthropic.com> 999999999999999 +0000"
    text = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nfeat: far\n\nAgent-Grade: good\n"
    oid = repo.git("hash-object", "-w", "-t", "commit", "--stdin", "--literally", stdin=text).strip()
    repo.git("update-ref", "refs/heads/main", oid)
    repo.tracker("sync")
    assert "9999-12-31" in repo.tracker("grade", oid)
    terminal = repo.at_terminal(*TRACKER, "review")
    terminal.expect("9999-12-31")
    terminal.press("e")
    assert terminal.finish() == 0
    assert repo.json("verify")["ok"]


@pytest.mark.parametrize(
    "message",
    [
        "feat: x\n\nAgent-Grade: superb",
        "feat: x\n\n    Agent-Grade: good",
        "feat: x\n\n> Agent-Grade: good",
        "feat: x\n\n```\nAgent-Grade: good\n```\n\nmore",
        "Agent-Grade: good",
        "feat: x\n\nUser-Grade: excellence",
    ],
)
def test_what_is_no_trailer_of_ours(repo: Repo, message: str) -> None:
    repo.commit(message, env=CLAUDE)
    repo.settle()
    assert [line["grades"] for line in repo.log()] == [{"agent": None, "user": None}]


def test_a_note_in_a_message_may_hold_anything(repo: Repo) -> None:
    note = "\x1b[31mred\x1b[0m \xe9 " + "x" * 1_000_000
    repo.write("message", f"feat: x\n\nAgent-Grade: good\nAgent-Note: {note}\n".encode("latin-1"))
    repo.git("-c", "i18n.commitEncoding=utf-8", "commit", "-q", "--allow-empty", "-F", "message", env=CLAUDE)
    repo.settle()
    (event,) = repo.json("grade")["history"]
    assert event["grade"] == 2
    assert 3990 < len(event["note"]) <= 4000
    assert "\x1b" not in event["note"] + repo.tracker("grade")


# -- grades before the commit --------------------------------------------------------------------------------------


def test_a_grade_given_before_joins_the_next_commit_of_that_work_tree(worked: Repo, tmp_path: Path) -> None:
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    beside = worked.at(tmp_path / "beside")
    worked.tracker("grade", "--pending", "--agent", "good", "--agent-note", "ready", "--task", "next", env=CLAUDE)
    worked.person("grade", "--pending", "--user", "excellence")
    assert "excellence waits" in worked.tracker("grade", "--pending")
    assert worked.json("status")["pending_grades"] == 2
    beside.commit("feat: elsewhere", file="elsewhere.txt", env=CLAUDE)
    worked.git("switch", "-q", "-c", "topic")
    worked.git("cherry-pick", "beside", env=CLAUDE)  # nobody's new work
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.commit("feat: after that", file="after.txt", env=CLAUDE)
    worked.settle()
    grades = {line["subject"]: line["grades"] for line in worked.log() if line["grades"]["agent"]}
    assert grades == {"feat: next": {"agent": 2, "user": 5}}
    assert "No grade waits" in worked.tracker("grade", "--pending")
    history = worked.json("grade", "HEAD~1")["history"]
    assert [(event["rater"], event["source"], event["note"]) for event in history] == [
        ("agent", "pending", "ready"), ("user", "pending", ""),
    ]  # fmt: skip
    assert worked.json("verify")["ok"]


def test_a_grade_that_waits_joins_only_what_may_be_spoken_of(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "excellence", env=CLAUDE)
    worked.commit("feat: by codex", file="codex.txt", env=CODEX)
    worked.at_terminal("git", "commit", "-q", "--allow-empty", "-m", "feat: by a person").finish()
    worked.commit("feat: by claude", file="claude.txt", env=CLAUDE)
    worked.settle()
    assert {line["subject"]: line["grades"]["agent"] for line in worked.log("-n", "3")} == {
        "feat: by codex": None, "feat: by a person": None, "feat: by claude": 5,
    }  # fmt: skip


def test_a_grade_that_waits_finds_its_place_whatever_the_subject_and_the_path(worked: Repo, tmp_path: Path) -> None:
    worked.commit("feat: " + "long " * 500, file="long.txt", env=CLAUDE)
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    worked.tracker("grade", "--pending", "--agent", "bad")
    worked.at(tmp_path / "beside").tracker("grade", "--pending", "--agent", "good")
    worked.git("worktree", "move", str(tmp_path / "beside"), str(tmp_path / "moved"))
    worked.tracker("sync")
    assert [line["grades"]["agent"] for line in worked.log()] == [None] * 5
    worked.at(tmp_path / "moved").commit("feat: moved", file="moved.txt", env=CLAUDE)
    worked.git("reflog", "expire", "--expire=all", "HEAD")
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert (grades_of(worked, "feat: moved")[0], grades_of(worked, "feat: next")[0]) == (2, -1)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"rater": "user", "grade": 5, "note": 7, "time": 1099511627776}']
)
def test_a_file_that_is_no_grade_stops_nothing(worked: Repo, content: bytes) -> None:
    (worked.folder / "pending").mkdir()
    (worked.folder / "pending" / "1.json").write_bytes(content)
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert grades_of(worked, "feat: next") == (None, None)
    assert "1.json should hold a grade that waits" in worked.run("doctor").stdout


def test_a_pending_grade_without_hooks_and_amended(untracked: Repo) -> None:
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("grade", "--pending", "--agent", "good", env=CLAUDE)
    untracked.commit("feat: first", file="a.txt")
    untracked.git("commit", "-q", "--amend", "-m", "feat: amended")
    assert grades_of(untracked, "feat: amended") == (2, None)
    untracked.git("config", "core.logAllRefUpdates", "false")
    untracked.write(".git/logs/HEAD", b"")
    untracked.tracker("grade", "--pending", "--agent", "bad")
    untracked.commit("feat: no reflog", file="b.txt")
    assert grades_of(untracked, "feat: no reflog") == (-1, None)


def test_a_pending_grade_is_taken_back(worked: Repo) -> None:
    worked.tracker("grade", "--pending", "--agent", "good")
    assert "No grade waits" in worked.tracker("grade", "--pending", "--agent", "none")
    worked.commit("feat: next", file="next.txt", env=CLAUDE)
    worked.settle()
    assert grades_of(worked, "feat: next") == (None, None)


def test_a_grade_that_waits_for_a_work_tree_that_is_gone(worked: Repo, tmp_path: Path) -> None:
    worked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    worked.at(tmp_path / "beside").tracker("grade", "--pending", "--agent", "good")
    worked.git("worktree", "remove", "--force", str(tmp_path / "beside"))
    done = worked.run("doctor")
    assert "a grade waits for the next commit of the worktree worktrees/beside" in done.stdout
    assert "1 grades waited for a commit that was never made" in worked.tracker("uninstall")


# -- bad input -----------------------------------------------------------------------------------------------------

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
    (["retro", "HEAD", "--notes", "x"], 1, "keeps no retrospectives"),
    (["retro", "--notes", "x"], 2, "name what the retrospective is about"),
    (["retro", "--session", "s1"], 2, "a retrospective needs content"),
    (["retro", "--session", "s1", "--notes", "x"], 2, "say whose journal it is"),
    (["retro", "--session", "s1", "--notes", "x", "--agent", "nobody-ever"], 1, "no agent called 'nobody-ever'"),
    (["retro", "--session", "s1", "--user-grade", "good", "--agent", "codex"], 1, "needs a person"),
    (["retro", "--session", "s1", "--agent-grade", "7", "--agent", "codex"], 2, "no grade"),
    (["activity", "--outcome", "x"], 2, "an activity needs a task"),
    (["activity", "--task", "x"], 2, "say whose journal it is"),
    (["activity", "--task", LONG, "--agent", "codex"], 1, "at most 4000"),
    (["activity", "--task", "x", "--agent", "human"], 1, "human is no agent"),
    (["attribute", "HEAD", "--agent", "codex"], 1, "a correction of who made a commit needs a person at a terminal"),
    (["status", "nobody-ever"], 1, "the ledger knows no agent 'nobody-ever'"),
]  # fmt: skip


def test_bad_input_gets_one_sentence_and_changes_nothing(
    worked: Repo, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = worked.log("--all")
    monkeypatch.chdir(worked.path)
    capfd.readouterr()
    for arguments, code, words in REFUSED:
        found, said = main(arguments), capfd.readouterr()
        assert (found, said.out, said.err.count("\n")) == (code, "", 1), (arguments, said)
        assert words in said.err, arguments
        assert "\x1b" not in said.err
    for arguments in (["grade", "--agent", "superb"], ["grade", "nowhere", "--agent", "good"]):
        refused(worked, *arguments, code=2 if "superb" in arguments else 1)  # as a process of its own ends
    assert "is not halted" in worked.person("reinstate", "claude-code", "--plan", "x", code=1)
    assert "no agent called 'nobody'" in worked.person("reinstate", "nobody", "--plan", "x", code=1)
    assert "has no bug that could be withdrawn" in worked.person("bug", "HEAD~1", "--undo", code=1)
    assert worked.log("--all") == before
    assert worked.tracker("retro") + worked.tracker("activity") == (
        "No retrospective was kept here yet.\nNo activity was noted here yet.\n"
    )
    assert worked.json("verify")["ok"]


def test_commits_that_are_not_of_this_repository(worked: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other", worked.environment)
    strange = other.commit("feat: somewhere else")
    assert "names no commit here" in refused(worked, "grade", strange, "--agent", "good")
    assert "is not tracked" in other.run("grade", "--agent", "good").stderr
    older = worked.git("commit-tree", "HEAD^{tree}", "-m", "never reached").strip()
    assert "is not recorded here" in refused(worked, "grade", older, "--agent", "good")


# -- who may speak -------------------------------------------------------------------------------------------------


def test_an_agent_cannot_speak_for_the_user(worked: Repo) -> None:
    """Not even at a terminal, nor by saying that it is nobody."""
    words = ["grade", "HEAD~1", "--user", "excellence"]
    for env in (CLAUDE, CODEX, {"AI_AGENT": "somebody-new"}, CLAUDE | {"AGENT_TRACKER_AGENT": "human"}):
        assert "a user's grade needs a person at a terminal" in worked.person(*words, code=1, env=env)
    for more in (["attribute", "HEAD", "--agent", "codex"], ["reinstate", "claude-code", "--plan", "x"], ["review"]):
        assert "claude-code runs this command" in worked.person(*more, code=1, env=CLAUDE)
    assert grades_of(worked, "feat: 2") == (None, None)
    assert "docs/grading.md" in worked.run(*words).stderr


def test_an_agent_grades_its_own_work_and_nobody_else_s(worked: Repo) -> None:
    assert "was made by claude-code, and codex runs" in refused(worked, "grade", "HEAD~1", "--agent", "bad", env=CODEX)
    assert "keeps no journal of claude-code" in refused(
        worked, "activity", "--task", "x", "--agent", "claude-code", env=CODEX
    )
    worked.tracker("grade", "HEAD~1", "--agent", "good", env=CLAUDE | {"CLAUDE_CODE_IS_COWORK": "1"})


def test_the_configuration_may_let_others_speak_and_that_is_recorded(worked: Repo) -> None:
    worked.git("config", "agent-tracker.userNeedsTerminal", "false")
    worked.tracker("grade", "HEAD~1", "--user", "good", env=CLAUDE)
    (event,) = worked.json("grade", "HEAD~1")["history"]
    assert event["speaker"] == "claude-code, allowed by git config agent-tracker.userneedsterminal"
    worked.tracker("attribute", "HEAD", "--agent", "codex", env=CLAUDE)
    assert "claude-code, allowed by" in worked.json("explain", "HEAD")["corrections"][0]["speaker"]
    worked.git("config", "--unset", "agent-tracker.userNeedsTerminal")
    worked.person("attribute", "HEAD", "--undo")
    assert line_of(worked, "docs: by hand")["agent"] == "human"
