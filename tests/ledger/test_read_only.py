"""A ledger that nobody can write is read without locks, and a writer all the same is noticed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.example_ledger import BASE, flush
from tests.program import WITHOUT_OVERRIDE
from tests.unchanged import changed, listing
from tracker.ledger import Ledger
from tracker.ledger.tables import COMMITS

READER = """
import sys
from pathlib import Path
from tracker.errors import LedgerUnavailable
from tracker.ledger import Ledger
from tracker.ledger.tables import COMMITS
ledger = Ledger(Path(sys.argv[1]))
try:
    print(ledger.is_read_only(), ledger.examine(), flush=True)
    with ledger.read() as snapshot:
        print(snapshot.count(COMMITS), flush=True)
        sys.stdin.readline()
    print("read")
except LedgerUnavailable as error:
    print(error)
"""


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [*BASE])
    _set_modes(ledger, "a-w")
    yield ledger
    _set_modes(ledger, "u+w")


def _set_modes(ledger: Ledger, modes: str) -> None:
    subprocess.run(["chmod", "-R", modes, str(ledger.path)], check=True)


def reader(ledger: Ledger) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*WITHOUT_OVERRIDE, sys.executable, "-c", READER, str(ledger.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_it_is_read_and_examined_without_a_change(closed: Ledger) -> None:
    before = listing(closed.path)
    out, _ = reader(closed).communicate("\n")
    commits = sum(1 for entry in BASE if type(entry).__name__ == "CommitEntry")
    assert out.splitlines() == ["True None", str(commits), "read"]
    assert changed(before, listing(closed.path)) == []


def test_one_that_was_copied_is_examined_first(closed: Ledger) -> None:
    """Its time is not the one that its last writer noted."""
    os.utime(closed.path / "data.mdb", (1, 1))
    assert reader(closed).communicate("\n")[0].splitlines()[-1] == "read"


def test_a_damaged_one_is_refused(closed: Ledger) -> None:
    _set_modes(closed, "u+w")
    data = bytearray((closed.path / "data.mdb").read_bytes())
    data[2 * 4096 :] = bytes(len(data) - 2 * 4096)
    (closed.path / "data.mdb").write_bytes(bytes(data))
    _set_modes(closed, "a-w")
    assert "is damaged" in reader(closed).communicate("\n")[0].splitlines()[-1]


def test_a_write_meanwhile_is_noticed(closed: Ledger) -> None:
    process = reader(closed)
    assert process.stdout is not None
    assert process.stdout.readline() == "True None\n"
    assert process.stdout.readline().strip().isdigit()
    _set_modes(closed, "u+w")
    with closed.write() as transaction:
        transaction.next_sequence()
        transaction.put_meta("written", 1)
    out, _ = process.communicate("\n")
    assert "another process wrote to it while it was read: try again." in out
    with closed.read() as snapshot:
        assert snapshot.count(COMMITS)
