"""The table of agents: first and last seen, and the model of the newest commit."""

from tests.ledger.example_ledger import commit_facts
from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.agents import introduce_agent, update_agent
from tracker.ledger.tables import AGENTS, Snapshot
from tracker.records import AgentRecord, CommitStanding, RecordedCommit


def commit_at(time: int, model: str | None) -> RecordedCommit:
    facts = commit_facts(1, live=True, agent="codex")._replace(authored_at=time)
    return RecordedCommit(facts, CommitStanding(agent="codex", kind="agent", model=model))


def codex_in(snapshot: Snapshot) -> AgentRecord:
    record = snapshot.get(AGENTS, keys.agent("codex"))
    assert record is not None
    return record


def test_known_agent_is_not_introduced_again(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        introduce_agent(transaction, "codex", "agent", 100)
        introduce_agent(transaction, "codex", "bot", 900, "m-2")
        record = codex_in(transaction)
    assert (record.kind, record.model, record.first_seen, record.last_seen) == ("agent", None, 100, 100)


def test_first_and_last_seen_are_the_extremes_of_all_author_times(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        for time in (500, 900, 100, 700):
            update_agent(transaction, commit_at(time, None))
        record = codex_in(transaction)
    assert (record.first_seen, record.last_seen) == (100, 900)


def test_model_is_that_of_the_newer_commit(ledger: Ledger) -> None:
    with ledger.write() as transaction:
        for time, model, expected in ((500, None, None), (100, "m-1", "m-1"), (900, "m-9", "m-9"), (700, "m-7", "m-9")):
            update_agent(transaction, commit_at(time, model))
            assert codex_in(transaction).model == expected
        update_agent(transaction, commit_at(950, None))
        assert codex_in(transaction).model == "m-9"
