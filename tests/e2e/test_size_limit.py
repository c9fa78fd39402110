"""A history that is larger than the size limit: what fits is recorded, and the rest once the limit is raised."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.support import Repo, sized, wait_for_recorders
from tracker.ledger import Ledger
from tracker.ledger.map_size import MIB
from tracker.ledger.tables import COMMITS as COMMITS_TABLE

MEBIBYTES = sized(2, 1)
COMMITS = 3_000 * MEBIBYTES
LIMIT = MEBIBYTES * MIB


@pytest.fixture
def small(untracked: Repo) -> Iterator[Repo]:
    """A repository whose ledger may take little."""
    untracked.tracker("init")
    untracked.git("config", "agent-tracker.sizeLimit", f"{MEBIBYTES}MiB")
    yield untracked
    wait_for_recorders(untracked.folder.parent)


def import_history(repo: Repo) -> None:
    """Make a history that takes more than the ledger may."""
    repo.import_commits(COMMITS, files=True)
    repo.git("reset", "-q", "--hard")


def assert_refused(repo: Repo, command: str) -> None:
    done = repo.run(command)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert f"has reached its size limit of {MEBIBYTES} MiB: raise it: agent-tracker config set" in sentence
    assert done.stdout == ""


def held_commits(repo: Repo) -> int:
    """Assert that the ledger is whole and nearly full; return how many commits it holds."""
    ledger = Ledger(repo.ledger_path, size_limit=LIMIT)
    assert ledger.examine() is None
    assert ledger.size() > LIMIT * 9 // 10
    with ledger.read() as snapshot:
        assert snapshot.used_bytes() > LIMIT * 8 // 10
        return snapshot.count(COMMITS_TABLE)


def assert_the_rest_is_recorded_with_a_larger_limit(repo: Repo, command: str, commits: int) -> None:
    held = held_commits(repo)
    repo.git("config", "agent-tracker.sizeLimit", "64MiB")
    done = repo.json(command)
    assert (done["recorded"], done["notices"]) == (commits - held, [])
    assert len(repo.assert_recorded()) == commits


def test_backfill(untracked: Repo) -> None:
    import_history(untracked)
    untracked.tracker("init")
    untracked.git("config", "agent-tracker.sizeLimit", f"{MEBIBYTES}MiB")
    assert_refused(untracked, "backfill")
    held = held_commits(untracked)
    assert_refused(untracked, "backfill")
    assert held <= held_commits(untracked) <= held + 200
    assert_the_rest_is_recorded_with_a_larger_limit(untracked, "backfill", COMMITS)


@pytest.mark.whole
def test_sync(small: Repo) -> None:
    import_history(small)
    assert_refused(small, "sync")
    assert_the_rest_is_recorded_with_a_larger_limit(small, "sync", COMMITS)


@pytest.mark.whole
def test_hook(small: Repo) -> None:
    """Git hears nothing of it, and the event waits."""
    import_history(small)
    small.write("file", "content")
    small.git("add", "file")
    words = ["git", "commit", "-q", "-m", "feat: one more"]
    done = subprocess.run(words, cwd=small.path, env=small.environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    wait_for_recorders(small.folder.parent)
    assert len(small.waiting_events()) == 1
    assert f"has reached its size limit of {MEBIBYTES} MiB" in (small.folder / "recorder.log").read_text()
    assert_the_rest_is_recorded_with_a_larger_limit(small, "sync", COMMITS + 1)
    assert small.waiting_events() == []
