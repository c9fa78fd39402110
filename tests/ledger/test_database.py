"""The ledger as a file: permissions, transactions, the size limit, and files that are no ledger."""

import struct
from pathlib import Path

import lmdb
import orjson
import pytest

from tests.ledger.example_ledger import commit_facts, differences, flush, project_entry
from tests.ledger.tips import OID, PROJECT, count_tips, put_tips
from tests.lineage.claims import claim
from tracker import keys
from tracker.errors import LedgerForeign, LedgerFull, LedgerNewer, LedgerUnavailable
from tracker.ledger import Ledger, codec, entries, integrity, migrations
from tracker.ledger.tables import COMMITS, MIGRATIONS, TIPS
from tracker.model import Oid
from tracker.records import TipRecord

OTHER = Oid("c" * 40)


def test_folder_and_files_are_readable_by_the_owner_only(ledger: Ledger) -> None:
    put_tips(ledger, 1)
    assert ledger.path.stat().st_mode & 0o777 == 0o700
    assert (ledger.path / "data.mdb").stat().st_mode & 0o777 == 0o600


def test_reading_begins_a_ledger_where_there_is_none(ledger: Ledger) -> None:
    assert count_tips(ledger) == 0
    with ledger.read() as snapshot:
        assert snapshot.meta("schema") == len(migrations.STEPS)
        assert [record.name for _, record in snapshot.scan(MIGRATIONS)] == [step.name for step in migrations.STEPS]


def test_failed_transaction_writes_nothing(ledger: Ledger) -> None:
    put_tips(ledger, 1)

    def put_and_fail() -> None:
        with ledger.write() as transaction:
            transaction.put(TIPS, keys.tip(PROJECT, "other"), TipRecord("other", Oid("b" * 40)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert count_tips(ledger) == 1


def test_sequence_grows_with_each_transaction_that_changes_anything(ledger: Ledger) -> None:
    """The status file orders states of the ledger by it."""
    put_tips(ledger, 1)
    numbers = []
    for change in (True, False, True):
        with ledger.write() as transaction:
            numbers.append(transaction.meta("sequence"))
            if change:
                transaction.delete(TIPS, next(iter(transaction.keys(TIPS))))
                transaction.put(TIPS, keys.tip(PROJECT, "x"), TipRecord("x", OID))
            transaction.delete(COMMITS, keys.commit(PROJECT, OID))
    first, second, third = numbers
    assert first < second == third


def test_update_keeps_the_fields_that_a_newer_version_added(ledger: Ledger) -> None:
    key, tail = keys.tip(PROJECT, "x"), ["added later", {"also": [1]}]
    with ledger.write() as transaction:
        transaction.put(TIPS, key, TipRecord("x", OID))
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin(write=True) as raw:
        raw.put(key, orjson.dumps([1, "x", OID, *tail]), db=environment.open_db(b"tips", txn=raw))
    with ledger.write() as transaction:
        transaction.put(TIPS, key, TipRecord("x", Oid("b" * 40)))
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin() as raw:
        value = raw.get(key, db=environment.open_db(b"tips", txn=raw, create=False))
    assert orjson.loads(bytes(value or b"")) == [1, "x", "b" * 40, *tail]
    with ledger.read() as snapshot:
        assert snapshot.get(TIPS, key) == TipRecord("x", Oid("b" * 40))


@pytest.mark.parametrize("is_suspect", [False, True], ids=["sound", "suspect"])
def test_ledger_with_an_unknown_field_inside_a_record_is_refused_and_unchanged(
    ledger: Ledger, is_suspect: bool
) -> None:
    """A newer version wrote it: it is neither damage nor anything that could be kept."""
    commits = [entries.CommitEntry(PROJECT, oid, commit_facts(1, live=True)) for oid in (OID, OTHER)]
    flush(ledger, [project_entry(PROJECT), *commits, entries.ClaimEntry(OID, claim(OTHER))])
    key = keys.related(OID, OTHER)
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin(write=True) as raw:
        database = environment.open_db(b"rewrites", txn=raw)
        version, (stored,) = orjson.loads(bytes(raw.get(key, db=database) or b""))
        raw.put(key, orjson.dumps([version, [[*stored, "added later"]]]), db=database)
    if is_suspect:
        (ledger.path / integrity.SUSPECT).touch()
    before = (ledger.path / "data.mdb").read_bytes()
    for use in (
        ledger.examine,
        ledger.recover,
        lambda: differences(ledger),
        lambda: flush(ledger, [entries.LivenessEntry(PROJECT, OID, live=False)]),
    ):
        with pytest.raises(LedgerNewer, match="upgrade agent-tracker"):
            use()
    assert (ledger.path / "data.mdb").read_bytes() == before
    assert not (ledger.path / "set-aside").exists()


def test_update_of_a_commit_with_added_fields_writes_its_defaults_too(ledger: Ledger) -> None:
    """Fields are told by their position, so none before the added ones may be left out."""
    flush(ledger, [project_entry(PROJECT), entries.CommitEntry(PROJECT, OID, commit_facts(1, live=True))])
    key = keys.commit(PROJECT, OID)
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin(write=True) as raw:
        database = environment.open_db(b"commits", txn=raw)
        facts = codec.FACTS.decode(bytes(raw.get(key, db=database) or b""))
        raw.put(key, codec.FACTS.encode(facts, ["added later"]), db=database)
    flush(ledger, [entries.PushEntry(PROJECT, OID)])
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin() as raw:
        value = bytes(raw.get(key, db=environment.open_db(b"commits", txn=raw, create=False)) or b"")
    assert codec.FACTS.tail(value) == ["added later"]
    assert codec.FACTS.decode(value).pushed


def test_full_ledger_is_reported_and_written_with_a_larger_limit(tmp_path: Path) -> None:
    small = Ledger(tmp_path / "ledger", size_limit=1 << 20)
    put_tips(small, 100)
    with pytest.raises(LedgerFull, match=r"1 MiB: raise it: .* size-limit 2GiB; new commits wait in the spool"):
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
