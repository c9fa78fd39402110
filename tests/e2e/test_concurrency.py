"""Many at once, and killed at any moment: nothing lost, nothing doubled, totals exact."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo, recorders, sized

pytestmark = pytest.mark.slow

COMMITTER = """
import subprocess, sys
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    while True:  # two processes in one work tree meet at index.lock and in COMMIT_EDITMSG, as they always do
        done = subprocess.run(
            ["git", "commit", "-q", "--allow-empty", "-m", f"feat: {name} {number}"], cwd=path, capture_output=True
        )
        if done.returncode == 0:
            break
        if b"lock" not in done.stderr and b"empty commit message" not in done.stderr:
            sys.exit(done.stderr.decode())
"""


def test_eight_processes_four_worktrees_two_repositories(tmp_path: Path, environment: dict[str, str]) -> None:
    each = sized(125, 25)
    repos = [Repo.make(tmp_path / name, environment) for name in ("one", "two")]
    places: list[Path] = []
    for repo in repos:
        repo.tracker("init")
        repo.commit(f"feat: first of {repo.path.name}")
        beside = repo.path.with_name(f"{repo.path.name}-beside")
        repo.git("worktree", "add", "-q", "-b", "beside", str(beside))
        places += [repo.path, beside]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", COMMITTER, str(places[number % 4]), f"writer-{number}", str(each)],
            env=environment | {"CLAUDECODE": "1"} if number < 4 else environment,
        )
        for number in range(8)
    ]
    assert [writer.wait() for writer in writers] == [0] * 8
    for repo in repos:
        repo.settle()
        assert len(repo.assert_recorded()) == 4 * each + 1
    everywhere = repos[0].log("--everywhere")
    assert len({line["oid"] for line in everywhere}) == len(everywhere) == 8 * each + 2
    verdict = repos[0].json("verify")
    assert (verdict["ok"], verdict["commits"]) == (True, 8 * each + 2)
    sheets = [repos[0].json("status", name) for name in ("claude-code", "human")]
    assert sum(sheet["total_commits"] for sheet in sheets) == 8 * each + 2


def test_the_recorder_killed_at_random_moments(repo: Repo) -> None:
    """SIGKILL at random moments of its life, also inside the transaction; one sync afterwards mends everything."""
    chance = random.Random(20_240_229)
    killed = 0
    rounds = 0
    enough = sized(200, 25)
    while killed < enough:
        rounds += 1
        assert rounds < 2000, f"only {killed} recorders could be caught"
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {rounds}", env={"CLAUDECODE": "1"})
        time.sleep(chance.uniform(0.0, 0.35))
        for process in recorders(repo.folder.parent):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed += 1
        if rounds % 25 == 0:
            repo.git(
                "commit", "-q", "--amend", "--allow-empty", "-m", f"feat: {rounds}, amended", env={"CLAUDECODE": "1"}
            )
    repo.tracker("sync")
    lines = repo.assert_recorded()
    assert len(lines) == rounds
    assert {line["agent"] for line in lines} == {"claude-code"}
    assert repo.json("sync")["spooled"] == 0
    assert repo.json("doctor")["facts"]["waiting_events"] == 0


def test_two_commands_and_a_recorder_at_once(repo: Repo) -> None:
    for number in range(5):
        repo.commit(f"feat: {number}")
        syncs = [
            subprocess.Popen([*TRACKER, "sync"], cwd=repo.path, env=repo.environment, stdout=subprocess.DEVNULL)
            for _ in range(3)
        ]
        assert [sync.wait() for sync in syncs] == [0, 0, 0]
    repo.settle()
    assert len(repo.assert_recorded()) == 5


def test_a_backfill_killed_and_begun_again(untracked: Repo) -> None:
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@example.com> {1_600_000_000 + number} +0000\ndata 3\nc{number % 10}\n"
        f"M 100644 inline f\ndata {len(str(number))}\n{number}\n"
        for number in range(9000)
    )
    untracked.git("fast-import", "--quiet", stdin=stream)
    untracked.tracker("init")
    chance = random.Random(7)
    for _ in range(6):
        with subprocess.Popen(
            [*TRACKER, "backfill"], cwd=untracked.path, env=untracked.environment, stdout=subprocess.DEVNULL
        ) as process:
            time.sleep(chance.uniform(0.3, 1.2))
            process.kill()
    assert untracked.json("verify")["ok"]
    outcome = untracked.json("backfill")
    assert outcome["recorded"] + outcome["already_known"] == 9000
    assert len(untracked.assert_recorded()) == 9000
    assert untracked.json("backfill")["recorded"] == 0
