"""Migration of older ledgers to the present schema, and refusal of newer ones."""

import pytest

from tests.ledger.tips import count_tips, put_tips
from tracker.errors import LedgerNewer
from tracker.ledger import Ledger, migrations
from tracker.ledger.migrations import Migration
from tracker.ledger.tables import MIGRATIONS, TIPS, Transaction


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
