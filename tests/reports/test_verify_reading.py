"""``verify`` reads all of a ledger and holds little of it; what it cannot read it says."""

import tracemalloc
from pathlib import Path
from typing import Any, Final

import pytest

from tests.ledger.example_ledger import agent_evidence, commit_facts, differences, flush, project_entry
from tests.support import Repo
from tracker import keys
from tracker.ledger import Ledger, Table, entries
from tracker.ledger.tables import COMMITS, OIDS, SETUPS, STANDINGS
from tracker.model import Oid, ProjectId
from tracker.records import HolderRecord
from tracker.reports import verify

HERE, THERE, NEWER = (ProjectId(letter * 32) for letter in "abc")
MOST_BYTES: Final = 60
"""Bytes for each commit that ``verify`` may hold; the facts of one alone take some thousand."""


def recorded(ledger: Ledger, commits: int) -> None:
    flush(ledger, [project_entry(HERE)])
    evidence = [(), agent_evidence("codex", "m-1")]
    flush(
        ledger,
        [
            entries.CommitEntry(
                HERE,
                Oid(f"{number * 7_919:040x}"),
                commit_facts(1, live=True)._replace(evidence=evidence[number % 2], subject=f"feat: {number}"),
            )
            for number in range(commits)
        ],
    )


def most_held(ledger: Ledger) -> int:
    """Return the bytes that a verification holds at most."""
    with ledger.read() as snapshot:
        assert [*verify.differences(snapshot)] == []  # modules and caches are filled
        tracemalloc.start()
        assert [*verify.differences(snapshot)] == []
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


@pytest.mark.whole
def test_what_is_held_does_not_grow_with_the_commits(tmp_path: Path) -> None:
    few, many = Ledger(tmp_path / "few"), Ledger(tmp_path / "many")
    recorded(few, 100)
    recorded(many, 2100)
    assert most_held(many) - most_held(few) < 2000 * MOST_BYTES


def test_projects_of_both_object_formats_are_read_side_by_side(tmp_path: Path) -> None:
    """The oids of one format may begin with all of another's."""
    ledger = Ledger(tmp_path / "ledger")
    short = [Oid(letter * 40) for letter in "1a5"]
    facts = commit_facts(1, live=True)
    flush(ledger, [project_entry(project) for project in (HERE, THERE, NEWER)])
    flush(
        ledger,
        [
            *(entries.CommitEntry(project, oid, facts) for oid in short for project in (THERE, HERE)),
            *(entries.CommitEntry(NEWER, Oid(letter * 64), facts) for letter in "f50"),
        ],
    )
    assert differences(ledger) == []
    with ledger.write() as transaction:
        transaction.delete(OIDS, keys.holder(short[2], HERE))
        transaction.put(OIDS, keys.holder(Oid("5" * 64), HERE), HolderRecord())
        transaction.put(OIDS, keys.holder(Oid("f" * 40), THERE), HolderRecord())
    assert differences(ledger) == [
        f"commit {'5' * 40} is held by project {HERE} and project {THERE}, and the index says by project {THERE}.",
        f"commit {'5' * 64} is held by project {NEWER}, and the index says by project {HERE} and project {NEWER}.",
        f"commit {'f' * 40} is held by no project, and the index says by project {THERE}.",
    ]


def spoil(repo: Repo, table: Table[Any], key: bytes) -> None:
    with Ledger(repo.ledger_path).write() as transaction:
        transaction.put_bytes(table.name, key, b"not a record")


@pytest.mark.parametrize("table", [COMMITS, STANDINGS], ids=lambda table: table.name)
def test_a_commit_that_cannot_be_read_is_damage(repo: Repo, table: Table[Any], tmp_path: Path) -> None:
    repo.commit("feat: one")
    repo.settle()
    with Ledger(repo.ledger_path).read() as snapshot:
        key = next(iter(snapshot.keys(table)))
    spoil(repo, table, key)
    done = repo.run("verify", cwd=tmp_path)  # in the repository itself it would be set aside before
    assert done.returncode != 0
    assert "is damaged: it holds a record that cannot be read" in done.stderr


def test_another_record_that_cannot_be_read_is_damage(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: one")
    repo.settle()
    spoil(repo, SETUPS, b"\0" * 16)
    done = repo.run("verify", cwd=tmp_path)
    assert done.returncode == 1
    assert "is damaged: it holds a record that cannot be read" in done.stderr
