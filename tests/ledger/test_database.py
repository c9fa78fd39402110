"""The ledger as a file: locking, limits, damage, schema. Real LMDB, real processes."""

import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import lmdb
import pytest

from tracker import keys
from tracker.errors import LedgerBusy, LedgerDamaged, LedgerForeign, LedgerFull, LedgerNewer, LedgerUnavailable
from tracker.ledger import Ledger, codec, integrity, migrations
from tracker.ledger.migrations import Migration
from tracker.ledger.tables import COMMITS, LOG, MIGRATIONS, PATHS, TABLES, TIPS, Transaction
from tracker.model import Oid, ProjectId
from tracker.records import PathRecord, TipRecord

PROJECT = ProjectId("ab" * 16)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "deep" / "er" / "ledger.lmdb", deadline=0.3)


def put_tips(ledger: Ledger, count: int, start: int = 0) -> None:
    with ledger.write() as transaction:
        for number in range(start, start + count):
            transaction.put(TIPS, keys.tip(PROJECT, str(number)), TipRecord(f"{number}" + "x" * 200, Oid("a" * 40)))


def count_tips(ledger: Ledger) -> int:
    with ledger.read() as snapshot:
        return snapshot.count(TIPS)


def test_it_makes_its_folder_for_the_owner_alone(ledger: Ledger) -> None:
    put_tips(ledger, 1)
    assert ledger.path.stat().st_mode & 0o777 == 0o700
    assert (ledger.path / "data.mdb").stat().st_mode & 0o777 == 0o600


def test_reading_a_ledger_that_was_never_written_begins_one(ledger: Ledger) -> None:
    assert count_tips(ledger) == 0
    with ledger.read() as snapshot:
        assert snapshot.meta("schema") == len(migrations.STEPS)
        assert [record.name for _, record in snapshot.scan(MIGRATIONS)] == [step.name for step in migrations.STEPS]


