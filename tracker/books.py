"""The totals and standings inside one write transaction, and who was ever seen: what postings change of them."""

from typing import NamedTuple

from tracker import accounts, keys, scoring
from tracker.accounts import Account, Sums
from tracker.ledger import Transaction
from tracker.ledger.tables import AGENTS, STANDINGS, TOTALS
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
        _, present = self._deltas.get(key, (account, accounts.NOTHING))
        self._deltas[key] = (account, accounts.add(present, amount, factor))

    def standing(self, agent: str) -> Standing:
        """Where an agent stood before this transaction and stands by all that is booked so far."""
        before = accounts.NOTHING
        for _, row in self._transaction.scan(STANDINGS, keys.agent(agent)):
            before = accounts.add(before, row.sums)
        now = before
        for account, delta in self._deltas.values():
            if account.agent == agent:
                now = accounts.add(now, delta)
        return Standing(accounts.scored(before), accounts.scored(now))

    def write(self) -> None:
        """Write what was booked: the totals, and the standings that are their sums."""
        standings: dict[tuple[str, ProjectId], Sums] = {}
        for key, (account, delta) in self._deltas.items():
            if not any(delta):
                continue
            known = self._transaction.get(TOTALS, key)
            total = accounts.add(known.sums if known else accounts.NOTHING, delta)
            if any(total):
                self._transaction.put(TOTALS, key, TotalsRecord(*account, sums=total))
            else:
                self._transaction.delete(TOTALS, key)
            place = account.agent, account.project
            standings[place] = accounts.add(standings.get(place, accounts.NOTHING), delta)
        for (agent, project), delta in standings.items():
            self._move_standing(agent, project, delta)

    def _move_standing(self, agent: str, project: ProjectId, delta: Sums) -> None:
        key = keys.standing(agent, project)
        known = self._transaction.get(STANDINGS, key)
        total = accounts.add(known.sums if known else accounts.NOTHING, delta)
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
