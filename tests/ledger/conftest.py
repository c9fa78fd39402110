"""Fixtures of the ledger's tests."""

from pathlib import Path

import pytest

from tracker.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger that does not exist yet. Its deadline is long, since a busy machine may hold up another process."""
    return Ledger(tmp_path / "parent" / "folder" / "ledger.lmdb", deadline=300)


@pytest.fixture
def impatient_ledger(ledger: Ledger) -> Ledger:
    """The ledger of ``ledger`` for a writer that does not wait for long."""
    return Ledger(ledger.path, deadline=0.3)
