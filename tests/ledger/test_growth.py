"""Growth of the map up to the size limit: nothing is lost or half written, and one notice says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger.tips import count_tips, put_large_tips, put_tips
from tests.support import one
from tracker.errors import LedgerFull
from tracker.ledger import DEFAULT_SIZE_LIMIT, Ledger, Transaction
from tracker.ledger.map_size import FIRST_MAP, MIB, larger_map_size, map_size
from tracker.ledger.tables import TIPS

READ_WHILE_IT_GROWS = """
import sys
from pathlib import Path
from tests.ledger.tips import count_tips
from tracker.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]), deadline=300)
with ledger.kept_open():
    with ledger.read() as snapshot:
        print("reads", flush=True)
        sys.stdin.readline()
        print(snapshot.used_bytes() < 1 << 20, flush=True)
    print(count_tips(ledger), ledger.notices, flush=True)
"""


def test_a_transaction_that_does_not_fit_is_run_again_in_a_larger_map(ledger: Ledger) -> None:
    runs: list[int] = []

    def put(transaction: Transaction) -> int:
        runs.append(transaction.count(TIPS))
        return put_large_tips(transaction, 300)

    put_tips(ledger, 1)
    assert ledger.change(put) == 301
    assert runs == [1, 1, 1, 1]  # in 64, 128, 256 and 512 MiB, each time on the ledger as it was
    assert count_tips(ledger) == 301
    assert ledger.examine() is None
    assert one(ledger.take_notices()) == (
        f"the ledger {ledger.path} has outgrown 64 MiB: it has room for 512 MiB now, and grows further by itself, up to"
        " its size limit of 2048 MiB."
    )


def test_each_growth_is_told_once(ledger: Ledger) -> None:
    told = []
    for start in range(0, 140, 20):
        ledger.change(lambda transaction, start=start: put_large_tips(transaction, 20, start))  # type: ignore[misc]
        told += [notice.partition(" MiB: ")[0].rpartition(" ")[2] for notice in ledger.take_notices()]
        other = Ledger(ledger.path)
        put_tips(other, 1)
        assert other.notices == []
    assert told == ["64", "128"]


def test_kept_open_ledger_grows(ledger: Ledger) -> None:
    with ledger.kept_open():
        put_tips(ledger, 1)
        for start in range(0, 100, 50):
            ledger.change(lambda transaction, start=start: put_large_tips(transaction, 50, start))  # type: ignore[misc]
        assert count_tips(ledger) == 101
    assert len(ledger.notices) == 1


def test_process_that_reads_meanwhile_keeps_its_snapshot_and_then_reads_all(ledger: Ledger) -> None:
    put_tips(ledger, 3)
    words = [sys.executable, "-c", READ_WHILE_IT_GROWS, str(ledger.path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reads\n"
        ledger.change(lambda transaction: put_large_tips(transaction, 100))
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.read() == "True\n103 []\n"
    assert reader.returncode == 0


def test_at_the_limit_nothing_of_a_transaction_is_written_and_nothing_is_told(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", size_limit=100 * MIB)
    put_tips(ledger, 1)
    with pytest.raises(LedgerFull, match=r"has reached its size limit of 100 MiB: raise it"):
        ledger.change(lambda transaction: put_large_tips(transaction, 110))
    assert count_tips(ledger) == 1
    assert ledger.notices == []
    ledger.change(lambda transaction: put_large_tips(transaction, 80))
    assert ledger.notices[0].endswith("it has room for 100 MiB now, which is its size limit.")


def test_limit_that_was_set_below_the_first_map_holds(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", size_limit=8 * MIB)
    with pytest.raises(LedgerFull, match="8 MiB"):
        ledger.change(lambda transaction: put_large_tips(transaction, 9))
    assert ledger.size() <= 8 * MIB


def test_sizes_of_the_map() -> None:
    assert [map_size(size, DEFAULT_SIZE_LIMIT) // MIB for size in (0, FIRST_MAP, FIRST_MAP + 1)] == [64, 64, 128]
    assert map_size(0, 8 * MIB) == 8 * MIB
    assert map_size(9 * MIB, 8 * MIB) == 9 * MIB
    assert [larger_map_size(size * MIB, 100 * MIB) for size in (64, 100, 120)] == [100 * MIB, None, None]
