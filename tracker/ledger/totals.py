"""The totals and standings inside one write transaction, and who was ever seen: what postings change of them."""

from typing import NamedTuple

from tracker import keys, scoring
from tracker.ledger.tables import AGENTS, STANDINGS, TOTALS, Snapshot, Transaction
from tracker.lineage import contributions
from tracker.lineage.contributions import Account, Sums
from tracker.model import Kind, ProjectId
from tracker.records import AgentRecord, CommitRecord, StandingRecord, TotalsRecord


class Standing(NamedTuple):
    """What an agent's scores are worked out by, over all projects: as it was before this transaction, and as it is."""

    before: scoring.Sums
    now: scoring.Sums


class Books:
    """Collects what is booked to accounts, and writes the sums once: what is booked and taken back costs nothing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._deltas: dict[bytes, tuple[Account, Sums]] = {}

    def book(self, account: Account, amount: Sums, factor: int = 1) -> None:
        """Add an amount to an account, or take it back with ``factor`` -1."""
        key = account.key()
        _, present = self._deltas.get(key, (account, contributions.NOTHING))
        self._deltas[key] = (account, contributions.add(present, amount, factor))

    def standing(self, agent: str) -> Standing:
        """Where an agent stood before this transaction and stands by all that is booked so far."""
        before = contributions.NOTHING
        for _, row in self._transaction.scan(STANDINGS, keys.agent(agent)):
            before = contributions.add(before, row.sums)
        now = before
        for account, delta in self._deltas.values():
            if account.agent == agent:
                now = contributions.add(now, delta)
        return Standing(contributions.scored(before), contributions.scored(now))

    def write(self) -> None:
        """Write what was booked: the totals, and the standings that are their sums."""
        standings: dict[tuple[str, ProjectId], Sums] = {}
        for key, (account, delta) in self._deltas.items():
            if not any(delta):
                continue
            known = self._transaction.get(TOTALS, key)
            total = contributions.add(known.sums if known else contributions.NOTHING, delta)
            if any(total):
                self._transaction.put(TOTALS, key, TotalsRecord(*account, sums=total))
            else:
                self._transaction.delete(TOTALS, key)
            place = account.agent, account.project
            standings[place] = contributions.add(standings.get(place, contributions.NOTHING), delta)
        for (agent, project), delta in standings.items():
            self._move_standing(agent, project, delta)

    def _move_standing(self, agent: str, project: ProjectId, delta: Sums) -> None:
        key = keys.standing(agent, project)
        known = self._transaction.get(STANDINGS, key)
        total = contributions.add(known.sums if known else contributions.NOTHING, delta)
        if any(total):
            self._transaction.put(STANDINGS, key, StandingRecord(agent, project, total))
        else:
            self._transaction.delete(STANDINGS, key)

    def see_agent(self, record: CommitRecord) -> None:
        """An agent appears at its first commit; seen times only ever widen."""
        key = keys.agent(record.agent)
        known = self._transaction.get(AGENTS, key)
        when = record.authored_at
        if known is None:
            self.introduce(record.agent, record.kind, when, record.model)
            return
        newest = record.model if record.model and (when >= known.last_seen or not known.model) else known.model
        seen = known._replace(
            model=newest, first_seen=min(known.first_seen, when), last_seen=max(known.last_seen, when)
        )
        if seen != known:
            self._transaction.put(AGENTS, key, seen)

    def introduce(self, agent: str, kind: Kind, when: int, model: str | None = None) -> None:
        """An agent appears with the first that is said of it, at a time in seconds."""
        key = keys.agent(agent)
        if self._transaction.get(AGENTS, key) is None:
            self._transaction.put(AGENTS, key, AgentRecord(agent, kind, model, "", when, when, active=True))


def sums_of(snapshot: Snapshot, agent: str) -> Sums:
    """Return an agent's sums over all projects."""
    total = contributions.NOTHING
    for _, row in snapshot.scan(STANDINGS, keys.agent(agent)):
        total = contributions.add(total, row.sums)
    return total


def score_of(snapshot: Snapshot, agent: str, policy: scoring.Policy) -> scoring.Score:
    """Return an agent's score over all projects; whether it is shown, ``is_scored`` says."""
    return scoring.score(contributions.scored(sums_of(snapshot, agent)), policy)


def is_scored(snapshot: Snapshot, agent: str) -> bool:
    """Return True if the ledger knows the agent as one that has a score, or does not know it yet."""
    known = snapshot.get(AGENTS, keys.agent(agent))
    return scoring.is_scored(known.kind if known else "agent", agent)
