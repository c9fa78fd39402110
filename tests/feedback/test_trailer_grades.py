"""Grades in the trailers of commit messages."""

from typing import Final

import pytest

from tests.feedback.output import (
    CLAUDE,
    communication,
    grades_of,
    history_of,
)
from tests.program import TRACKER
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later

GRADED: Final = "feat: graded\n\nAgent-Note: all of it\nTask: the parser\nAgent-Grade: good"


def test_trailer_grade_counts_as_agent_grade_until_it_changes(repo: Repo) -> None:
    repo.commit(f"{GRADED}\n\nCo-authored-by: Claude <noreply@anthropic.com>", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((2, None), 62)
    event = one(history_of(repo))
    assert (event["source"], event["note"], event["task"]) == ("trailer", "all of it", "the parser")
    repo.git("commit", "-q", "--amend", "--no-edit", "--allow-empty", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((2, None), 62)
    repo.tracker("grade", "--agent", "bad", env=CLAUDE)
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((-1, None), 59)
    # The trailer is unchanged, so the later grade holds.
    repo.git("commit", "-q", "--amend", "--no-edit", "--date", "2024-01-01T00:00:00Z", env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((-1, None), 59)
    repo.git("commit", "-q", "--amend", "-m", GRADED.replace("good", "excellence"), env=CLAUDE)
    repo.settle()
    assert (grades_of(repo, "feat: graded"), communication(repo)) == ((5, None), 65)
    assert repo.json("verify")["ok"]


def test_cherry_pick_does_not_count_the_trailer_grade_again(repo: Repo) -> None:
    repo.commit("feat: base", file="base.txt", env=CLAUDE)
    repo.git("switch", "-q", "-c", "side")
    repo.commit(GRADED, file="graded.txt", env=CLAUDE)
    repo.git("switch", "-q", "main")
    repo.git("cherry-pick", "side", env=CLAUDE)
    repo.settle()
    assert communication(repo) == 62
    assert repo.json("verify")["ok"]


def test_commit_time_beyond_the_calendar_is_shown_as_its_last_day(repo: Repo) -> None:
    tree = repo.git("write-tree").strip()
    identity = "Claude <noreply@anthropic.com> 999999999999999 +0000"
    text = f"tree {tree}\nauthor {identity}\ncommitter {identity}\n\nfeat: far\n\nAgent-Grade: good\n"
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
    ids=["unknown grade", "indented", "quoted", "code block", "subject", "user's grade"],
)
def test_malformed_or_quoted_trailer_gives_no_grade(repo: Repo, message: str) -> None:
    repo.commit(message, env=CLAUDE)
    repo.settle()
    assert [line["grades"] for line in repo.log()] == [{"agent": None, "user": None}]


def test_note_in_a_trailer_is_shortened_and_cleaned(repo: Repo) -> None:
    note = "\x1b[31mred\x1b[0m \xe9 " + "x" * 1_000_000
    repo.write("message", f"feat: x\n\nAgent-Grade: good\nAgent-Note: {note}\n".encode("latin-1"))
    repo.git("-c", "i18n.commitEncoding=utf-8", "commit", "-q", "--allow-empty", "-F", "message", env=CLAUDE)
    repo.settle()
    event = one(history_of(repo))
    assert event["grade"] == 2
    assert 3990 < len(event["note"]) <= 4000
    assert "\x1b" not in event["note"] + repo.tracker("grade")
