"""Starts of the recorder by our hooks: detached or, in sync mode, waited for; once for each command of git."""

import subprocess
from pathlib import Path

import pytest

from tests.hooks.interpreters import hold_recorders, note_starts
from tests.support import Repo, recorders, sized, wait_until


def test_git_with_captured_output_returns_before_the_recorder_ends(repo: Repo) -> None:
    gate = hold_recorders(repo)
    done = subprocess.run(
        ["git", "commit", "--allow-empty", "-m", "feat: one"],
        cwd=repo.path, env=repo.environment, capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    assert b"agent-tracker" not in done.stdout + done.stderr
    assert list((repo.folder / "spool").iterdir())
    wait_until(lambda: bool(recorders(repo.folder.parent)), lambda: "no recorder was started")
    gate.touch()
    repo.settle()
    assert len(repo.assert_recorded()) == 1


def test_who_reads_from_any_pipe_does_not_wait_for_the_recorder(repo: Repo) -> None:
    """Whatever the number of its descriptor: bats, for one, reads from 3."""
    gate = hold_recorders(repo)
    copies = " ".join(f"{number}>&1" for number in range(3, 10))
    line = f"exec {copies}; git commit --allow-empty -m 'feat: one' >/dev/null 2>&1"
    subprocess.run(
        ["bash", "-c", line], cwd=repo.path, env=repo.environment, stdout=subprocess.PIPE, check=True, timeout=300
    )
    wait_until(lambda: bool(recorders(repo.folder.parent)), lambda: "no recorder was started")
    gate.touch()
    repo.settle()
    assert len(repo.assert_recorded()) == 1


@pytest.mark.whole
def test_rebase_starts_one_recorder(repo: Repo) -> None:
    repo.commit("feat: base", file="base.txt")
    repo.git("switch", "-q", "-c", "topic")
    for number in range(sized(12, 4)):
        repo.commit(f"feat: {number}", file=f"{number}.txt")
    repo.git("switch", "-q", "main")
    repo.commit("feat: ahead", file="ahead.txt")
    repo.git("switch", "-q", "topic")
    repo.settle()
    starts = note_starts(repo)
    repo.git("rebase", "-q", "main")
    repo.settle()
    assert len(starts.read_text().splitlines()) == 1
    assert len(repo.assert_recorded()) == sized(12, 4) + 2


@pytest.mark.whole
def test_cherry_picks_and_patches_start_one_recorder(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: base", file="base.txt")
    repo.git("switch", "-q", "-c", "topic")
    count = sized(5, 3)
    picks = [repo.commit(f"feat: {number}", file=f"{number}.txt") for number in range(count)]
    repo.git("format-patch", "-q", "-o", str(tmp_path / "patches"), "main")
    repo.settle()
    starts = note_starts(repo)
    for branch, command in {
        "many-picks": ["cherry-pick", *picks],
        "patches": ["am", "-q", *sorted(map(str, (tmp_path / "patches").iterdir()))],
        "one-pick": ["cherry-pick", picks[0]],
    }.items():
        repo.git("switch", "-q", "-c", branch, "main")
        repo.settle()
        starts.write_text("")
        repo.git(*command)
        repo.settle()
        assert len(starts.read_text().splitlines()) == 1, branch
        assert repo.status_file()["head"]["oid"] == repo.head()
    assert len(repo.assert_recorded()) == 1 + 3 * count + 1


@pytest.mark.parametrize("scope", [[], ["--global"]], ids=["repository", "global"])
def test_sync_mode_waits_for_the_recorder(repo: Repo, scope: list[str]) -> None:
    repo.git("config", *scope, "agent-tracker.mode", "sync")
    for number in range(3):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}")
        assert repo.status_file()["head"]["oid"] == repo.head()
        assert not list((repo.folder / "spool").iterdir())
    assert len(repo.assert_recorded()) == 3
    starts = note_starts(repo)
    repo.git("config", *scope, "agent-tracker.mode", "detached")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: detached")
    repo.settle()
    assert len(starts.read_text().splitlines()) == 1
    assert "--foreground" not in starts.read_text()


@pytest.mark.whole
def test_mode_variable_applies_to_one_commit(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: waited for", env={"AGENT_TRACKER_MODE": "sync"})
    assert repo.status_file()["head"]["oid"] == repo.head()
    starts = note_starts(repo)
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: detached")
    repo.settle()
    assert "--foreground" not in starts.read_text()
