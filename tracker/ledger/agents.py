"""Table of agents: every agent, bot and human that was seen, with the times of the first and last commit."""

from tracker import keys
from tracker.ledger.tables import AGENTS, Transaction
from tracker.model import Kind
from tracker.records import AgentRecord, RecordedCommit


def introduce_agent(transaction: Transaction, agent: str, kind: Kind, time: int, model: str | None = None) -> None:
    """Record an agent as first and last seen at ``time`` (seconds), unless it is known."""
    key = keys.agent(agent)
    if transaction.get(AGENTS, key) is None:
        record = AgentRecord(name=agent, kind=kind, model=model, scope="", first_seen=time, last_seen=time, active=True)
        transaction.put(AGENTS, key, record)


def update_agent(transaction: Transaction, commit: RecordedCommit) -> None:
    """Record that the commit's agent was seen at its author time, with the model of its newest commit that names one.

    The times of first and last commit only ever move apart.
    """
    facts, standing = commit
    key = keys.agent(standing.agent)
    known = transaction.get(AGENTS, key)
    time = facts.authored_at
    if known is None:
        introduce_agent(transaction, standing.agent, standing.kind, time, standing.model)
        return
    model = standing.model if standing.model and (time >= known.last_seen or not known.model) else known.model
    record = known._replace(model=model, first_seen=min(known.first_seen, time), last_seen=max(known.last_seen, time))
    if record != known:
        transaction.put(AGENTS, key, record)
