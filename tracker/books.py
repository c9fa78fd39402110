"""The totals and standings inside one write transaction, and who was ever seen: what postings change of them."""

from tracker import accounts, keys
from tracker.accounts import Account, Sums
from tracker.ledger import Transaction
from tracker.ledger.tables import AGENTS, STANDINGS, TOTALS
from tracker.model import ProjectId
from tracker.records import AgentRecord, CommitRecord, StandingRecord, TotalsRecord


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
            seen = AgentRecord(record.agent, record.kind, record.model, "", when, when, active=True)
        else:
            newest = record.model if when >= known.last_seen and record.model else known.model
            seen = known._replace(
                model=newest, first_seen=min(known.first_seen, when), last_seen=max(known.last_seen, when)
            )
        if seen != known:
            self._transaction.put(AGENTS, key, seen)
