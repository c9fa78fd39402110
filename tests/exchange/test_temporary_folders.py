"""Removal of what killed backups and restores left beside the user's own files."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo, one
from tracker.exchange.temporary_folders import temporary_folder

_KILLED_BACKUP = """
import io, os, signal, sys
from pathlib import Path
from tracker.exchange.backup_archive import write_backup
from tracker.ledger import Ledger
class Disk(io.RawIOBase):
    def write(self, data):
        os.kill(os.getpid(), signal.SIGKILL)
write_backup(Ledger(Path(sys.argv[1])), Disk(), Path(sys.argv[2]))
"""
_KILLED_RESTORE = """
import os, signal, sys
from pathlib import Path
from tracker.exchange.backup_archive import opened_backup
from tracker.ledger import Ledger
with open(sys.argv[1], "rb") as file, opened_backup(file, Path(sys.argv[2])) as (_, place):
    with Ledger(place).write():
        os.kill(os.getpid(), signal.SIGKILL)
"""
_OLD = (1, 1)


def killed(script: str, *words: str) -> None:
    assert subprocess.run([sys.executable, "-c", script, *words], check=False).returncode == -signal.SIGKILL


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(".agent*"))


@pytest.mark.whole
def test_what_killed_backups_and_restores_left_is_removed_later(told: Repo, tmp_path: Path) -> None:
    file, folder = tmp_path / "ledger.tar.gz", tmp_path / "backups"
    folder.mkdir()
    told.tracker("backup", str(file))
    killed(_KILLED_BACKUP, str(told.ledger_path), str(folder))
    killed(_KILLED_RESTORE, str(file), str(folder))
    assert len(names(folder)) == 2
    told.tracker("backup", str(folder))
    assert len(names(folder)) == 2
    for path in folder.glob(".agent*"):
        assert (path / "data.mdb").exists()
        os.utime(path, _OLD)
    told.tracker("backup", str(folder))
    assert names(folder) == []
    killed(_KILLED_RESTORE, str(file), str(told.ledger_path.parent))
    os.utime(one(told.ledger_path.parent.glob(".agent-tracker-*")), _OLD)
    told.tracker("restore", "--check", str(file))
    assert names(told.ledger_path.parent) == []


def test_the_users_own_files_stay_whatever_their_names_are(told: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    own = {
        name: folder / name for name in (".agent-tracker-notes", ".agent-tracker-my_notes", ".agent-tracker-abcd1234")
    }
    for path in [folder / name for name in own]:
        path.mkdir(parents=True)
        (path / "precious.txt").write_text("mine")
    (folder / ".agent-tracker-1234abcd").write_text("mine")
    with temporary_folder(folder) as place:  # the user has put something into what was left, or linked it
        left = shutil.copytree(place, folder / ".agent-tracker-left0000")
        shutil.copytree(place, tmp_path / "linked")
    (left / "key").write_bytes(b"k")
    (left / "precious.txt").write_text("mine")
    (folder / ".agent-tracker-link0000").symlink_to(tmp_path / "linked")
    shutil.copytree(told.ledger_path, folder / ".agent-tracker-ledger00")
    before = sorted(folder.rglob("*"))
    for path in [*before, tmp_path / "linked"]:
        os.utime(path, _OLD)
    told.tracker("backup", str(folder / "one.tar.gz"))
    assert sorted(folder.rglob("*")) == sorted([*before, folder / "one.tar.gz"])
    assert (tmp_path / "linked" / "temporary").exists()
