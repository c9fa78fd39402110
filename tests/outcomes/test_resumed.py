"""A pass that goes on from a saved state ends where one over the whole history ends."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outcomes.computed import computed, outcomes, recorded
from tests.outcomes.made_history import grow
from tests.program import WHOLE
from tests.support import Repo
from tracker.model import Oid
from tracker.outcome_records import OutcomeRecord
from tracker.outcomes import saved_state
from tracker.outcomes.history_pass import PassState

pytestmark = pytest.mark.recorded_later


@pytest.mark.parametrize("seed", range(3))
def test_in_parts_as_at_once(repo: Repo, seed: int) -> None:
    chance = random.Random(seed)
    in_parts: dict[Oid, OutcomeRecord] = {}
    for _ in range(4):
        grow(repo, chance, 12)
        in_parts = outcomes(repo)
    (repo.folder / "outcomes-state").unlink()
    assert outcomes(repo) == in_parts
    assert len(in_parts) == int(repo.git("rev-list", "--count", "HEAD"))


@pytest.mark.parametrize("back", [1, 4])
@pytest.mark.whole
def test_branch_that_is_moved_back(repo: Repo, back: int) -> None:
    for number in range(6):
        repo.commit(f"feat: {number}")
    assert len(outcomes(repo)) == 6
    repo.git("reset", "-q", "--hard", f"HEAD~{back}")
    assert outcomes(repo).keys() == {*repo.git("rev-list", "HEAD").split()}
    repo.commit("feat: other")
    assert outcomes(repo).keys() == {*repo.git("rev-list", "HEAD").split()}


@pytest.mark.whole
def test_changed_attributes_begin_anew(repo: Repo) -> None:
    repo.write("made.txt", "one\ntwo\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: made")
    made = Oid(repo.head())
    assert outcomes(repo)[made].added == 2
    repo.write(".gitattributes", "made.txt linguist-generated\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "chore: attributes")
    assert outcomes(repo)[made].added == 0


KILLED = """
import os, signal, sys
from tracker.__main__ import main
from tracker.outcomes import saved_state
saved_state.dump = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(main())
"""
"""The program, which is killed when it has written outcomes into the ledger and is about to save the state."""


def test_killed_between_the_ledger_and_the_state(repo: Repo, tmp_path: Path) -> None:
    chance = random.Random(4)
    grow(repo, chance, 10)
    outcomes(repo)
    grow(repo, chance, 10)
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    done = subprocess.run([sys.executable, program, "outcomes"], cwd=repo.path, env=repo.environment, check=False)
    assert done.returncode == -9
    grow(repo, chance, 5)
    found = outcomes(repo)
    (repo.folder / "outcomes-state").unlink()
    assert outcomes(repo) == found


@pytest.mark.parametrize("damage", ["empty", "noise", "truncated", "folder"])
def test_damaged_state_begins_anew(repo: Repo, damage: str) -> None:
    grow(repo, random.Random(2), 8)
    before = outcomes(repo)
    path = repo.folder / "outcomes-state"
    data = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes({"empty": b"", "noise": random.Random(1).randbytes(4000), "truncated": data[:-7]}[damage])
    repo.commit("feat: more")
    after = outcomes(repo)
    assert {oid: after[oid] for oid in before} == before
    assert path.is_file()


def test_nothing_new_writes_nothing(repo: Repo) -> None:
    grow(repo, random.Random(3), 4)
    outcomes(repo)
    before = (repo.folder / "outcomes-state").stat().st_mtime_ns
    with repo.ledger().read() as snapshot:
        state = snapshot.state()
    assert computed(repo).read == 0
    assert (repo.folder / "outcomes-state").stat().st_mtime_ns == before
    with repo.ledger().read() as snapshot:
        assert snapshot.state() == state
    assert recorded(repo)


def test_state_of_other_rules_is_none() -> None:
    data = saved_state.dump(PassState(), "one")
    assert saved_state.load(data, "two") is None


@pytest.mark.skipif(not WHOLE, reason="reads ten thousand commits")
def test_outcomes_of_many_commits_are_written_together(untracked: Repo) -> None:
    """Together they take more bytes than one record may."""
    untracked.import_commits(10_000, files=True)
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("outcomes")
    assert len(recorded(untracked)) == 10_000
