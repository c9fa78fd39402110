"""A ledger that is kept open for several uses: checked as at any other time, and never used for another file."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import lmdb
import pytest

from tests.ledger.test_locking import output_of, start
from tests.ledger.tips import count_tips, put_tips
from tracker.errors import LedgerUnavailable
from tracker.files import FileLock
from tracker.ledger import Ledger, lmdb_access

PUT_TIPS = """
import sys
from pathlib import Path
from tests.ledger.tips import put_tips
from tracker.ledger import Ledger
put_tips(Ledger(Path(sys.argv[1]), deadline=300), int(sys.argv[2]), start=int(sys.argv[3]))
"""

SET_ASIDE = """
import sys
from pathlib import Path
from tests.ledger.tips import put_tips
from tracker.ledger import Ledger, damage
ledger = Ledger(Path(sys.argv[1]), deadline=300)
with ledger._writer_lock():
    damage.set_aside(ledger.path, "as a test")
put_tips(ledger, 3, start=1000)
"""


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose environment was opened, in order."""
    opened: list[Path] = []
    open_environment = lmdb_access.open_environment

    def noted(path: Path, size_limit: int, least: int = 0) -> lmdb.Environment:
        opened.append(path)
        return open_environment(path, size_limit, least)

    monkeypatch.setattr(lmdb_access, "open_environment", noted)
    return opened


def run(code: str, *arguments: object) -> None:
    output_of(start(code, *map(str, arguments)))


def test_one_opening_serves_reads_and_writes(ledger: Ledger, openings: list[Path]) -> None:
    put_tips(ledger, 1)
    openings.clear()
    with ledger.kept_open():
        for number in range(1, 4):
            put_tips(ledger, 1, start=number)
            assert count_tips(ledger) == number + 1
            with ledger.kept_open():
                assert count_tips(ledger) == number + 1
    assert openings == [ledger.path]
    assert count_tips(ledger) == 4
    assert len(openings) == 2


def test_what_another_process_writes_meanwhile_is_read(ledger: Ledger) -> None:
    with ledger.kept_open():
        put_tips(ledger, 1)
        run(PUT_TIPS, ledger.path, 20_000, 1)  # more than the map of a small ledger would have had
        assert count_tips(ledger) == 20_001
        put_tips(ledger, 1, start=20_001)
    assert count_tips(ledger) == 20_002


def test_nothing_is_written_into_a_file_that_was_set_aside_meanwhile(ledger: Ledger) -> None:
    with ledger.kept_open():
        put_tips(ledger, 1)
        assert count_tips(ledger) == 1
        run(SET_ASIDE, ledger.path)
        put_tips(ledger, 1, start=2000)
        assert count_tips(ledger) == 4
    assert count_tips(ledger) == 4


def test_ledger_that_is_deleted_meanwhile_is_begun_again(ledger: Ledger) -> None:
    with ledger.kept_open():
        put_tips(ledger, 2)
        (ledger.path / "data.mdb").unlink()
        put_tips(ledger, 1)
        assert count_tips(ledger) == 1
        assert len(ledger.notices) == 1


@pytest.mark.parametrize("size", [0, 100, 8192])
def test_damage_between_two_uses_is_found(size: int, ledger: Ledger) -> None:
    put_tips(ledger, 500)
    with ledger.kept_open():
        assert count_tips(ledger) == 500
        os.truncate(ledger.path / "data.mdb", size)
        with pytest.raises(LedgerUnavailable):
            count_tips(ledger)
        put_tips(ledger, 1)
        assert count_tips(ledger) == 1
    assert len(ledger.notices) == 1


def test_failed_write_leaves_the_ledger_usable(ledger: Ledger) -> None:
    with ledger.kept_open():
        put_tips(ledger, 1)
        with pytest.raises(RuntimeError), ledger.write():
            raise RuntimeError
        assert count_tips(ledger) == 1
        put_tips(ledger, 1, start=1)
        assert count_tips(ledger) == 2


def test_forked_process_opens_the_ledger_itself(ledger: Ledger) -> None:
    code = """
import os, sys
from pathlib import Path
from tests.ledger.tips import count_tips, put_tips
from tracker.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]), deadline=300)
with ledger.kept_open():
    put_tips(ledger, 1)
    child = os.fork()
    if child == 0:
        put_tips(ledger, 1, start=1)
        os._exit(0 if count_tips(ledger) == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    put_tips(ledger, 1, start=2)
    assert count_tips(ledger) == 3
"""
    done = subprocess.run([sys.executable, "-c", code, str(ledger.path)], check=False)
    assert done.returncode == 0
    assert count_tips(ledger) == 3


def test_lock_is_free_again_if_its_note_cannot_be_written(
    ledger: Ledger, impatient_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may fail between two writes of one file; no file system here fails at will."""
    put_tips(ledger, 1)
    write_note = FileLock.write_note

    def fail(lock: FileLock, text: str) -> None:
        if text == f"{os.getpid()} 0":
            raise OSError(errno.EIO, "Input/output error")
        write_note(lock, text)

    with monkeypatch.context() as broken:
        broken.setattr(FileLock, "write_note", fail)
        with pytest.raises(LedgerUnavailable, match="Input/output error"):
            put_tips(ledger, 1)
    put_tips(impatient_ledger, 1, start=1)
    assert count_tips(impatient_ledger) == 2
