"""Migration of older ledgers to the present schema, and refusal of newer ones."""

from typing import Any

import lmdb
import orjson
import pytest

from tests.ledger.example_ledger import (
    BASE,
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_facts,
    contents,
    differences,
    flush,
    grade_entry,
    take_places_away,
)
from tests.ledger.tips import count_tips, put_tips
from tests.lineage.claims import claim
from tracker import keys
from tracker.errors import LedgerNewer, LedgerOlder
from tracker.ledger import Ledger, entries, integrity, migrations, tables
from tracker.ledger.commits import held_by
from tracker.ledger.migrations import Migration
from tracker.ledger.tables import (
    ACTIVITIES,
    AGENT_TOTALS,
    BUGS,
    COMMUNICATION,
    MIGRATIONS,
    RETROSPECTIVES,
    STANDINGS,
    TIPS,
    TOTALS,
    Table,
    Transaction,
)
from tracker.lineage.sums import SUMS, by_column
from tracker.model import GRADE_NAMES, Moment, Oid
from tracker.records import CommitStanding
from tracker.scoring import DEFAULT

NUMBERED: dict[str, Table[Any]] = {one.name: one for one in (BUGS, COMMUNICATION, RETROSPECTIVES, ACTIVITIES)}


def test_newer_schema_is_refused_with_both_versions(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put_meta("schema", 99)
    with pytest.raises(LedgerNewer, match=rf"schema 99; this one knows schema {len(migrations.STEPS)}"):
        put_tips(ledger, 1)
    with pytest.raises(LedgerNewer):
        count_tips(ledger)


def test_older_ledger_is_migrated_once_when_it_is_read(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tips(ledger, 3)
    applied: list[int] = []

    def step(transaction: Transaction) -> None:
        applied.append(transaction.count(TIPS))
        transaction.put_meta("extra", "here")

    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, Migration("999-extra", step)])
    assert count_tips(ledger) == 3
    put_tips(ledger, 1)
    assert applied == [3]
    with ledger.read() as snapshot:
        assert snapshot.meta("schema") == len(migrations.STEPS)
        assert [record.name for _, record in snapshot.scan(MIGRATIONS)] == [step.name for step in migrations.STEPS]


def test_failed_migration_changes_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tips(ledger, 3)

    def step(transaction: Transaction) -> None:
        transaction.put_meta("half", 1)
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", [*migrations.STEPS, Migration("999-bad", step)])
        with pytest.raises(ValueError, match=r"^$"):
            put_tips(ledger, 1)
    with ledger.read() as snapshot:
        assert (snapshot.meta("schema"), snapshot.meta("half")) == (len(migrations.STEPS), None)


