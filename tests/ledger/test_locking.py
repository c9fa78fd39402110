"""Writers and readers of one ledger in several processes: the writer lock and its deadline."""

import os
import signal
import subprocess
import sys

import pytest

from tests.ledger.tips import count_tips, put_tips
from tracker.errors import LedgerBusy
from tracker.ledger import Ledger


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python process: LMDB does not allow one process to open an environment twice."""
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


def output_of(process: subprocess.Popen[str]) -> str:
    """Wait for the end of a process that must succeed; return its output."""
    output, _ = process.communicate()
    assert process.returncode == 0
    return output


TRY_TO_WRITE = """
import sys
from pathlib import Path
from tracker.errors import LedgerBusy
from tracker.ledger import Ledger
try:
    with Ledger(Path(sys.argv[1]), deadline=0.2).write():
        pass
except LedgerBusy as error:
    print(error)
"""

HOLD_THE_LOCK = """
import signal, sys
from pathlib import Path
from tracker.ledger import Ledger
with Ledger(Path(sys.argv[1])).write():
    print("locked", flush=True)
    signal.pause()
"""

WRITE_IN_25_TRANSACTIONS = """
import sys
from pathlib import Path
from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.tables import TIPS
from tracker.records import TipRecord
for number in range(25):
    with Ledger(Path(sys.argv[1]), deadline=300).write() as transaction:
        for part in range(20):
            key = keys.tip("ab" * 16, f"{sys.argv[2]}/{number}/{part}")
            transaction.put(TIPS, key, TipRecord("x" * 300, "a" * 40))
"""

READ_50_TIMES = """
import sys
from pathlib import Path
from tracker.ledger import Ledger
from tracker.ledger.tables import TIPS
for _ in range(50):
    with Ledger(Path(sys.argv[1]), deadline=300).read() as snapshot:
        assert snapshot.count(TIPS) >= 10
"""


def test_second_writer_gives_up_at_its_deadline_and_names_the_first(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        transaction.put_meta("x", 1)
        message = output_of(start(TRY_TO_WRITE, str(ledger.path)))
    assert f"process {os.getpid()}" in message


def test_suspended_writer_blocks_writers_until_their_deadline_and_no_reader(
    ledger: Ledger, impatient_ledger: Ledger
) -> None:
    put_tips(ledger, 1)
    with start(HOLD_THE_LOCK, str(ledger.path)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "locked\n"
        writer.send_signal(signal.SIGSTOP)
        with pytest.raises(LedgerBusy, match=f"process {writer.pid}"):
            put_tips(impatient_ledger, 1)
        assert count_tips(impatient_ledger) == 1
        writer.kill()
    put_tips(ledger, 2)
    assert count_tips(ledger) == 2


@pytest.mark.whole
def test_concurrent_writers_lose_no_record(ledger: Ledger) -> None:
    writers = [start(WRITE_IN_25_TRANSACTIONS, str(ledger.path), str(number)) for number in range(8)]
    for writer in writers:
        output_of(writer)
    assert count_tips(ledger) == 8 * 25 * 20


def test_readers_and_a_writer_do_not_disturb_each_other(ledger: Ledger) -> None:
    put_tips(ledger, 10)
    readers = [start(READ_50_TIMES, str(ledger.path)) for _ in range(3)]
    for number in range(50):
        put_tips(ledger, 5, start=10 + 5 * number)
    for reader in readers:
        output_of(reader)
    assert count_tips(ledger) == 260
