"""Backfills of a part of history, taken back and repeated; and recording again into a ledger that was lost."""

import shutil
from typing import Any

from tests.support import Repo
from tracker.ledger import Ledger
from tracker.ledger.tables import COMMUNICATION, MIGRATIONS, PATHS, PROJECTS, SETUPS, TABLES


def test_backfill_of_range(untracked: Repo) -> None:
    for number in range(6):
        untracked.commit(f"feat: {number}")
    untracked.tracker("init")
    assert untracked.json("backfill", "HEAD~4..HEAD~1")["recorded"] == 3
    assert untracked.json("backfill", "HEAD~1..")["recorded"] == 1
    assert untracked.json("verify")["ok"]


def contents(ledger: Ledger) -> dict[str, list[tuple[bytes, Any]]]:
    """Return the rows of all tables, without times of recording, sequence numbers and the count of reconciles."""
    left_out = {"recorded_at", "sequence", "generation", "first_seen", "last_seen"}
    found: dict[str, list[tuple[bytes, Any]]] = {}
    with ledger.read() as snapshot:
        for table in TABLES:
            if table is not MIGRATIONS:
                numbered = table is COMMUNICATION  # its keys end with a sequence number
                rows = ((key[:-8] if numbered else key, record._asdict()) for key, record in snapshot.scan(table))
                found[table.name] = [
                    (key, {name: value for name, value in row.items() if name not in left_out}) for key, row in rows
                ]
    return found


def with_history(repo: Repo) -> None:
    """Make commits of agents and people, with instruction files, a cherry-pick, reverts and graded trailers."""
    repo.write("AGENTS.md", "be careful\n")
    repo.git("add", "AGENTS.md")
    repo.commit("feat: one", file="one.txt")
    repo.commit("fix: two\n\nCo-authored-by: Claude Opus 4.5 <noreply@anthropic.com>", file="two.txt")
    repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    repo.git("cherry-pick", "-x", "main")
    repo.git("revert", "--no-edit", "HEAD")
    repo.git("checkout", "-q", "main")
    repo.commit("docs: three\n\nAgent-Grade: good\nAssisted-by: codex:gpt-5.2", file="three.txt")
    repo.git("revert", "--no-edit", "HEAD")


def test_backfill_that_is_taken_back_leaves_nothing_of_its_commits(untracked: Repo) -> None:
    with_history(untracked)
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("backfill")
    untracked.tracker("backfill", "--undo")
    found = contents(untracked.ledger())
    del found["tips"]
    assert {name for name, rows in found.items() if rows} == {PROJECTS.name, PATHS.name}
    assert untracked.json("verify")["ok"]


def test_backfill_after_one_that_was_taken_back_ends_where_the_first_did(untracked: Repo) -> None:
    with_history(untracked)
    untracked.tracker("init", "--hooks", "none")
    untracked.commit("feat: recorded, not backfilled", file="one.txt")
    untracked.git("revert", "--no-edit", "HEAD")
    untracked.tracker("sync")
    before = contents(untracked.ledger())
    untracked.tracker("backfill")
    first = contents(untracked.ledger())
    assert all(first[name] for name in ("commits", "copies", "reverts", "agents", "totals", SETUPS.name))
    untracked.tracker("backfill", "--undo")
    assert contents(untracked.ledger()) == before
    untracked.tracker("backfill")
    assert contents(untracked.ledger()) == first
    assert untracked.json("verify")["ok"]


def test_lost_ledger_is_recorded_again_in_one_run(untracked: Repo) -> None:
    """The first transaction records the project, and the next ones count on from it: nothing supersedes them."""
    untracked.tracker("init", "--hooks", "none")
    untracked.import_commits(250)
    assert untracked.json("sync")["recorded"] == 250
    shutil.rmtree(untracked.ledger_path)
    result = untracked.json("sync")
    assert (result["recorded"], result["already_known"]) == (250, 0)
    assert untracked.json("verify")["ok"]
