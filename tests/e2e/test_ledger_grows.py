"""A ledger that outgrows its map: the user reads one sentence, and git none."""

import contextlib
import subprocess

import pytest

from tests.ledger.tips import put_large_tips, put_tips
from tests.support import Repo, one, wait_for_recorders
from tracker.errors import LedgerFull
from tracker.ledger import Ledger
from tracker.ledger.map_size import FIRST_MAP

SENTENCE = (
    "has outgrown 64 MiB: it has room for 128 MiB now, and grows further by itself, up to its size limit of 2048 MiB."
)


@pytest.fixture
def full(repo: Repo) -> Repo:
    """A repository with a recorded commit, whose ledger has no room for another one in its map."""
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    ledger, number = Ledger(repo.ledger_path, size_limit=FIRST_MAP), 0
    ledger.change(lambda transaction: put_large_tips(transaction, 63))
    for count in (200, 20, 1):
        with contextlib.suppress(LedgerFull):
            while True:
                put_tips(ledger, count, number)
                number += count
    return repo


def held_subjects(repo: Repo) -> list[str]:
    return sorted(line["subject"] for line in repo.log())


@pytest.mark.recorded_later
@pytest.mark.whole
def test_sync_says_it_once(full: Repo) -> None:
    full.commit("feat: two")
    assert SENTENCE in one(full.run("sync").stderr.splitlines())
    full.commit("feat: three")
    assert full.run("sync").stderr == ""
    assert held_subjects(full) == ["feat: one", "feat: three", "feat: two"]
    assert full.ledger().examine() is None


@pytest.mark.recorded_later
@pytest.mark.whole
def test_json_has_it_among_the_notices(full: Repo) -> None:
    full.commit("feat: two")
    assert SENTENCE in one(full.json("sync")["notices"])


@pytest.mark.recorded_later
@pytest.mark.whole
def test_backfill_says_it_once(full: Repo) -> None:
    full.import_commits(500)
    assert SENTENCE in one(full.run("backfill").stderr.splitlines())
    assert len(full.log()) == 501


@pytest.mark.recorded_later
@pytest.mark.whole
def test_command_that_writes_feedback_says_it(full: Repo) -> None:
    done = full.run("grade", "HEAD", "--agent", "good", env={"CLAUDECODE": "1"})
    assert (done.returncode, SENTENCE in one(done.stderr.splitlines())) == (0, True)
    assert "good" in full.tracker("grade", "HEAD")


def test_recorder_of_a_hook_logs_it(full: Repo) -> None:
    words = ["git", "commit", "-q", "--allow-empty", "-m", "feat: two"]
    done = subprocess.run(words, cwd=full.path, env=full.environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    wait_for_recorders(full.folder.parent)
    assert (full.folder / "recorder.log").read_text().count(SENTENCE) == 1
    assert held_subjects(full) == ["feat: one", "feat: two"]
