"""The full check of all pages: when it is made, and states of a file that are no damage."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import lmdb
import pytest

from tests.ledger.tips import PROJECT, count_tips, put_tips
from tracker.ledger import Ledger, codec, integrity
from tracker.ledger.tables import PATHS
from tracker.records import PathRecord

WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from tracker.ledger import Ledger
with Ledger(Path(sys.argv[1])).write():
    os.kill(os.getpid(), 9)
"""


def kill_a_writer(ledger: Ledger) -> None:
    done = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(ledger.path)], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.fixture
def full_checks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose data file was checked page by page, in the order of the checks."""
    checked: list[Path] = []
    examine = integrity.examine

    def noted_examine(directory: Path) -> str | None:
        checked.append(directory)
        return examine(directory)

    monkeypatch.setattr(integrity, "examine", noted_examine)
    return checked


def test_normal_use_makes_no_full_check(ledger: Ledger, full_checks: list[Path]) -> None:
    for number in range(3):
        put_tips(ledger, 1, start=number)
        count_tips(ledger)
    with pytest.raises(RuntimeError), ledger.write():
        raise RuntimeError
    put_tips(ledger, 1, start=4)
    assert full_checks == []


def test_one_killed_writer_causes_no_full_check(ledger: Ledger, full_checks: list[Path]) -> None:
    put_tips(ledger, 1)
    kill_a_writer(ledger)
    put_tips(ledger, 2)
    assert count_tips(ledger) == 2
    assert full_checks == []


def test_several_killed_writers_in_a_row_cause_one_full_check(ledger: Ledger, full_checks: list[Path]) -> None:
    """Damage in the file may be the reason why they ended."""
    put_tips(ledger, 1)
    for _ in range(3):
        kill_a_writer(ledger)
    put_tips(ledger, 2)
    assert full_checks == [ledger.path]
    put_tips(ledger, 3)
    assert len(full_checks) == 1


def test_change_by_another_program_causes_one_full_check(ledger: Ledger, full_checks: list[Path]) -> None:
    put_tips(ledger, 1)
    os.utime(ledger.path / "data.mdb", (1, 1))
    assert count_tips(ledger) == 1
    put_tips(ledger, 2)
    put_tips(ledger, 2)
    assert count_tips(ledger) == 2
    assert len(full_checks) == 1


def test_record_that_shrinks_within_a_transaction_is_no_damage(tmp_path: Path) -> None:
    """LMDB would keep the pages of the larger value, which its own check reports as damage."""
    ledger = Ledger(tmp_path / "ledger")
    with ledger.write() as transaction:
        for size in (900, 10, 500, 0, 700):
            transaction.put(PATHS, b"k" * 16, PathRecord(PROJECT, "x" * 30 * size))
    assert ledger.examine() is None
    with ledger.read() as snapshot:
        found = snapshot.get(PATHS, b"k" * 16)
    assert found == PathRecord(PROJECT, "x" * 30 * 700)


def test_unreferenced_pages_of_an_earlier_version_are_no_damage(tmp_path: Path) -> None:
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
