"""Two sessions of one agent that commit and grade at once, and a reader of the status file meanwhile."""

import json
import select
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

SESSION: Final = Path(__file__).with_name("commit_and_grade.py")
WRITER: Final = Path(__file__).with_name("grade_each_line.py")


def begin(script: Path, *arguments: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", str(script), *arguments], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_two_sessions_that_commit_and_grade_lose_nothing(untracked: Repo, tmp_path: Path) -> None:
    """Each session makes 500 commits and gives 500 grades (80 by default)."""
    each = sized(500, 40)
    untracked.tracker("init", "--hooks", "none")
    untracked.git(*CLAUDE, "commit", "-q", "--allow-empty", "-m", "feat: first")
    untracked.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    places = [str(untracked.path), str(tmp_path / "beside")]
    sessions = [
        begin(SESSION, place, name, str(each), env=untracked.environment)
        for place, name in zip(places, "ab", strict=True)
    ]
    for session in sessions:
        session.communicate()
    assert [session.returncode for session in sessions] == [0, 0]
    lines = untracked.assert_recorded()
    assert len(lines) == 2 * each + 1
    found = [line["grades"]["agent"] for line in lines if line["subject"] != "feat: first"]
    assert sorted(found) == sorted(GRADES * (each // 2))
    sheet = untracked.json("status", "claude-code")
    assert sheet["total_commits"] == sheet["experience_points"] == 2 * each + 1
    assert sheet["communication_score"] == min(60 + each // 2 * sum(GRADES), 100 * sheet["skill_points"])
    with untracked.ledger().read() as snapshot:
        assert snapshot.count(COMMUNICATION) == 2 * each


@pytest.mark.whole
def test_status_file_is_never_absent_invalid_or_older(repo: Repo) -> None:
    """It is read at least 10,000 times while two processes flush 150 times each (1,500 and 40 by default).

    Both processes flush at once in each round, and the next round starts when both are done and the file was read, so
    that the reader sees a new state in every round, however fast the machine is.
    """
    flushes = sized(150, 20)
    reads_per_round = sized(10_000, 800) // flushes
    repo.commit("feat: graded", env={"CLAUDECODE": "1"})
    repo.settle()
    path, project = repo.path / ".agent" / "status.json", repo.project()
    writers = [begin(WRITER, str(repo.path), env=repo.environment) for _ in range(2)]
    newest, states = read(path)["as_of"]["sequence"], set[int]()
    for _ in range(flushes):
        for writer in writers:
            order_flush(writer)
        busy = list(writers)
        reads = 0
        while reads <= reads_per_round or busy:
            busy = [writer for writer in busy if not has_flushed(writer)]
            content = read(path)
            assert content["as_of"]["sequence"] >= newest
            assert content["agent_name"] == "claude-code"
            assert content["project"]["id"] == project
            newest = content["as_of"]["sequence"]
            states.add(newest)
            reads += 1
            time.sleep(0.0005)  # leaves the processor to the writers
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(states) >= flushes
    assert repo.json("status")["as_of"]["sequence"] == newest
    assert repo.json("verify")["ok"]


def order_flush(writer: "subprocess.Popen[bytes]") -> None:
    assert writer.stdin
    writer.stdin.write(b"\n")
    writer.stdin.flush()


def has_flushed(writer: "subprocess.Popen[bytes]") -> bool:
    """Return True once the writer has answered an order, without waiting for it."""
    assert writer.stdout
    if not select.select([writer.stdout], [], [], 0)[0]:
        return False
    assert writer.stdout.readline() == b"\n", "the writer has ended"
    return True


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content
