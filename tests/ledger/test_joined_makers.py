"""Statements of who made a commit survive a merge from both sides, also where one side read its evidence again."""

import shutil
from pathlib import Path

import pytest

from tests.exchange.random_ledgers import exported
from tests.exchange.test_exchange_properties import take
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, commit_in, differences, flush
from tracker.ledger import Ledger, entries, joined_entries
from tracker.model import Evidence

BRANCH = Evidence("branch", "main", "codex/x", "codex", "agent", None, "low")


def stated(signal: str, name: str) -> Evidence:
    return Evidence(signal, name, "x", "claude-code", "agent", None, "medium")


@pytest.mark.parametrize(
    ("evidence", "stays"),
    [
        (stated("record", "opencode-agent-tracker"), True),
        (stated("record", "agent-trace"), True),
        (stated("record", "shared"), True),
        (stated("config", "agent-tracker.agent"), True),
        (stated("user", "AGENT_TRACKER_AGENT"), True),
        (stated("correction", "0000000100"), True),
        (stated("record", "git-ai"), False),  # its note is in git, where it was changed
        (stated("environment", "CLAUDECODE"), False),
    ],
)
def test_a_statement_stays_where_the_other_side_read_evidence_again(
    tmp_path: Path, evidence: Evidence, stays: bool
) -> None:
    flush(Ledger(tmp_path / "base"), BASE)
    copies = []
    for name in ("first", "second"):
        shutil.copytree(tmp_path / "base", tmp_path / name)
        copies.append(Ledger(tmp_path / name))
    first, second = copies
    flush(first, [entries.ReplacedEvidenceEntry(PROJECTS[0], OIDS[0], (BRANCH,), (), None)])
    flush(second, [joined_entries.JoinEvidenceEntry(PROJECTS[0], OIDS[0], evidence)])
    sources = exported(first), exported(second)
    take(first, sources[1])
    take(second, sources[0])
    assert exported(first) == exported(second)
    for ledger in copies:
        found = commit_in(ledger, OIDS[0]).facts.evidence
        assert BRANCH in found
        assert (evidence in found) == stays
        assert differences(ledger) == []
