"""Fixtures of the tests of hosts."""

from pathlib import Path

import pytest

from tracker.hosts.install import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "someone"
    home.mkdir()
    return Place(home, tmp_path / "data" / "hosts", {})
