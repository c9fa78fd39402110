"""``verify --quick``: what shows in counts, sums and the newest commits, without reading all."""

from pathlib import Path

import pytest

from tests.support import Repo
from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.commits import holders_of
from tracker.ledger.tables import COMMITS, OIDS, STANDINGS
from tracker.model import Oid


@pytest.fixture
def worked(repo: Repo) -> Repo:
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.settle()
    repo.tracker("backfill")
    return repo


def quick(repo: Repo, code: int = 0) -> list[str]:
    return list(repo.json("verify", "--quick", code=code)["differences"])


def test_a_sound_ledger_agrees(worked: Repo) -> None:
    assert quick(worked) == []
    said = " ".join(worked.tracker("verify", "--quick").split())
    assert said == (
        "The ledger holds 3 commits; its counts, its sums and the newest commits of git agree. 'agent-tracker verify'"
        " compares all."
    )


def test_only_what_was_compared_is_said_to_agree(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: before init")
    untracked.tracker("init", "--hooks", "none")
    for place in (untracked.path, tmp_path):
        assert "; its counts and its sums agree." in untracked.run("verify", "--quick", cwd=place).stdout


def test_rows_that_are_missing_are_found(worked: Repo) -> None:
    oid = Oid(worked.head())
    with Ledger(worked.ledger_path).write() as transaction:
        (project,) = holders_of(transaction, oid)
        facts = transaction.get(COMMITS, keys.commit(project, oid))
        assert facts is not None
        transaction.delete(COMMITS, keys.commit(project, oid))
    found = quick(worked, code=1)
    assert "there are 2 commits and 3 standings, and there must be as many." in found
    assert "there are 2 commits and 3 holders, and there must be as many." in found
    assert f"commit {oid} of project {project} has a standing, and is not recorded at that time." in found
    assert f"commit {oid} is reachable but not recorded." in found


def test_commits_that_are_taken_for_unreachable_are_found(worked: Repo) -> None:
    oid = Oid(worked.head("HEAD~1"))
    with Ledger(worked.ledger_path).write() as transaction:
        (project,) = holders_of(transaction, oid)
        facts = transaction.get(COMMITS, keys.commit(project, oid))
        assert facts is not None
        transaction.put(COMMITS, keys.commit(project, oid), facts._replace(live=False))
    assert quick(worked, code=1) == [f"commit {oid} is reachable but recorded as unreachable."]


def test_standings_without_a_commit_are_found(worked: Repo) -> None:
    oid = Oid(worked.head())
    with Ledger(worked.ledger_path).write() as transaction:
        (project,) = holders_of(transaction, oid)
        facts = transaction.get(COMMITS, keys.commit(project, oid))
        assert facts is not None
        standing = transaction.get(STANDINGS, keys.standing(project, facts.committed_at, oid))
        assert standing is not None
        transaction.put(STANDINGS, keys.standing(project, facts.committed_at + 5, oid), standing)
        assert transaction.count(OIDS) == 3
    assert len(quick(worked, code=1)) == 2
