"""Ledgers of an older schema, which are merged and exported as they would be after their migration."""

import shutil
from pathlib import Path

import pytest

from tests.exchange.conftest import elsewhere
from tests.exchange.random_ledgers import exported
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_facts, flush, grade_entry, take_places_away
from tests.support import Repo
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import COMMITS


@pytest.fixture
def older(tmp_path: Path) -> Ledger:
    """A ledger of schema 8, in which statements of one second are equal, or are grades of one commit."""
    ledger = Ledger(tmp_path / "older")
    flush(ledger, BASE)
    flush(ledger, [entries.CommitEntry(PROJECTS[0], OIDS[0], commit_facts(0, live=True, agent="codex"))])
    flush(ledger, [grade_entry(OIDS[0], 5, 1000), grade_entry(OIDS[0], -1, 1000)])
    for _ in range(2):
        flush(ledger, [entries.BugEntry("codex", PROJECTS[0], OIDS[0], "same", "", 1000, "a person")])
    for _ in range(3):
        flush(ledger, [entries.ActivityEntry("codex", "cart", "", "", "", 1000, PROJECTS[0])])
    take_places_away(ledger)
    return ledger


def user_grades(ledger: Ledger) -> set[int | None]:
    with ledger.read() as snapshot:
        return {facts.user_grade for _, facts in snapshot.scan(COMMITS)}


def test_an_older_ledger_is_merged_as_after_its_migration(told: Repo, older: Ledger, tmp_path: Path) -> None:
    migrated = Ledger(shutil.copytree(older.path, tmp_path / "migrated"))
    migrated.begin()
    before = (older.path / "data.mdb").read_bytes()
    file = tmp_path / "older.tar.gz"
    told.tracker("backup", "--ledger", str(older.path), str(file))
    found = {}
    for name, source in {"migrated": migrated.path, "folder": older.path, "backup": file}.items():
        here = elsewhere(told, tmp_path / f"into-{name}")
        here.tracker("merge", str(source))
        found[name] = Ledger(here.path / "ledger")
    assert (older.path / "data.mdb").read_bytes() == before
    assert exported(found["folder"]) == exported(found["backup"]) == exported(found["migrated"]) == exported(migrated)
    assert user_grades(found["folder"]) == {-1, None}


def test_an_older_ledger_is_exported_as_after_its_migration(told: Repo, older: Ledger, tmp_path: Path) -> None:
    here = elsewhere(told, tmp_path / "outside")
    events = here.tracker("export", "--ledger", str(older.path)).encode()
    older.begin()
    assert events == exported(older)
