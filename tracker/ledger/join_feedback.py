"""Join of feedback with what another ledger recorded, and of standings in other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker import keys
from tracker.ledger.apply_journal import Session, add_session_grades, sessions_of
from tracker.ledger.tables import ACTIVITIES, BALANCES, RETROSPECTIVES, Transaction

if TYPE_CHECKING:
    from tracker.balance_records import BalanceRecord
    from tracker.feedback_records import ActivityRecord, RetrospectiveRecord
    from tracker.ledger.agents import AgentsUpdate
    from tracker.ledger.totals import TotalsUpdate


class Retrospectives:
    """Joins of retrospectives in one write transaction: those of an agent are read once."""

    def __init__(self, transaction: Transaction, totals: TotalsUpdate, agents: AgentsUpdate) -> None:
        self._transaction = transaction
        self._totals = totals
        self._agents = agents
        self._sessions: dict[str, dict[Session, list[RetrospectiveRecord]]] = {}

    def join(self, record: RetrospectiveRecord) -> bool:
        """Join a retrospective, with the scores that its ledger showed then; return False if it is known."""
        if record.agent not in self._sessions:
            self._sessions[record.agent] = sessions_of(self._transaction, record.agent)
        related = self._sessions[record.agent][record.project, record.subject]
        if record in related:
            return False
        self._agents.introduce(record.agent)
        if record.is_session:
            add_session_grades(self._totals, related, record)
        key = keys.journal(record.agent, record.time, self._transaction.next_sequence())
        self._transaction.put(RETROSPECTIVES, key, record)
        related.append(record)
        return True


class Activities:
    """Joins of entries of journals in one write transaction: those of one second are read once."""

    def __init__(self, transaction: Transaction, agents: AgentsUpdate) -> None:
        self._transaction = transaction
        self._agents = agents
        self._seconds: dict[bytes, set[ActivityRecord]] = {}

    def join(self, record: ActivityRecord) -> bool:
        """Join an entry of an agent's journal; return False if it is known."""
        second = keys.journal_second(record.agent, record.time)
        if second not in self._seconds:
            self._seconds[second] = {known for _, known in self._transaction.scan(ACTIVITIES, second)}
        if record in self._seconds[second]:
            return False
        self._seconds[second].add(record)
        self._agents.introduce(record.agent)
        self._transaction.put(ACTIVITIES, second + keys.sequence(self._transaction.next_sequence()), record)
        return True


def join_balance(transaction: Transaction, agents: AgentsUpdate, balance: BalanceRecord) -> bool:
    """Join an agent's standing in another program: the later one; return False if that is known."""
    key = keys.balance(balance.agent, balance.program, balance.account)
    known = transaction.get(BALANCES, key)
    if known is not None and _balance_order(balance) <= _balance_order(known):
        return False
    agents.introduce(balance.agent)
    transaction.put(BALANCES, key, balance)
    return True


def _balance_order(balance: BalanceRecord) -> tuple[object, ...]:
    """Return the sort key of two standings of one account: by time, then by what only grows."""
    return balance.updated_at, balance.commits or 0, balance.experience_points or 0, repr(balance)
