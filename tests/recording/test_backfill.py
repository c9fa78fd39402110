"""Backfills of a part of history."""

from tests.support import Repo


def test_backfill_of_range(untracked: Repo) -> None:
    for number in range(6):
        untracked.commit(f"feat: {number}")
    untracked.tracker("init")
    assert untracked.json("backfill", "HEAD~4..HEAD~1")["recorded"] == 3
    assert untracked.json("backfill", "HEAD~1..")["recorded"] == 1
    assert untracked.json("verify")["ok"]
