"""Migration of older ledgers to the present schema, and refusal of newer ones."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_record, differences, flush, grade_entry
from tests.ledger.tips import count_tips, put_tips
from tracker import keys
from tracker.errors import LedgerNewer
from tracker.feedback_records import BugRecord, RetrospectiveRecord
from tracker.ledger import Ledger, migrations
from tracker.ledger.migrations import Migration
from tracker.ledger.tables import BUGS, COMMITS, MIGRATIONS, RETROSPECTIVES, REVERTS, TIPS, TOTALS, Transaction


def test_newer_schema_is_refused_with_both_versions(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put_meta("schema", 99)
    with pytest.raises(LedgerNewer, match=rf"schema 99 .* schema {len(migrations.STEPS)}"):
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


def test_ledger_of_the_first_schema_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "ledger")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", migrations.STEPS[:1])
        write_ledger_of_first_schema(ledger)
        assert differences(ledger)
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        assert snapshot.count(REVERTS) == 2
        assert snapshot.meta("shape/bugs/1")[-1] == "is_local"
        assert [bug.month for _, bug in snapshot.scan(BUGS)] == [keys.month(commit_record(0, live=False).authored_at)]
        subjects = [record.subject for _, record in snapshot.newest(RETROSPECTIVES, keys.agent("codex"))]
        assert subjects == [OIDS[0]]


def write_ledger_of_first_schema(ledger: Ledger) -> None:
    """Write a ledger without index of reverts, with a bug, a grade and a retrospective in their first form.

    Call it while the later migration steps are removed.
    """
    flush(ledger, BASE)
    flush(ledger, [grade_entry(OIDS[0], 5, 1)])
    with ledger.write() as transaction:
        for key, _ in [*transaction.scan(REVERTS)]:
            transaction.delete(REVERTS, key)
        for key, commit in [*transaction.scan(COMMITS)]:
            transaction.put(COMMITS, key, commit._replace(reverted=False))
        bug = BugRecord("codex", PROJECTS[0], OIDS[0], "it broke", "", 1_700_000_000)
        transaction.put(BUGS, keys.report("codex", 7), bug)
        retrospective = RetrospectiveRecord("codex", OIDS[0], "", None, None, 60, 62, "well", 1_700_000_000)
        transaction.put(RETROSPECTIVES, keys.agent("codex") + keys.digest(OIDS[0]), retrospective)
        for key, total in [*transaction.scan(TOTALS)]:
            transaction.put(TOTALS, key, total._replace(sums=total.sums[:20]))
