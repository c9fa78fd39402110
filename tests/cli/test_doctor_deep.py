"""``doctor`` reads a large ledger and many objects only with ``--deep``; what a program changed is always read."""

import os
from pathlib import Path

import pytest

from tests.doctor import findings
from tests.ledger.tips import put_tips
from tests.support import Repo
from tracker.ledger import Ledger


def spoil(path: Path) -> None:
    """Change a byte in the middle of the data file, and leave its times as they were: the disk did it, no program."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(status.st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0xFF]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_page_that_a_disk_changed_is_found_by_a_deep_look(repo: Repo) -> None:
    ledger, start = Ledger(repo.ledger_path), 0
    while ledger.size() < 5 << 20:
        put_tips(ledger, 1000, start)
        start += 1000
    data = repo.ledger_path / "data.mdb"
    whole, status, page = data.read_bytes(), data.stat(), 4096
    is_found = False
    for start in range(2 * page, len(whole), page):  # one page after the other, until one is in use
        with data.open("r+b") as file:
            file.seek(start)
            file.write(b"\xff" * page)
        os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
        is_found = repo.run("doctor", "--deep").returncode == 1
        data.write_bytes(whole)
        os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
        (repo.ledger_path / "suspect").unlink(missing_ok=True)
        if is_found:
            break
    assert is_found
    assert findings(repo) == []


@pytest.mark.whole
def test_large_loose_objects_are_many(repo: Repo) -> None:
    (repo.path / "noise").write_bytes(os.urandom(6 << 20))
    repo.git("add", "noise")
    repo.commit("feat: noise")
    assert repo.json("doctor")["facts"]["objects"] == "many, read by --deep only"


def test_many_objects_are_read_only_when_asked_for(repo: Repo) -> None:
    content = repo.path / "noise"
    content.write_bytes(os.urandom(6 << 20))
    repo.git("add", "noise")
    repo.commit("feat: noise")
    repo.git("gc", "-q")
    packs = [*(repo.path / ".git" / "objects" / "pack").glob("*.pack")]
    assert repo.json("doctor")["facts"]["objects"] == "many, read by --deep only"
    packs[0].chmod(0o600)
    spoil(packs[0])
    assert findings(repo) == []
    assert repo.run("doctor", "--deep").returncode == 1
