"""Many processes at once, and processes killed at any time: every commit is recorded once and totals are exact."""

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
    while True:  # two processes in one worktree collide at index.lock and in COMMIT_EDITMSG
        done = subprocess.run(
            ["git", "commit", "-q", "--allow-empty", "-m", f"feat: {name} {number}"], cwd=path, capture_output=True
        )
        if done.returncode == 0:
            break
        if b"lock" not in done.stderr and b"empty commit message" not in done.stderr:
            sys.exit(done.stderr.decode())
"""


def test_eight_processes_commit_in_four_worktrees_of_two_repositories(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    each = sized(125, 4)
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


def test_recorders_killed_at_random_times_lose_no_commit(repo: Repo) -> None:
    """SIGKILL also arrives inside transactions; one sync afterwards records everything."""
    chance = random.Random(20_240_229)
    killed = 0
    rounds = 0
    wanted = sized(200, 8)
    while killed < wanted:
        rounds += 1
        assert rounds < 2000, f"only {killed} recorders could be caught"
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {rounds}", env={"CLAUDECODE": "1"})
        time.sleep(chance.uniform(0.0, 0.35))  # chooses the time of the kill and waits for nothing
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


def test_commit_that_a_rebase_makes_again_at_once_keeps_its_agent(repo: Repo) -> None:
    """The rebase's list names the commit as rewritten into itself, whether its recorder has looked already or not."""
    rounds = sized(40, 3)
    repo.commit("feat: base", env={"CLAUDECODE": "1"})
    for number in range(rounds):
        date = {"GIT_COMMITTER_DATE": f"{1_800_000_000 + number} +0000"}
        oid = repo.commit(f"feat: {number}", env={"CLAUDECODE": "1"} | date)
        repo.git("rebase", "-q", "--force-rebase", "HEAD~1", env=date)
        assert repo.head() == oid
    repo.settle()
    repo.assert_recorded_by_agent(rounds + 1)


@pytest.mark.whole
def test_three_syncs_and_recorder_at_once(repo: Repo) -> None:
    for number in range(5):
        repo.commit(f"feat: {number}")
        syncs = [
            subprocess.Popen([*TRACKER, "sync"], cwd=repo.path, env=repo.environment, stdout=subprocess.DEVNULL)
            for _ in range(3)
        ]
        assert [sync.wait() for sync in syncs] == [0, 0, 0]
    repo.settle()
    assert len(repo.assert_recorded()) == 5


@pytest.mark.whole
def test_backfill_killed_and_started_again_records_all(untracked: Repo) -> None:
    commits = sized(9000, 1200)
    untracked.import_commits(commits, files=True)
    untracked.tracker("init")
    chance = random.Random(7)
    for _ in range(6):
        with subprocess.Popen(
            [*TRACKER, "backfill"], cwd=untracked.path, env=untracked.environment, stdout=subprocess.DEVNULL
        ) as process:
            time.sleep(chance.uniform(0.3, 1.2))  # chooses the time of the kill and waits for nothing
            process.kill()
    assert untracked.json("verify")["ok"]
    outcome = untracked.json("backfill")
    assert outcome["recorded"] + outcome["already_known"] == commits
    assert len(untracked.assert_recorded()) == commits
    assert untracked.json("backfill")["recorded"] == 0
