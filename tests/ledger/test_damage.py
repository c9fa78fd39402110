"""Damaged ledgers: found before LMDB maps them, set aside with their bytes kept, and replaced by a new ledger."""

import os
import subprocess
import sys
from pathlib import Path

import lmdb
import pytest

from tests.ledger.tips import count_tips, put_tips
from tests.program import sized
from tracker.errors import LedgerDamaged
from tracker.ledger import Ledger
from tracker.ledger.tables import TIPS


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """The ledger with 500 tips."""
    put_tips(ledger, 500)
    return ledger


def data_file(ledger: Ledger) -> Path:
    return ledger.path / "data.mdb"


def files_set_aside(ledger: Ledger) -> list[Path]:
    return list((ledger.path / "set-aside").glob("*/data.mdb"))


def assert_next_write_sets_aside(ledger: Ledger, *, word: str) -> None:
    """Write, and expect a new ledger, one notice with ``word``, and the damaged file's bytes kept."""
    damaged = data_file(ledger).read_bytes()
    put_tips(ledger, 1)
    assert count_tips(ledger) == 1
    assert len(ledger.notices) == 1
    assert word in ledger.notices[0]
    assert [path.read_bytes() for path in files_set_aside(ledger)] == [damaged]


def test_empty_file_is_set_aside(filled: Ledger) -> None:
    data_file(filled).write_bytes(b"")
    assert_next_write_sets_aside(filled, word="empty")


@pytest.mark.parametrize("size", [1, 100, 4096, 8192, 20_000])
def test_truncated_file_is_set_aside(size: int, filled: Ledger) -> None:
    os.truncate(data_file(filled), size)
    assert_next_write_sets_aside(filled, word="damaged")


def test_file_with_overwritten_head_is_set_aside(filled: Ledger) -> None:
    with data_file(filled).open("r+b") as file:
        file.write(b"not a database" * 100)
    assert_next_write_sets_aside(filled, word="does not begin as one")


def test_zeroed_pages_are_found_when_read_and_recovered(filled: Ledger) -> None:
    size = data_file(filled).stat().st_size
    with data_file(filled).open("r+b") as file:
        file.seek(8192)
        file.write(b"\0" * (size - 8192))
    with pytest.raises(LedgerDamaged):
        count_tips(filled)
    assert filled.recover()
    assert count_tips(filled) == 0
    assert len(files_set_aside(filled)) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from tracker.ledger import Ledger
with Ledger(Path(sys.argv[1])).alone():
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("is_killed", [False, True], ids=["failed", "killed"])
def test_damage_is_found_also_after_a_writer_that_did_not_look(filled: Ledger, is_killed: bool) -> None:
    """A file that another program changed is suspected until it has been read, also if a writer between ends early."""
    content = data_file(filled).read_bytes()
    data_file(filled).write_bytes(content[: 3 * 4096] + b"\xaa" * (len(content) - 3 * 4096))
    if is_killed:
        subprocess.run([sys.executable, "-c", _KILLED, str(filled.path)], check=False)
    else:
        with pytest.raises(KeyError), filled.alone():
            raise KeyError
    assert_next_write_sets_aside(filled, word="was damaged")


def test_sound_ledger_is_not_set_aside(filled: Ledger) -> None:
    assert not filled.recover()
    assert count_tips(filled) == 500


def test_unreadable_record_is_damage(filled: Ledger) -> None:
    with lmdb.open(str(filled.path), max_dbs=20) as environment, environment.begin(write=True) as raw:
        raw.put(b"\0" * 32, b"\xff\xfe", db=environment.open_db(b"tips", txn=raw))
    with pytest.raises(LedgerDamaged), filled.read() as snapshot:
        list(snapshot.scan(TIPS))
    assert filled.recover()


def test_missing_data_file_of_a_begun_ledger_is_reported(filled: Ledger) -> None:
    data_file(filled).unlink()
    put_tips(filled, 1)
    assert "gone" in filled.notices[0]


def test_damaged_lock_file_does_not_prevent_writing(filled: Ledger) -> None:
    (filled.path / "lock.mdb").write_bytes(os.urandom(8192))
    put_tips(filled, 501)
    assert count_tips(filled) == 501


def test_examine_finds_damage_inside_a_page(filled: Ledger) -> None:
    assert filled.examine() is None
    page = data_file(filled).read_bytes().index(b"x" * 200) // 4096
    with data_file(filled).open("r+b") as file:
        file.seek(page * 4096 + 20)
        file.write(os.urandom(3000))
    assert filled.examine() is not None


READ_AND_WRITE = """
import sys
from pathlib import Path
from tracker import keys
from tracker.errors import LedgerDamaged
from tracker.ledger import Ledger
from tracker.ledger.tables import TIPS
from tracker.records import TipRecord
ledger = Ledger(Path(sys.argv[1]))
def read():
    with ledger.read() as snapshot:
        list(snapshot.scan(TIPS))
def write():
    with ledger.write() as transaction:
        transaction.put(TIPS, keys.tip("ab" * 16, "new"), TipRecord("new", "a" * 40))
for step in (read, write):
    try:
        step()
    except LedgerDamaged:
        pass
write()
"""


def test_no_damaged_page_ends_the_process(ledger: Ledger) -> None:
    """LMDB ends a process that meets such a page with a failed assertion, so it must be found before."""
    for start in range(0, 600, 150):
        put_tips(ledger, 150, start=start)
    sound = data_file(ledger).read_bytes()
    for page in range(2, len(sound) // 4096, sized(3, 6)):
        damaged = bytearray(sound)
        damaged[page * 4096 : (page + 1) * 4096] = bytes(4096) if page % 2 else os.urandom(4096)
        data_file(ledger).write_bytes(damaged)
        command = [sys.executable, "-c", READ_AND_WRITE, str(ledger.path)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, (page, done.stderr)
