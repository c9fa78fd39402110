"""``verify`` compares all commits of a project with git's, whatever the order in which both list them."""

import random

import pytest

from tests.support import Repo
from tracker import keys
from tracker.git import Repository
from tracker.git.reachable_commits import each_reachable
from tracker.ledger import Ledger
from tracker.ledger.commits import holders_of
from tracker.ledger.tables import COMMITS
from tracker.model import Oid

COMMITS_MADE = 600
"""So many that most first bytes of oids have commits, and some have none."""


@pytest.fixture
def worked(untracked: Repo) -> Repo:
    untracked.import_commits(COMMITS_MADE)
    untracked.tracker("init", "--backfill")
    return untracked


def found(repo: Repo, code: int = 1) -> list[str]:
    return list(repo.json("verify", code=code)["differences"])


def test_every_commit_that_only_one_of_them_has_is_named(worked: Repo) -> None:
    chance = random.Random(1)
    oids = [Oid(oid) for oid in worked.git("rev-list", "HEAD").split()]
    absent, dead = chance.sample(oids, 6)[:3], chance.sample(oids, 6)[3:]
    absent = [oid for oid in absent if oid not in dead]
    invented = [Oid(f"{chance.randrange(16**40):040x}") for _ in range(3)]
    with Ledger(worked.ledger_path).write() as transaction:
        (project,) = holders_of(transaction, oids[0])
        for oid in absent:
            transaction.delete(COMMITS, keys.commit(project, oid))
        for oid in dead:
            facts = transaction.get(COMMITS, keys.commit(project, oid))
            assert facts is not None
            transaction.put(COMMITS, keys.commit(project, oid), facts._replace(live=False))
            for made in invented:
                transaction.put(COMMITS, keys.commit(project, made), facts)
    expected = [
        *(
            f"commit {oid} is reachable but {'not recorded' if oid in absent else 'recorded as unreachable'}."
            for oid in sorted([*absent, *dead])
        ),
        *(f"commit {oid} is unreachable but recorded as reachable." for oid in sorted(invented)),
    ]
    assert [one for one in found(worked) if "reachable but" in one] == expected


def test_history_from_before_the_baseline_need_not_be_recorded(untracked: Repo) -> None:
    untracked.import_commits(20)
    untracked.tracker("init")
    untracked.git("merge", "-q", "--allow-unrelated-histories", "-m", "feat: merged", "HEAD")
    untracked.commit("feat: new")
    untracked.settle()
    assert found(untracked, code=0) == []
    oid = Oid(untracked.head())
    with Ledger(untracked.ledger_path).write() as transaction:
        (project,) = holders_of(transaction, oid)
        transaction.delete(COMMITS, keys.commit(project, oid))
    assert f"commit {oid} is reachable but not recorded." in found(untracked)


def test_a_commit_that_git_cannot_read_hides_no_other(repo: Repo) -> None:
    """Git's own walk stops there, and lists none of what it reaches otherwise; without hooks nothing else looked."""
    made = [repo.commit(f"feat: {number}", file=f"{number}.txt") for number in range(4)]
    repo.git("switch", "-q", "-c", "side", made[0])
    made.append(repo.commit("feat: side"))
    repo.settle()
    assert found(repo, code=0) == []
    (repo.path / ".git" / "objects" / made[1][:2] / made[1][2:]).unlink()
    unreachable = {f"commit {oid} is unreachable but recorded as reachable." for oid in made[1:2]}
    assert {*found(repo)} == unreachable


def test_git_lists_each_commit_once(worked: Repo) -> None:
    repository = Repository.discover(worked.path)
    tips = [Oid(worked.head()), Oid(worked.head("HEAD~5"))]
    listed = [*each_reachable(repository.common_dir, tips)]
    assert len(listed) == len({*listed}) == COMMITS_MADE
    assert {raw.hex() for raw in listed} == {*worked.git("rev-list", "HEAD").split()}
    assert [*each_reachable(repository.common_dir, [])] == []