def test_step_finds_the_values_of_the_version_it_was_written_for(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen step knows values as JSON arrays: it must work on bytes, whatever the codecs have become since."""

    def step(transaction: Transaction) -> None:
        for key, _ in [*transaction.scan(TIPS)]:
            version, name, oid = orjson.loads(transaction.get_bytes("tips", key) or b"")
            transaction.put_bytes("tips", key, orjson.dumps([version, f"{name}-moved", oid]))

    put_tips(ledger, 2)
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, Migration("999-rename", step)])
    with ledger.read() as snapshot:
        assert all(tip.name.endswith("-moved") for _, tip in snapshot.scan(TIPS))


@pytest.fixture
def old_ledger(ledger: Ledger) -> Ledger:
    """A ledger of the layout before the first release: a table ``log``, shapes of records, commits in one record."""
    ledger.path.mkdir(parents=True)
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin(write=True) as raw:
        meta = environment.open_db(b"meta", txn=raw)
        for name, value in {"schema": 2, "created": 1, "sequence": 5, "shape/commits/1": ["parents"]}.items():
            raw.put(name.encode(), orjson.dumps(value), db=meta)
        old = [1, [], "A", "a@x", 1, 0, "A", "a@x", 1, 0, "feat: x", "feat", 1, 1, 1, "human", "human", None, "low"]
        raw.put(b"\1" * 36, orjson.dumps(old), db=environment.open_db(b"commits", txn=raw))
        raw.put(b"\0" * 8, orjson.dumps([1, "commits", "00", 1]), db=environment.open_db(b"log", txn=raw))
    return ledger


def test_ledger_of_a_layout_with_other_keys_is_refused(ledger: Ledger) -> None:
    put_tips(ledger, 1)
    with ledger.write() as transaction:
        transaction.put_meta("layout", migrations.LAYOUT - 1)
    with pytest.raises(LedgerOlder, match=r"agent-tracker backfill"):
        put_tips(ledger, 1)
    with pytest.raises(LedgerOlder):
        count_tips(ledger)


@pytest.mark.parametrize("is_suspect", [False, True], ids=["sound", "suspect"])
def test_ledger_of_the_layout_before_the_first_release_is_refused_and_unchanged(
    old_ledger: Ledger, is_suspect: bool
) -> None:
    if is_suspect:
        (old_ledger.path / integrity.SUSPECT).touch()
    before = (old_ledger.path / "data.mdb").read_bytes()
    refused = pytest.raises(LedgerOlder, match=r"move it away \(mv .*agent-tracker backfill")
    with refused:
        old_ledger.examine()
    with refused:
        old_ledger.recover()
    with refused:
        put_tips(old_ledger, 1)
    with refused:
        count_tips(old_ledger)
    assert (old_ledger.path / "data.mdb").read_bytes() == before
    assert not (old_ledger.path / "set-aside").exists()


def test_ledger_without_accounts_by_variant_gets_its_totals_anew(ledger: Ledger) -> None:
    """Schema 1: accounts without agent version and instruction files, bugs without them, no lifetimes."""
    bug = entries.BugEntry("codex", PROJECTS[0], OIDS[3], "it broke", "", 5)
    flush(ledger, [*BASE, grade_entry(OIDS[1], 5, 1), bug])
    right = contents(ledger)
    with ledger.write() as transaction:
        for table in (TOTALS, AGENT_TOTALS):
            for key in [*transaction.keys(table)]:
                transaction.delete(table, key)
        row = [1, "codex", "agent", None, PROJECTS[0], "feat", 24_000, [9, 9]]
        transaction.put_bytes("totals", b"\0" * 36, orjson.dumps(row))
        for key, record in [*transaction.scan(BUGS)]:
            transaction.put(BUGS, key, record._replace(month=1))
        transaction.delete(MIGRATIONS, migrations.STEPS[1].name.encode())
        transaction.put_meta("schema", 1)
    assert contents(ledger) == right
    assert differences(ledger) == []


def test_versions_of_commits_and_their_costs_are_in_the_totals_of_a_migrated_ledger(ledger: Ledger) -> None:
    """A ledger from before costs names no versions in its standings."""
    seen = entries.EvidenceEntry(
        PROJECTS[0], OIDS[0], agent_evidence("codex"), "post-commit", moments=(Moment("1", agent_evidence("codex")),)
    )
    flush(ledger, [*BASE, seen, entries.ClaimEntry(OIDS[0], claim(OIDS[3], "amend"))])
    before = contents(ledger)
    with ledger.write() as transaction:
        for key, standing in [*transaction.scan(STANDINGS)]:
            transaction.put(STANDINGS, key, standing._replace(stands_for=()))
        transaction.put_meta("schema", 2)
        transaction.delete(MIGRATIONS, b"003-costs")
    assert contents(ledger) == before
    assert differences(ledger) == []
    assert any(standing.stands_for == (OIDS[0],) for _, standing in standings_in(ledger))


def test_makers_of_a_migrated_ledger_follow_from_the_evidence(ledger: Ledger) -> None:
    """A ledger from before evidence confirmed other evidence has lower confidences."""
    flush(ledger, BASE)
    before = contents(ledger)
    with ledger.write() as transaction:
        for key, standing in [*transaction.scan(STANDINGS)]:
            transaction.put(STANDINGS, key, standing._replace(confidence="medium", model="another"))
        transaction.put_meta("schema", 5)
        transaction.delete(MIGRATIONS, b"006-confirmed")
    assert contents(ledger) == before
    assert differences(ledger) == []


def test_commits_of_a_migrated_ledger_count_in_the_clone_that_is_here(ledger: Ledger) -> None:
    """A ledger from before counted what clones share in that of another computer, if that was tracked first."""
    bug = entries.BugEntry("codex", PROJECTS[0], OIDS[3], "it broke", "", 5)
    flush(ledger, [*BASE, bug])
    with ledger.write() as transaction:
        key = keys.project(PROJECTS[0])
        record = transaction.get(tables.PROJECTS, key)
        assert record is not None
        transaction.put(tables.PROJECTS, key, record._replace(is_foreign=True))
        transaction.put_meta("schema", 9)
        transaction.delete(MIGRATIONS, b"010-nearest-clone")
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        held = held_by(snapshot, OIDS[3])
        [charged] = [one for _, one in snapshot.scan(BUGS)]
    assert [project for project, commit in held.items() if commit.standing.counted] == [PROJECTS[1]]
    assert (charged.project, charged.counted_in) == (PROJECTS[0], PROJECTS[1])


def test_grades_of_fetched_commits_are_in_the_totals_of_a_migrated_ledger(ledger: Ledger) -> None:
    """A ledger from before they were counted has shorter rows of sums."""
    oid = Oid("7" * 40)
    facts = commit_facts(7, live=True, agent="codex")._replace(origin="fetched")
    flush(ledger, [*BASE, entries.CommitEntry(PROJECTS[0], oid, facts), grade_entry(oid, 2, 1)])
    before = contents(ledger)
    with ledger.write() as transaction:
        for key, record in [*transaction.scan(TOTALS)]:
            transaction.put(TOTALS, key, record._replace(sums=record.sums[: len(SUMS) - len(GRADE_NAMES)]))
        transaction.put_meta("schema", 6)
        transaction.delete(MIGRATIONS, b"007-fetched-grades")
    assert contents(ledger) == before
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        rows = [record.sums for _, record in snapshot.scan(TOTALS)]
    assert sum(by_column(row)["fetched_user_good"] for row in rows) == 1


def standings_in(ledger: Ledger) -> list[tuple[bytes, CommitStanding]]:
    with ledger.read() as snapshot:
        return [*snapshot.scan(STANDINGS)]


def test_equal_statements_of_an_older_ledger_are_numbered(ledger: Ledger) -> None:
    """Without places two equal bugs of one second would be one in every other ledger."""
    flush(ledger, BASE)
    bug = entries.BugEntry("codex", PROJECTS[0], None, "crash", "", 7)
    grade = grade_entry(OIDS[0], 2, 7)
    look = entries.RetrospectiveEntry("codex", PROJECTS[0], "s-1", True, "", 2, None, "", 7, DEFAULT)
    note = entries.ActivityEntry("codex", "cart", "", "", "", 7)
    for entry in (bug, bug, grade, grade._replace(grade=-1), look, look._replace(agent_grade=-1), note, note):
        flush(ledger, [entry])
    withdrawn = entries.BugEntry("codex", PROJECTS[0], OIDS[0], "wrong", "", 9)
    flush(ledger, [withdrawn])
    flush(ledger, [entries.BugWithdrawalEntry(PROJECTS[0], OIDS[0], 10)])
    with ledger.read() as snapshot:
        wanted = {name: [*snapshot.scan(table)] for name, table in NUMBERED.items()}
    take_places_away(ledger)
    with ledger.write():
        pass
    with ledger.read() as snapshot:
        assert {name: [*snapshot.scan(table)] for name, table in NUMBERED.items()} == wanted
    assert differences(ledger) == []
