"""Compaction: what deletions left is given back, and whoever has the ledger open meanwhile is not hurt."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import lmdb
import pytest

from tests.ledger.example_ledger import contents
from tests.ledger.tips import count_tips, put_tips
from tests.program import WITHOUT_OVERRIDE, sized
from tracker.errors import LedgerDamaged
from tracker.ledger import Ledger, database, integrity, key
from tracker.ledger.compaction import compact
from tracker.ledger.lmdb_access import begin_transaction
from tracker.ledger.tables import TIPS

KEEP_A_SNAPSHOT = """
import sys
from pathlib import Path
from tests.ledger.tips import count_tips
from tracker.ledger import Ledger
from tracker.ledger.compaction import compact
from tracker.ledger.lmdb_access import begin_transaction
from tracker.ledger.tables import TIPS
ledger = Ledger(Path(sys.argv[1]), deadline=300)
with ledger.kept_open():
    with ledger.read() as snapshot:
        print(snapshot.count(TIPS), flush=True)
        sys.stdin.readline()
        print(sum(1 for _ in snapshot.scan(TIPS)), flush=True)
    print(count_tips(ledger), flush=True)
"""

COUNT = """
import sys
from pathlib import Path
from tests.ledger.tips import count_tips
from tracker.ledger import Ledger
print(count_tips(Ledger(Path(sys.argv[1]), deadline=300)))
"""


COMPACT_AND_PUT = """
import sys
from pathlib import Path
from tests.ledger.tips import count_tips, put_tips
from tests.program import WITHOUT_OVERRIDE, sized
from tracker.ledger import Ledger
from tracker.ledger.compaction import compact
ledger = Ledger(Path(sys.argv[1]))
compact(ledger)
put_tips(ledger, 5, start=50_000)
print(count_tips(ledger))
"""

COMPACT = """
import sys
from pathlib import Path
from tracker.ledger import Ledger
from tracker.ledger.compaction import compact
compact(Ledger(Path(sys.argv[1])))
"""

LAST_PAGE = 16 + 24 + 2 * 48
"""Place of the number of the last page in a meta page: after its header, its beginning, and two databases."""


@pytest.fixture
def emptied(ledger: Ledger) -> Ledger:
    """A ledger with 2,000 tips, from which 18,000 were deleted."""
    put_tips(ledger, 20_000)
    with ledger.write() as transaction:
        for number, place in enumerate([*transaction.keys(TIPS)]):
            if number % 10:
                transaction.delete(TIPS, place)
    return ledger


def counted_elsewhere(ledger: Ledger) -> int:
    """Return the number of tips that another process reads."""
    return int(subprocess.check_output([sys.executable, "-c", COUNT, str(ledger.path)]))


def last_transaction(ledger: Ledger) -> int:
    with lmdb.open(str(ledger.path)) as environment:
        return environment.info()["last_txnid"]


def test_space_is_given_back_and_every_record_stays(emptied: Ledger) -> None:
    held, size, name = contents(emptied), emptied.size(), key.key_name(emptied.path)
    with emptied.read() as snapshot:
        state = snapshot.state()
    assert compact(emptied) == (size, emptied.size())
    assert emptied.size() < size // 5
    assert contents(emptied) == held
    with emptied.read() as snapshot:
        assert snapshot.state() == state
    assert key.key_name(emptied.path) == name
    assert emptied.examine() is None
    assert (emptied.path / "data.mdb").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in emptied.path.iterdir()} == {"created", "data.mdb", "key", "lock.mdb", "writer.lock"}


def test_file_is_sealed_so_the_next_writer_need_not_read_it(emptied: Ledger) -> None:
    compact(emptied)
    note = (emptied.path / "writer.lock").read_text().strip()
    assert note.startswith(integrity.SEALED)
    assert not integrity.is_suspect(emptied.path, note)


def test_nothing_to_give_back_leaves_the_file_as_it_is(emptied: Ledger) -> None:
    compact(emptied)
    before = (emptied.path / "data.mdb").stat()
    assert compact(emptied) == (before.st_size, before.st_size)
    assert (emptied.path / "data.mdb").stat().st_ino == before.st_ino


@pytest.mark.parametrize("more", range(sized(4, 2)))
@pytest.mark.whole
def test_processes_with_the_old_and_the_new_file_share_the_lock_file(emptied: Ledger, more: int) -> None:
    """LMDB reads the meta page that the lock file selects: the one of an even or odd transaction."""
    for number in range(more):
        put_tips(emptied, 1, start=30_000 + number)
    is_odd = last_transaction(emptied) % 2
    words = [sys.executable, "-c", KEEP_A_SNAPSHOT, str(emptied.path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert int(reader.stdout.readline()) == 2000 + more
        compact(emptied)
        assert counted_elsewhere(emptied) == 2000 + more
        for number in range(3):
            put_tips(emptied, 10, start=40_000 + 10 * number)
            assert counted_elsewhere(emptied) == 2010 + more + 10 * number
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert [*map(int, reader.stdout.read().split())] == [2000 + more, 2030 + more]
    assert reader.returncode == 0
    assert emptied.examine() is None
    assert last_transaction(emptied) % 2 == (is_odd + 3) % 2


def test_file_that_is_replaced_just_before_a_reader_begins(emptied: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[int] = []

    def begin_later(environment: lmdb.Environment, *, write: bool = False) -> lmdb.Transaction:
        if not replaced:
            replaced.append(int(subprocess.check_output([sys.executable, "-c", COMPACT_AND_PUT, str(emptied.path)])))
        return begin_transaction(environment, write=write)

    monkeypatch.setattr(database, "begin_transaction", begin_later)
    assert count_tips(emptied) == 2005
    assert replaced == [2005]


def test_ledger_that_is_kept_open_reads_and_writes_the_new_file(emptied: Ledger) -> None:
    with emptied.kept_open():
        assert count_tips(emptied) == 2000
        subprocess.check_call([sys.executable, "-c", COMPACT, str(emptied.path)])
        assert count_tips(emptied) == 2000
        put_tips(emptied, 5, start=50_000)
        assert count_tips(emptied) == 2005
    assert counted_elsewhere(emptied) == 2005


def test_ledger_with_lost_pages_is_compacted(emptied: Ledger, tmp_path: Path) -> None:
    """Pages that neither a record nor the list of free pages refers to: LMDB's own compacting copy refuses them."""
    put_tips(emptied, 1)
    size, data = emptied.size(), emptied.path / "data.mdb"
    os.truncate(data, size + 100 * 4096)
    with data.open("r+b") as file:
        for meta in (0, 4096):
            file.seek(meta + LAST_PAGE)
            (last,) = struct.unpack("<Q", file.read(8))
            file.seek(meta + LAST_PAGE)
            file.write(struct.pack("<Q", last + 100))
    (tmp_path / "copy").mkdir()
    with lmdb.open(str(emptied.path)) as environment, pytest.raises(lmdb.IncompatibleError):
        environment.copy(str(tmp_path / "copy"), compact=True)
    assert compact(emptied)[1] < size // 5
    assert count_tips(emptied) == 2001


