"""Equality of a ledger recorded by hooks and one built by a backfill, in all fields that git itself proves.

Random operations run in two worktrees and a clone, and recorders are killed at any time. Grades are kept.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recording.random_history import OPERATIONS, RandomHistory
from tests.support import Repo, sized
from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.tables import STANDINGS

FIELDS = (
    "oid", "parents", "author_name", "author_email", "authored_at", "author_offset", "committer_name",
    "committer_email", "committed_at", "committer_offset", "subject", "origin", "live", "task_kind", "files",
    "insertions", "deletions", "reverts",
)  # fmt: skip
ACTOR_FIELDS = ("agent", "kind", "model", "confidence", "signal", "also")
"""Fields that the commit itself gives evidence for, unless it replaced other commits."""


def rewritten_commits(lines: list[dict[str, Any]]) -> set[str]:
    """Return the oids of commits that replaced others.

    Who made them may be known from the commits that they replaced, which a backfill does not find.
    """
    return {link["oid"] for line in lines for link in line["replaced_by"] if link["kind"] != "dropped"}


def comparable_fields(lines: list[dict[str, Any]], rewritten: set[str]) -> dict[str, dict[str, Any]]:
    return {
        line["oid"]: {name: line[name] for name in (*FIELDS, *(ACTOR_FIELDS if line["oid"] not in rewritten else ()))}
        for line in lines
    }


def own_grades(repo: Repo, ledger: Ledger) -> dict[str, tuple[int | None, int | None]]:
    """Return the agent's and the user's grades of live commits by oid."""
    with ledger.read() as snapshot:
        found = {
            keys.oid_of_standing(key): (standing.agent_grade, standing.user_grade)
            for key, standing in snapshot.scan(STANDINGS, keys.project(repo.project()))
            if standing.live
        }
    return {oid: grades for oid, grades in found.items() if grades != (None, None)}


@pytest.mark.slow
@settings(max_examples=sized(30, 2), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 50)), min_size=4, max_size=14))
def test_hooks_equal_backfill(environment: dict[str, str], operations: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        live = environment | {"AGENT_TRACKER_LEDGER": str(place / "live.lmdb")}
        history = RandomHistory(place, Repo.make(place / "repo", live))
        for operation, choice in operations:
            history.run(operation, choice)
        second_ledger = {"AGENT_TRACKER_LEDGER": str(place / "again.lmdb")}
        for repo in (history.repo, history.other):
            repo.tracker("sync")
            repo.settle()
            repo.tracker("backfill", env=second_ledger)
        # A rewrite known in one clone is known in the other, too.
        everywhere = [line for repo in (history.repo, history.other) for line in repo.log("--all")]
        rewritten = rewritten_commits(everywhere)
        for repo in (history.repo, history.other):
            lines = repo.assert_recorded()
            backfilled = repo.assert_recorded(env=second_ledger)
            assert comparable_fields(backfilled, rewritten) == comparable_fields(lines, rewritten)
            assert repo.json("sync")["recorded"] == 0
        ledgers = history.repo.ledger(), Ledger(place / "again.lmdb")
        for oid, rater, grade, time in history.grades:
            history.repo.grade(oid, rater, grade, time, ledgers[1])
        assert own_grades(history.repo, ledgers[0]) == own_grades(history.repo, ledgers[1])
        assert all(repo.json("verify")["ok"] for repo in (history.repo, history.other))
