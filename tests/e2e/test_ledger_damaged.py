"""A damaged, cut or removed ledger: it is set aside and begun again, and all commits are recorded again."""

import os
import re
import shutil
from typing import Final

import pytest

from tests.support import Repo, sized

DAMAGES: Final = ("truncated", "emptied", "zeroed", "overwritten", "deleted")
CASES: Final = [
    *((damage, "sync") for damage in DAMAGES),
    *((damage, "hook") for damage in DAMAGES[: sized(len(DAMAGES), 2)]),  # a hook meets damage as sync does
]


@pytest.mark.parametrize(("damage", "through"), CASES)
def test_damaged_ledger_is_set_aside_and_begun_anew(repo: Repo, damage: str, through: str) -> None:
    for number in range(29):
        repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", f"feat: {number}")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: 29")
    repo.settle()
    data = repo.ledger_path / "data.mdb"
    before = data.read_bytes()
    damaged = {
        "truncated": before[: len(before) // 2],
        "emptied": b"",
        "zeroed": before[:8192] + bytes(len(before) - 8192),
        "overwritten": b"not a ledger any more\n" * (len(before) // 22),
        "deleted": None,
    }[damage]
    if damaged is None:
        data.unlink()
    else:
        data.write_bytes(damaged)
    if through == "sync":
        done = repo.run("sync")
        assert done.returncode == 0, done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert "begun" in done.stderr
    else:
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: the hook repairs it")
        repo.settle()
        assert "begun" in (repo.folder / "recorder.log").read_text()
    kept = list(data.parent.glob("set-aside/*/data.mdb"))
    assert [path.read_bytes() for path in kept] == ([] if damaged is None else [damaged])
    lines = repo.assert_recorded()
    assert len(lines) == (30 if through == "sync" else 31)


@pytest.mark.parametrize("size", [1, 39, 40, 41, 43, 44, 100, 4096, 8191])
def test_ledger_cut_near_its_beginning(repo: Repo, size: int) -> None:
    repo.commit("feat: one")
    repo.settle()
    os.truncate(repo.ledger_path / "data.mdb", size)
    done = repo.run("sync")
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
    assert len(repo.assert_recorded()) == 1


@pytest.mark.parametrize("level", [0, 1, 2])
def test_removed_ledger_is_begun_anew_with_message(repo: Repo, level: int) -> None:
    repo.commit("feat: one")
    repo.settle()
    shutil.rmtree([repo.ledger_path, *repo.ledger_path.parents][level])
    done = repo.run("sync")
    assert done.returncode == 0
    assert "was gone, and a new one was begun" in done.stderr
    assert len(repo.assert_recorded()) == 1
    assert repo.run("sync").stderr == ""


@pytest.mark.whole
def test_damage_found_by_doctor_is_repaired_by_next_sync(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.settle()
    data = repo.ledger_path / "data.mdb"
    status = data.stat()
    damaged = re.sub(rb'\[1,"[0-9a-f]{32}","/', lambda found: b"\xfb" + found[0][1:], data.read_bytes())
    data.write_bytes(damaged)
    os.utime(data, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert repo.run("sync").returncode == 0
    assert "damaged" in repo.run("doctor").stdout
    done = repo.run("sync")
    assert "set aside" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(repo.assert_recorded()) == 3