def test_damaged_ledger_is_left_as_it_is(emptied: Ledger) -> None:
    put_tips(emptied, 1)
    data = emptied.path / "data.mdb"
    with data.open("r+b") as file:
        for page in range(2, emptied.size() // 4096, 3):
            file.seek(page * 4096)
            file.write(b"\xff" * 100)
    before = data.read_bytes()
    with pytest.raises(LedgerDamaged, match=r"is damaged: .*'agent-tracker sync' sets it aside"):
        compact(emptied)
    assert data.read_bytes() == before
    assert not (emptied.path / "compacted").exists()


@pytest.mark.whole
def test_ledger_that_nobody_may_write_is_left_as_it_is(emptied: Ledger) -> None:
    data = emptied.path / "data.mdb"
    data.chmod(0o400)
    before = data.stat()
    words = [*WITHOUT_OVERRIDE, sys.executable, "-c", COMPACT, str(emptied.path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "cannot be written: make its file" in done.stderr.splitlines()[-1]
    now = data.stat()
    assert (now.st_ino, now.st_size, now.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)


def test_copy_that_a_killed_process_left_is_removed_by_the_next_writer(emptied: Ledger) -> None:
    leftover = emptied.path / "compacted"
    leftover.mkdir()
    (leftover / "data.mdb").write_bytes(b"half of a copy")
    (emptied.path / "writer.lock").write_text("12345 0".ljust(99) + "\n")  # it died with the lock in its hands
    put_tips(emptied, 1)
    assert not leftover.exists()
    assert count_tips(emptied) == 2001
