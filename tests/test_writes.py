"""The tests themselves write nothing outside their folders."""

import os
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.program import WHOLE
from tests.support import Repo
from tests.writes import WritesOutside

FILE = ROOT / "pyproject.toml"


def test_writing_through_a_link_is_refused(tmp_path: Path) -> None:
    before = FILE.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(FILE)
    with pytest.raises(WritesOutside):
        link.write_bytes(before)
    with pytest.raises(WritesOutside):
        os.open(link, os.O_RDWR)
    with pytest.raises(WritesOutside):
        link.chmod(0o600)
    link.unlink()
    assert FILE.read_bytes() == before


def test_changing_a_folder_outside_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "folder"
    link.symlink_to(ROOT)
    with pytest.raises(WritesOutside):
        (link / "new").mkdir()
    with pytest.raises(WritesOutside):
        (link / "new").symlink_to("x")
    with pytest.raises(WritesOutside):
        (link / FILE.name).rename(tmp_path / "moved")
    with pytest.raises(WritesOutside):
        FILE.unlink()
    assert FILE.exists()


@pytest.mark.skipif(WHOLE, reason="each program is a process of its own then")
def test_program_in_this_process_is_watched_too(untracked: Repo) -> None:
    with pytest.raises(WritesOutside):
        untracked.tracker("init", "--ledger", str(ROOT / "ledger.lmdb"))
    assert not (ROOT / "ledger.lmdb").exists()
