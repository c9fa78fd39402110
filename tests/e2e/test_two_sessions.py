"""Two sessions of one agent at once, and somebody who reads the status file all the while."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import Repo, sized
from tracker.ledger.tables import COMMUNICATION
from tracker.model import GradeValue

pytestmark = pytest.mark.slow

CLAUDE: Final = ("-c", "user.name=Claude", "-c", "user.email=noreply@anthropic.com")
GRADES: Final[tuple[GradeValue, ...]] = (-1, 1, 2, 5)

SESSION: Final = """
import subprocess, sys, time
from pathlib import Path
from tracker.feedback import grades
from tracker.feedback.grades import Opinion
from tracker.model import Oid
from tracker.recording.reconcile import reconcile
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.feedback.actor import Speaker

place, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
who = Speaker("claude-code", terminal=False)
session = open_project(Repository.find(place), {}, deadline=60.0)
git = ["git", "-c", "user.name=Claude", "-c", "user.email=noreply@anthropic.com"]
waiting = []
for number in range(count):
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"feat: {name} {number}"], cwd=place, check=True)
    waiting.append(session.repository.head())
    if len(waiting) == 10:
        reconcile(session)
        for place_, oid in enumerate(waiting):
            grade = (-1, 1, 2, 5)[(number + place_) % 4]
            grades.record_words(session, [oid], [Opinion("agent", grade, name)], "", who, "command line")
        waiting = []
"""

WRITER: Final = """
import sys
from pathlib import Path
from tracker.feedback import grades
from tracker.feedback.grades import Opinion
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.feedback.actor import Speaker

session = open_project(Repository.find(Path(sys.argv[1])), {}, deadline=60.0)
oid = session.repository.head()
for number in range(int(sys.argv[2])):
    opinion = Opinion("agent", (-1, 1, 2, 5)[number % 4], f"note {number}")
    grades.give(session, [oid], [opinion], "", Speaker("claude-code", terminal=False), "command line")
"""


def begin(script: str, *arguments: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-I", "-c", script, *arguments], env=env)


def test_nothing_is_lost_between_two_that_commit_and_grade(untracked: Repo, tmp_path: Path) -> None:
    """Each of two sessions makes 500 commits and gives 500 grades (80 by default)."""
    each = sized(500, 80)
    untracked.tracker("init", "--hooks", "none")
    untracked.git(*CLAUDE, "commit", "-q", "--allow-empty", "-m", "feat: first")
    untracked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    places = [str(untracked.path), str(tmp_path / "beside")]
    sessions = [
        begin(SESSION, place, name, str(each), env=untracked.environment)
        for place, name in zip(places, "ab", strict=True)
    ]
    assert [session.wait() for session in sessions] == [0, 0]
    lines = untracked.assert_recorded()
    assert len(lines) == 2 * each + 1
    found = [line["grades"]["agent"] for line in lines if line["subject"] != "feat: first"]
    assert sorted(found) == sorted(GRADES * (each // 2))
    sheet = untracked.json("status", "claude-code")
    assert sheet["total_commits"] == sheet["experience_points"] == 2 * each + 1
    assert sheet["communication_score"] == min(60 + each // 2 * sum(GRADES), 100 * sheet["skill_points"])
    with untracked.ledger().read() as snapshot:
        assert snapshot.count(COMMUNICATION) == 2 * each


def test_the_status_file_is_never_absent_invalid_or_older(repo: Repo) -> None:
    """10,000 reads and more, while two processes flush 150 times each (1,500 reads and 40 flushes by default)."""
    flushes = sized(150, 40)
    repo.commit("feat: graded", env={"CLAUDECODE": "1"})
    repo.settle()
    path = repo.path / ".agent" / "status.json"
    writers = [begin(WRITER, str(repo.path), str(flushes), env=repo.environment) for _ in range(2)]
    reads = 0
    newest, states = read(path)["as_of"]["sequence"], set[int]()
    while reads < sized(10_000, 1500) or any(writer.poll() is None for writer in writers):
        content = read(path)
        assert content["as_of"]["sequence"] >= newest
        assert content["agent_name"] == "claude-code"
        assert content["project"]["id"] == repo.project()
        newest = content["as_of"]["sequence"]
        states.add(newest)
        reads += 1
        time.sleep(0.0005)  # the writers need the processor too
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(states) > flushes // 3
    assert repo.json("status")["as_of"]["sequence"] == newest
    assert repo.json("verify")["ok"]


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content