def test_the_names_of_every_records_fields_are_in_it(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        for table in TABLES:
            assert snapshot.meta(f"shape/{table.name}/1") == list(table.codec.fields)


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger) -> None:
    put_tips(ledger, 1)

    def put_and_fail() -> None:
        with ledger.write() as transaction:
            transaction.put(TIPS, keys.tip(PROJECT, "other"), TipRecord("other", Oid("b" * 40)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert count_tips(ledger) == 1


def test_logged_changes_are_numbered_and_unlogged_are_not(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put(TIPS, keys.tip(PROJECT, "x"), TipRecord("x", Oid("a" * 40)))
        transaction.delete(COMMITS, keys.commit(PROJECT, Oid("a" * 40)))
    with ledger.read() as snapshot:
        tables = [record.table for _, record in snapshot.scan(LOG)]
    assert tables == []


def test_a_second_writer_gives_up_at_the_deadline_and_says_who(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put_meta("x", 1)
        # Another process, since one process may not open an environment twice.
        code = (
            "import sys; from pathlib import Path; from tracker.ledger import Ledger\n"
            "from tracker.errors import LedgerBusy\n"
            "try:\n with Ledger(Path(sys.argv[1]), deadline=0.2).write(): pass\n"
            "except LedgerBusy as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(ledger.path)], capture_output=True, text=True, check=True
        )
    assert f"process {os.getpid()}" in done.stdout


def test_a_suspended_writer_stops_nobody_for_longer_than_the_deadline(ledger: Ledger) -> None:
    put_tips(ledger, 1)
    code = (
        "import sys, time; from pathlib import Path; from tracker.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])).write(): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(ledger.path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGSTOP)
        with pytest.raises(LedgerBusy, match=f"process {writer.pid}"):
            put_tips(ledger, 1)
        assert count_tips(ledger) == 1  # reading does not wait for writers
        writer.kill()
    put_tips(ledger, 2)
    assert count_tips(ledger) == 2


def test_eight_processes_that_grow_it_lose_nothing(ledger: Ledger) -> None:
    code = (
        "import sys; from pathlib import Path; from tracker.ledger import Ledger\n"
        "from tracker.ledger.tables import TIPS; from tracker.records import TipRecord; from tracker import keys\n"
        "me = sys.argv[2]\n"
        "for n in range(25):\n"
        " with Ledger(Path(sys.argv[1]), deadline=60).write() as t:\n"
        "  for m in range(20): t.put(TIPS, keys.tip('ab'*16, f'{me}/{n}/{m}'), TipRecord('x'*300, 'a'*40))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(ledger.path), str(me)]) for me in range(8)]
    assert [writer.wait() for writer in writers] == [0] * 8
    assert count_tips(ledger) == 8 * 25 * 20


def test_a_full_map_is_said_and_a_larger_limit_mends_it(tmp_path: Path) -> None:
    small = Ledger(tmp_path / "ledger", size_limit=1 << 20)
    put_tips(small, 100)
    with pytest.raises(LedgerFull, match=r"1 MiB.*sizeLimit"):
        put_tips(small, 20_000, start=100)
    assert count_tips(small) == 100
    large = Ledger(tmp_path / "ledger", size_limit=64 << 20)
    put_tips(large, 20_000, start=100)
    assert count_tips(large) == 20_100
    assert count_tips(small) == 20_100  # a smaller limit still reads
    with pytest.raises(LedgerFull):
        put_tips(small, 40_000, start=50_000)
    assert count_tips(small) == 20_100


def test_a_newer_schema_is_refused_with_both_versions(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put_meta("schema", 99)
    with pytest.raises(LedgerNewer, match=rf"schema 99 .* schema {len(migrations.STEPS)}"):
        put_tips(ledger, 1)
    with pytest.raises(LedgerNewer):
        count_tips(ledger)


def test_an_older_ledger_is_migrated_once_by_named_steps(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tips(ledger, 3)
    applied: list[int] = []

    def step(transaction: Transaction) -> None:
        applied.append(transaction.count(TIPS))
        transaction.put_meta("extra", "here")

    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, Migration("999-extra", step)])
    assert count_tips(ledger) == 3  # reading is enough
    put_tips(ledger, 1)
    assert applied == [3]
    with ledger.read() as snapshot:
        assert snapshot.meta("schema") == len(migrations.STEPS)
        assert [record.name for _, record in snapshot.scan(MIGRATIONS)] == [step.name for step in migrations.STEPS]


def test_a_migration_that_fails_changes_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
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


class TestDamage:
    @pytest.fixture(autouse=True)
    def filled(self, ledger: Ledger) -> None:
        put_tips(ledger, 500)

    def data(self, ledger: Ledger) -> Path:
        return ledger.path / "data.mdb"

    def assert_set_aside(self, ledger: Ledger, *, word: str) -> None:
        """The next write works on a new ledger, one sentence says so, and the old bytes are kept."""
        old = self.data(ledger).read_bytes()
        put_tips(ledger, 1)
        assert count_tips(ledger) == 1
        assert len(ledger.notices) == 1
        assert word in ledger.notices[0]
        kept = list((ledger.path / "set-aside").glob("*/data.mdb"))
        assert [path.read_bytes() for path in kept] == [old]

    def test_emptied(self, ledger: Ledger) -> None:
        self.data(ledger).write_bytes(b"")
        self.assert_set_aside(ledger, word="empty")

    @pytest.mark.parametrize("left", [1, 100, 4096, 8192, 20_000])
    def test_truncated(self, ledger: Ledger, left: int) -> None:
        with self.data(ledger).open("r+b") as file:
            file.truncate(left)
        self.assert_set_aside(ledger, word="damaged")

    def test_overwritten_head(self, ledger: Ledger) -> None:
        with self.data(ledger).open("r+b") as file:
            file.write(b"not a database" * 100)
        self.assert_set_aside(ledger, word="does not begin as one")

    def test_zeroed_middle_is_found_when_it_is_read(self, ledger: Ledger) -> None:
        size = self.data(ledger).stat().st_size
        with self.data(ledger).open("r+b") as file:
            file.seek(8192)
            file.write(b"\0" * (size - 8192))
        with pytest.raises(LedgerDamaged):
            count_tips(ledger)
        assert ledger.recover()
        assert count_tips(ledger) == 0
        assert len(list((ledger.path / "set-aside").glob("*/data.mdb"))) == 1

    def test_a_sound_ledger_is_never_set_aside(self, ledger: Ledger) -> None:
        assert not ledger.recover()
        assert count_tips(ledger) == 500

    def test_a_value_that_is_no_record_is_damage(self, ledger: Ledger) -> None:
        with lmdb.open(str(ledger.path), max_dbs=20) as environment, environment.begin(write=True) as raw:
            raw.put(b"\0" * 32, b"\xff\xfe", db=environment.open_db(b"tips", txn=raw))
        with pytest.raises(LedgerDamaged), ledger.read() as snapshot:
            list(snapshot.scan(TIPS))
        assert ledger.recover()

    def test_gone_is_told_from_new(self, ledger: Ledger) -> None:
        self.data(ledger).unlink()
        put_tips(ledger, 1)
        assert "gone" in ledger.notices[0]

    def test_a_garbage_lock_file_heals(self, ledger: Ledger) -> None:
        (ledger.path / "lock.mdb").write_bytes(os.urandom(8192))
        put_tips(ledger, 501)
        assert count_tips(ledger) == 501

    def test_examine_finds_what_opening_does_not(self, ledger: Ledger) -> None:
        assert ledger.examine() is None
        with self.data(ledger).open("r+b") as file:
            file.seek(3 * 4096 + 200)
            file.write(os.urandom(3000))
        assert ledger.examine() is not None


def test_a_stranger_s_file_is_never_moved(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_bytes(b"my own data, thank you" * 100)
    with pytest.raises(LedgerForeign, match="no ledger"), Ledger(tmp_path).write():
        raise AssertionError
    assert (tmp_path / "data.mdb").read_bytes().startswith(b"my own data")


def test_another_lmdb_format_is_refused_and_left_alone(tmp_path: Path) -> None:
    page = bytearray(8192)
    for offset in (0, 4096):
        struct.pack_into("<II", page, offset + 16, 0xBEEFC0DE, 2)
    (tmp_path / "data.mdb").write_bytes(page)
    with pytest.raises(LedgerForeign, match="another format"), Ledger(tmp_path).write():
        raise AssertionError
    assert (tmp_path / "data.mdb").read_bytes() == page


def test_a_file_where_the_folder_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("hello", encoding="utf-8")
    with (
        pytest.raises(LedgerUnavailable, match=r"cannot be opened|cannot be read"),
        Ledger(tmp_path / "ledger").write(),
    ):
        raise AssertionError


def test_readers_are_never_held_up(ledger: Ledger) -> None:
    """Threads of one process take turns through processes in real life; here: many short reads between writes."""
    put_tips(ledger, 10)
    failures: list[BaseException] = []

    def read() -> None:
        code = (
            "import sys; from pathlib import Path; from tracker.ledger import Ledger\n"
            "from tracker.ledger.tables import TIPS\n"
            "for _ in range(50):\n"
            " with Ledger(Path(sys.argv[1])).read() as s: assert s.count(TIPS) >= 10\n"
        )
        try:
            subprocess.run([sys.executable, "-c", code, str(ledger.path)], check=True)
        except subprocess.CalledProcessError as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(50):
        put_tips(ledger, 5, start=10 + 5 * number)
    for reader in readers:
        reader.join()
    assert failures == []


class TestSeals:
    """Each page is looked at when somebody else wrote to the file, and only then."""

    @pytest.fixture
    def looked(self, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
        looked: list[Path] = []
        examine = integrity.examine

        def watched(directory: Path) -> str | None:
            looked.append(directory)
            return examine(directory)

        monkeypatch.setattr(integrity, "examine", watched)
        return looked

    def test_not_in_ordinary_life(self, ledger: Ledger, looked: list[Path]) -> None:
        for number in range(3):
            put_tips(ledger, 1, start=number)
            count_tips(ledger)
        with pytest.raises(RuntimeError), ledger.write():
            raise RuntimeError
        put_tips(ledger, 1, start=4)
        assert looked == []

    def test_not_for_one_writer_that_was_killed(self, ledger: Ledger, looked: list[Path]) -> None:
        put_tips(ledger, 1)
        self.kill_a_writer(ledger)
        put_tips(ledger, 2)
        assert count_tips(ledger) == 2
        assert looked == []

    def test_after_several_writers_in_a_row_that_ended_badly(self, ledger: Ledger, looked: list[Path]) -> None:
        """Perhaps it is the file that kills them."""
        put_tips(ledger, 1)
        for _ in range(3):
            self.kill_a_writer(ledger)
        put_tips(ledger, 2)
        assert looked == [ledger.path]
        put_tips(ledger, 3)
        assert len(looked) == 1

    def test_when_another_program_wrote_to_it(self, ledger: Ledger, looked: list[Path]) -> None:
        put_tips(ledger, 1)
        os.utime(ledger.path / "data.mdb", (1, 1))
        assert count_tips(ledger) == 1
        put_tips(ledger, 2)
        put_tips(ledger, 2)
        assert count_tips(ledger) == 2
        assert len(looked) == 1

    def kill_a_writer(self, ledger: Ledger) -> None:
        code = (
            "import os, sys; from pathlib import Path; from tracker.ledger import Ledger\n"
            "with Ledger(Path(sys.argv[1])).write(): os.kill(os.getpid(), 9)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(ledger.path)], check=False)
        assert done.returncode == -signal.SIGKILL


def test_no_damaged_page_ends_the_process(ledger: Ledger) -> None:
    """LMDB ends a process that meets such a page with a failed assertion; here it is found before."""
    for start in range(0, 600, 150):
        put_tips(ledger, 150, start=start)
    sound = (ledger.path / "data.mdb").read_bytes()
    code = (
        "import sys; from pathlib import Path; from tracker.errors import LedgerDamaged; from tracker import keys\n"
        "from tracker.ledger import Ledger; from tracker.ledger.tables import TIPS\n"
        "from tracker.records import TipRecord\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "def read():\n"
        " with ledger.read() as snapshot: list(snapshot.scan(TIPS))\n"
        "def write():\n"
        " with ledger.write() as t: t.put(TIPS, keys.tip('ab' * 16, 'new'), TipRecord('new', 'a' * 40))\n"
        "for step in (read, write):\n"
        " try: step()\n"
        " except LedgerDamaged: pass\n"
        "write()\n"
    )
    for page in range(2, len(sound) // 4096, 3):
        damaged = bytearray(sound)
        damaged[page * 4096 : (page + 1) * 4096] = bytes(4096) if page % 2 else os.urandom(4096)
        (ledger.path / "data.mdb").write_bytes(damaged)
        done = subprocess.run([sys.executable, "-c", code, str(ledger.path)], capture_output=True, check=False)
        assert done.returncode == 0, (page, done.stderr)


def test_a_record_that_shrinks_in_its_transaction_is_no_damage(tmp_path: Path) -> None:
    """As the project's does, whose baseline goes: LMDB keeps the pages of the larger value that it wrote before."""
    ledger = Ledger(tmp_path / "ledger")
    with ledger.write() as transaction:
        for size in (900, 10, 500, 0, 700):
            transaction.put(PATHS, b"k" * 16, PathRecord(PROJECT, "x" * 30 * size))
    assert ledger.examine() is None
    with ledger.read() as snapshot:
        found = snapshot.get(PATHS, b"k" * 16)
    assert found == PathRecord(PROJECT, "x" * 30 * 700)


def test_pages_that_nobody_misses_are_no_damage(tmp_path: Path) -> None:
    """A ledger that an earlier version wrote so is sound, and keeps what it holds."""
    ledger = Ledger(tmp_path / "ledger")
    with ledger.write():
        pass
    with lmdb.open(str(ledger.path), max_dbs=32) as environment, environment.begin(write=True) as raw:
        database = environment.open_db(b"paths", txn=raw)
        small, large = (codec.PATH.encode(PathRecord(PROJECT, "x" * size)) for size in (60, 24_000))
        raw.put(b"k" * 16, large, db=database)
        raw.put(b"k" * 16, small, db=database)
    assert ledger.examine() is None
    assert not ledger.recover()
