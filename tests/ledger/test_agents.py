"""The table of agents: a function of the commits and journals, whatever the order in which they come."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence, commit_facts, differences, flush, project_entry
from tracker import keys
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import AGENTS
from tracker.model import Oid
from tracker.records import AgentRecord

PROJECT = PROJECTS[0]
A, B, C, *_ = OIDS


@pytest.fixture
def tracked(ledger: Ledger) -> Ledger:
    """The ledger with two projects without commits."""
    flush(ledger, [project_entry(project) for project in PROJECTS])
    return ledger


def commit_at(time: int, oid: Oid, model: str | None, agent: str = "codex") -> entries.CommitEntry:
    facts = commit_facts(1, live=True)._replace(committed_at=time, evidence=agent_evidence(agent, model))
    return entries.CommitEntry(PROJECT, oid, facts)


def corrected(oid: Oid, agent: str) -> entries.EvidenceEntry:
    evidence = agent_evidence(agent)[0]._replace(signal="correction", name="0000000100")
    return entries.EvidenceEntry(PROJECT, oid, (evidence,), "")


def row(ledger: Ledger, agent: str = "codex") -> AgentRecord | None:
    """Return the row of an agent, after a check that the ledger agrees with its facts."""
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        return snapshot.get(AGENTS, keys.agent(agent))


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
@pytest.mark.parametrize("is_split", [False, True], ids=["in one transaction", "one by one"])
def test_row_has_the_newest_commit_and_model_in_any_order(
    tracked: Ledger, order: Sequence[int], is_split: bool
) -> None:
    commits = [commit_at(500, A, "m-5"), commit_at(900, B, None), commit_at(700, C, "m-7")]
    chosen = [commits[number] for number in order]
    for batch in [[one] for one in chosen] if is_split else [chosen]:
        flush(tracked, batch)
    assert row(tracked) == AgentRecord("codex", "agent", 900, B, "m-7", 700, C)


def test_larger_oid_of_one_second_is_the_newest(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, B, "m-b"), commit_at(500, A, "m-a")])
    assert row(tracked) == AgentRecord("codex", "agent", 500, B, "m-b", 500, B)


def test_model_goes_back_to_that_of_an_older_commit_when_the_newest_is_corrected(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, A, "m-5"), commit_at(900, B, "m-9")])
    flush(tracked, [corrected(B, "opencode")])
    assert row(tracked) == AgentRecord("codex", "agent", 900, B, "m-5", 500, A)
    assert row(tracked, "opencode") == AgentRecord("opencode", "agent", 900, B)


def test_row_goes_when_the_last_commit_goes_and_there_is_no_journal(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, A, "m-5")])
    flush(tracked, [entries.ForgetEntry(PROJECT, A)])
    assert row(tracked) is None


def test_row_goes_back_to_an_older_commit_when_the_newest_goes(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, A, "m-5"), commit_at(900, B, "m-9")])
    flush(tracked, [entries.ForgetEntry(PROJECT, B)])
    assert row(tracked) == AgentRecord("codex", "agent", 500, A, "m-5", 500, A)


def test_agent_whose_only_commit_is_corrected_keeps_a_row(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, A, "m-5")])
    flush(tracked, [corrected(A, "human")])
    assert row(tracked) == AgentRecord("codex", "agent", 500, A)


def test_agent_of_a_withdrawn_correction_keeps_a_row(tracked: Ledger) -> None:
    flush(tracked, [commit_at(500, A, "m-5"), corrected(A, "opencode")])
    withdrawal = agent_evidence("")[0]._replace(signal="withdrawal", name="0000000100", agent=None)
    flush(tracked, [entries.EvidenceEntry(PROJECT, A, (withdrawal,), "")])
    assert row(tracked) == AgentRecord("codex", "agent", 500, A, "m-5", 500, A)
    assert row(tracked, "opencode") == AgentRecord("opencode", "agent", 500, A)


def test_agent_with_a_journal_keeps_its_row_without_a_commit(tracked: Ledger) -> None:
    flush(tracked, [entries.ActivityEntry("codex", "task", "did", "done", "chose", 5), commit_at(500, A, "m-5")])
    flush(tracked, [entries.ForgetEntry(PROJECT, A)])
    assert row(tracked) == AgentRecord("codex")
