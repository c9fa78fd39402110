"""Outcomes of a branch whose newest commits were rewritten: those of a pass over all of it, though few are read."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outcomes.computed import computed, outcomes, recorded
from tests.outcomes.made_history import grow
from tests.support import Repo
from tracker.git import Repository
from tracker.model import Oid
from tracker.outcome_records import OutcomeRecord
from tracker.outcomes import checkpoint
from tracker.outcomes.catch_up import state_of
from tracker.project.project import open_project

pytestmark = pytest.mark.recorded_later
STATE, UNDO, CHECKPOINT = "outcomes-state", "outcomes-undo", "outcomes-checkpoint"


def anew(repo: Repo) -> dict[Oid, OutcomeRecord]:
    """Return the outcomes of a pass over the whole branch."""
    for name in (STATE, UNDO, CHECKPOINT):
        (repo.folder / name).unlink(missing_ok=True)
    return outcomes(repo)


def rewrite(repo: Repo, chance: random.Random) -> None:
    """Amend, drop or reorder the newest commits, or go back behind them."""
    back = chance.randrange(1, 6)
    match chance.choice(("amend", "reset", "squash", "rebase")):
        case "amend":
            repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"fix: amended {chance.random()}")
        case "reset":
            repo.git("reset", "-q", "--hard", f"HEAD~{back}", code=None)
        case "squash":
            repo.git("reset", "-q", "--soft", f"HEAD~{back}", code=None)
            repo.git("commit", "-q", "--allow-empty", "-m", f"feat: squashed {chance.random()}")
        case _:
            repo.git("rebase", "-q", "--force-rebase", f"HEAD~{back}", code=None)
            repo.git("rebase", "--abort", code=None)


def missing(repo: Repo) -> int:
    return state_of(open_project(Repository.discover(repo.path), {})).missing


@pytest.mark.parametrize("seed", range(4))
def test_rewritten_in_parts_as_at_once(repo: Repo, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With checkpoints that move often, so that some rewrites go behind one."""
    monkeypatch.setattr("tracker.outcomes.compute.MOST_LANDINGS", 8)
    monkeypatch.setattr("tracker.outcomes.compute.BEHIND", 4)
    chance = random.Random(seed)
    grow(repo, chance, 12)
    for _ in range(6):
        grow(repo, chance, chance.randrange(4))
        outcomes(repo)
        rewrite(repo, chance)
        if chance.random() < 0.5:
            outcomes(repo)
    found = outcomes(repo)
    assert found.keys() == {*repo.git("rev-list", "HEAD").split()}
    assert repo.json("verify")["ok"]
    assert found == anew(repo)


@pytest.mark.whole
def test_amended_tip_reads_few_commits(repo: Repo) -> None:
    """The first look has no checkpoint; the amended tip begins anew then, and sets one."""
    repo.import_commits(60)
    outcomes(repo)
    for number in range(3):
        expected = checkpoint.BEHIND if number else int(repo.git("rev-list", "--count", "HEAD"))
        repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"fix: amended {number}")
        assert missing(repo) == expected
        assert computed(repo).read == expected
    assert recorded(repo) == anew(repo)


def test_branch_goes_back_to_the_checkpoint_itself(repo: Repo) -> None:
    repo.import_commits(20)
    outcomes(repo)
    repo.commit("feat: more")
    outcomes(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert computed(repo).read == 0
    assert recorded(repo) == anew(repo)


@pytest.mark.whole
def test_another_ledger_has_no_use_for_the_checkpoint(repo: Repo) -> None:
    """Its outcomes go as far as a commit that the checkpoint does not know."""
    grow(repo, random.Random(1), 6)
    outcomes(repo)
    file = repo.ledger_path / "data.mdb"
    ledger = file.read_bytes()
    for number in range(3):
        repo.commit(f"feat: {number}")
        outcomes(repo)
    (repo.folder / UNDO).unlink()
    repo.commit("feat: and more")
    outcomes(repo)
    file.write_bytes(ledger)
    repo.git("commit", "-q", "--amend", "-m", "fix: other")
    found = outcomes(repo)
    assert found == anew(repo)


@pytest.mark.parametrize("name", [UNDO, CHECKPOINT])
@pytest.mark.parametrize("damage", ["empty", "noise", "truncated", "missing", "folder"])
@pytest.mark.whole
def test_damaged_checkpoint_begins_anew(repo: Repo, name: str, damage: str) -> None:
    grow(repo, random.Random(2), 8)
    outcomes(repo)
    repo.commit("feat: more")
    outcomes(repo)
    path = repo.folder / name
    data = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes({"empty": b"", "noise": random.Random(1).randbytes(400), "truncated": data[:-7]}[damage])
    repo.git("commit", "-q", "--amend", "-m", "fix: other")
    found = outcomes(repo)
    repo.commit("feat: after it")
    outcomes(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert outcomes(repo) == found
    assert found == anew(repo)


KILLED = """
import os, signal, sys
from tracker.__main__ import main
from tracker.ledger.buffer import EntryBuffer
from tracker.outcomes import saved_state
def end(*_): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv.pop(1) == "before":
    EntryBuffer.flush = end
else:
    saved_state.dump = end
sys.exit(main())
"""
"""The program, which is killed before it has written outcomes into the ledger, or after that, before the state."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("is_rewritten", [False, True])
@pytest.mark.whole
def test_killed_while_it_writes(repo: Repo, tmp_path: Path, when: str, is_rewritten: bool) -> None:
    chance = random.Random(4)
    grow(repo, chance, 10)
    outcomes(repo)
    grow(repo, chance, 3)
    outcomes(repo)
    repo.git("commit", "-q", "--amend", "-m", "fix: amended")
    grow(repo, chance, 3)
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    repo.tracker("sync")
    words: list[str | Path] = [sys.executable, program, when, "outcomes"]
    assert subprocess.run(words, cwd=repo.path, env=repo.environment, check=False).returncode == -9
    if is_rewritten:
        repo.git("commit", "-q", "--amend", "-m", "fix: amended once more")
    found = outcomes(repo)
    assert repo.json("verify")["ok"]
    assert found == anew(repo)


@pytest.mark.whole
def test_checkpoint_of_many_changes_is_given_up(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_MOST_CHANGED", 3)
    grow(repo, random.Random(3), 6)
    outcomes(repo)
    grow(repo, random.Random(5), 6)
    outcomes(repo)
    assert not (repo.folder / UNDO).exists()
    repo.git("commit", "-q", "--amend", "-m", "fix: other")
    assert outcomes(repo) == anew(repo)
