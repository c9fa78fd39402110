"""The ledger as a file: permissions, transactions, the size limit, and files that are no ledger."""

import struct
from pathlib import Path

import pytest

from tests.ledger.tips import OID, PROJECT, count_tips, put_tips
from tracker import keys
from tracker.errors import LedgerForeign, LedgerFull, LedgerUnavailable
from tracker.ledger import Ledger, migrations
from tracker.ledger.tables import COMMITS, LOG, MIGRATIONS, TABLES, TIPS
from tracker.model import Oid
from tracker.records import TipRecord


def test_folder_and_files_are_readable_by_the_owner_only(ledger: Ledger) -> None:
    put_tips(ledger, 1)
    assert ledger.path.stat().st_mode & 0o777 == 0o700
    assert (ledger.path / "data.mdb").stat().st_mode & 0o777 == 0o600


def test_reading_begins_a_ledger_where_there_is_none(ledger: Ledger) -> None:
    assert count_tips(ledger) == 0
    with ledger.read() as snapshot:
        assert snapshot.meta("schema") == len(migrations.STEPS)
        assert [record.name for _, record in snapshot.scan(MIGRATIONS)] == [step.name for step in migrations.STEPS]


def test_names_of_all_record_fields_are_stored(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        for table in TABLES:
            assert snapshot.meta(f"shape/{table.name}/1") == list(table.codec.fields)


def test_failed_transaction_writes_nothing(ledger: Ledger) -> None:
    put_tips(ledger, 1)

    def put_and_fail() -> None:
        with ledger.write() as transaction:
            transaction.put(TIPS, keys.tip(PROJECT, "other"), TipRecord("other", Oid("b" * 40)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert count_tips(ledger) == 1


def test_unlogged_tables_and_deletion_of_missing_records_are_not_logged(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put(TIPS, keys.tip(PROJECT, "x"), TipRecord("x", OID))
        transaction.delete(COMMITS, keys.commit(PROJECT, OID))
    with ledger.read() as snapshot:
        assert snapshot.count(LOG) == 0


def test_full_ledger_is_reported_and_written_with_a_larger_limit(tmp_path: Path) -> None:
    small = Ledger(tmp_path / "ledger", size_limit=1 << 20)
    put_tips(small, 100)
    with pytest.raises(LedgerFull, match=r"1 MiB.*sizeLimit"):
        put_tips(small, 20_000, start=100)
    assert count_tips(small) == 100
    large = Ledger(tmp_path / "ledger", size_limit=64 << 20)
    put_tips(large, 20_000, start=100)
    assert count_tips(large) == 20_100
    assert count_tips(small) == 20_100  # a limit below the file's size does not hinder reading
    with pytest.raises(LedgerFull):
        put_tips(small, 40_000, start=50_000)
    assert count_tips(small) == 20_100


def test_file_that_is_no_ledger_is_refused_and_unchanged(tmp_path: Path) -> None:
    content = b"my own data, thank you" * 100
    (tmp_path / "data.mdb").write_bytes(content)
    with pytest.raises(LedgerForeign, match="no ledger"), Ledger(tmp_path).write():
        raise AssertionError
    assert (tmp_path / "data.mdb").read_bytes() == content


def test_other_lmdb_format_is_refused_and_unchanged(tmp_path: Path) -> None:
    pages = bytearray(8192)
    for offset in (0, 4096):
        struct.pack_into("<II", pages, offset + 16, 0xBEEFC0DE, 2)  # LMDB's magic number and a later version
    (tmp_path / "data.mdb").write_bytes(pages)
    with pytest.raises(LedgerForeign, match="another format"), Ledger(tmp_path).write():
        raise AssertionError
    assert (tmp_path / "data.mdb").read_bytes() == pages


def test_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.path.write_text("hello", encoding="utf-8")
    with pytest.raises(LedgerUnavailable, match=r"cannot be opened|cannot be read"), ledger.write():
        raise AssertionError
