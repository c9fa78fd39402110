"""Totals: sums per account, and the totals of agents: sums per agent and project.

The only place where they are computed: the changes of a transaction, and the sums that scores are computed from. Those
of the whole ledger are in ``expected_totals``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tracker import keys, scoring
from tracker.ledger import lifetimes
from tracker.ledger.commits import CommitId
from tracker.ledger.lifetimes import AccountLifetimes
from tracker.ledger.tables import (
    AGENT_TOTALS,
    AGENTS,
    BUGS,
    COSTS,
    OUTCOMES,
    TOTALS,
    Snapshot,
    Table,
    Transaction,
)
from tracker.lineage import contributions, cost_amounts, outcome_amounts
from tracker.lineage import sums as rows
from tracker.lineage.contributions import Account
from tracker.lineage.sums import NOTHING, RunningSum, Sums
from tracker.model import Oid, ProjectId
from tracker.records import AgentTotalsRecord, RecordedCommit, TotalsRecord

if TYPE_CHECKING:
    from tracker.cost_records import CostRecord
    from tracker.feedback_records import BugRecord
    from tracker.outcome_records import OutcomeRecord

R = TypeVar("R", TotalsRecord, AgentTotalsRecord)

NO_COSTS: Final[Mapping[Oid, CostRecord | None]] = {}


class ScoredSums(NamedTuple):
    """The sums that an agent's score is computed from, over all projects: before this transaction and now."""

    before: scoring.Sums
    now: scoring.Sums


class TotalsUpdate:
    """Changes of totals in one write transaction, written once at its end; changes that cancel out write nothing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._changes: dict[bytes, tuple[Account, RunningSum]] = {}
        self._lifetimes: AccountLifetimes = {}
        self._earlier_costs: dict[Oid, CostRecord | None] = {}
        self._charged: Counter[Oid] | None = None

    def add(self, account: Account, amount: Sums, factor: int = 1) -> None:
        """Add an amount to an account; subtract it with ``factor`` -1."""
        if amount is not NOTHING:
            self._change(account).add(amount, factor)

    def _change(self, account: Account) -> RunningSum:
        """Return the change of an account so far, to be added to."""
        key = account.key()
        if key not in self._changes:
            self._changes[key] = (account, RunningSum())
        return self._changes[key][1]

    def add_commit(self, commit: CommitId, recorded: RecordedCommit | None, factor: int = 1) -> None:
        """Add a commit's contribution, or subtract it with ``factor`` -1; nothing if it is not counted."""
        if recorded is not None and recorded.standing.counted:
            change = self._change(contributions.account(commit[0], recorded))
            change.add_columns(contributions.contributed_columns(recorded), factor)
            self.add_outcome(commit, recorded, self._transaction.get(OUTCOMES, keys.commit(*commit)), factor)
            self._add_cost(commit, recorded, factor, self._earlier_costs if factor < 0 else {})

    def add_outcome(
        self, commit: CommitId, recorded: RecordedCommit | None, outcome: OutcomeRecord | None, factor: int = 1
    ) -> None:
        """Add the outcome of a commit to its account, or subtract it; nothing if the commit is not counted."""
        if outcome is None or recorded is None or not recorded.standing.counted:
            return
        account = contributions.account(commit[0], recorded)
        is_charged = self._charges()[commit[1]] > 0
        columns = outcome_amounts.outcome_columns(recorded, outcome, is_charged=is_charged)
        self._change(account).add_columns(columns, factor)
        lifetimes.add(self._lifetimes, account, lifetimes.lifetime(recorded, outcome), factor)

    def record_cost(self, oid: Oid, cost: CostRecord) -> None:
        """Record the cost of a commit. The totals follow when its family is removed as it was and added as it is."""
        key = keys.cost(oid)
        self._earlier_costs.setdefault(oid, self._transaction.get(COSTS, key))
        self._transaction.put(COSTS, key, cost)

    def replace_outcome(self, commit: CommitId, recorded: RecordedCommit | None, outcome: OutcomeRecord | None) -> None:
        """Record the outcome of a commit, None for none. ``recorded``: the commit before this transaction."""
        key = keys.commit(*commit)
        self.add_outcome(commit, recorded, self._transaction.get(OUTCOMES, key), -1)
        self.add_outcome(commit, recorded, outcome)
        self._add_cost(commit, recorded, -1, self._earlier_costs)
        if outcome is None:
            self._transaction.delete(OUTCOMES, key)
        else:
            self._transaction.put(OUTCOMES, key, outcome)
        self._add_cost(commit, recorded, 1, self._earlier_costs)

    def _add_cost(
        self, commit: CommitId, recorded: RecordedCommit | None, factor: int, earlier: Mapping[Oid, CostRecord | None]
    ) -> None:
        """Add the cost of a commit to its account, or subtract it. ``earlier``: costs to take for changed ones."""
        if recorded is not None and recorded.standing.counted and (earlier or self._transaction.has_records(COSTS)):
            amount = _cost_amount(self._transaction, commit, recorded, earlier)
            if amount is not NOTHING:
                self.add(contributions.account(commit[0], recorded), amount, factor)

    def charge(self, oid: Oid, held: Mapping[CommitId, RecordedCommit], bugs: int) -> None:
        """Note that so many more bugs (or fewer, if negative) are charged to a commit.

        ``held``: the commit as each project has it; it is blamed in the one where it counts, whichever reported it.
        """
        outcomes = {commit: self._transaction.get(OUTCOMES, keys.commit(*commit)) for commit in held}
        for commit, recorded in held.items():
            self.add_outcome(commit, recorded, outcomes[commit], -1)
        self._charges()[oid] += bugs
        for commit, recorded in held.items():
            self.add_outcome(commit, recorded, outcomes[commit])

    def _charges(self) -> Counter[Oid]:
        """Return the commits that hold bugs, each with their number; read once, before any bug is changed."""
        if self._charged is None:
            self._charged = charged_commits(bug for _, bug in self._transaction.scan(BUGS))
        return self._charged

    def scored_sums(self, agent: str) -> ScoredSums:
        """Return an agent's sums before this transaction and with all changes so far."""
        before = now = sums_of(self._transaction, agent)
        for account, change in self._changes.values():
            if account.agent == agent:
                now = rows.add(now, change.row())
        return ScoredSums(contributions.scoring_sums(before), contributions.scoring_sums(now))

    def write(self) -> None:
        """Write the changed totals, and the totals of agents, which are their sums."""
        by_agent: dict[tuple[str, ProjectId], RunningSum] = defaultdict(RunningSum)
        for key, (account, change) in self._changes.items():
            if not change.is_nothing():
                known = self._transaction.get(TOTALS, key)
                total = account.record(change.added_to(known.sums if known else ()))
                _put_or_delete(self._transaction, TOTALS, key, total)
                by_agent[account.agent, account.project].add_sum(change)
        for (agent, project), change in by_agent.items():
            key = keys.agent_totals(agent, project)
            stored = self._transaction.get(AGENT_TOTALS, key)
            row = rows.trimmed(change.added_to(stored.sums if stored else ()))
            _put_or_delete(self._transaction, AGENT_TOTALS, key, AgentTotalsRecord(agent, project, row))
        lifetimes.write(self._transaction, self._lifetimes)


def charged_commits(bugs: Iterable[BugRecord]) -> Counter[Oid]:
    """Return the commits to which bugs are charged that hold, each with their number, whichever clone reported them."""
    return Counter(bug.oid for bug in bugs if bug.oid is not None and bug.holds)


def expected_agent_totals(snapshot: Snapshot) -> Iterator[tuple[tuple[str, ProjectId], Sums]]:
    """Yield agents and projects, with the sums that follow from the ledger's totals, unless all are 0."""
    found: dict[tuple[str, ProjectId], RunningSum] = defaultdict(RunningSum)
    for _, total in snapshot.scan(TOTALS):
        found[total.agent, total.project].add(total.sums)
    return ((owner, change.row()) for owner, change in found.items() if not change.is_nothing())


def sums_of(snapshot: Snapshot, agent: str) -> Sums:
    """Return an agent's sums over all projects."""
    total = NOTHING
    for _, record in snapshot.scan(AGENT_TOTALS, keys.agent(agent)):
        total = rows.add(total, record.sums)
    return total


def score_of(snapshot: Snapshot, agent: str, policy: scoring.Policy) -> scoring.Score:
    """Return an agent's score over all projects; ``is_scored`` says if it may be shown."""
    return scoring.score(contributions.scoring_sums(sums_of(snapshot, agent)), policy)


def cost_of(
    snapshot: Snapshot, oid: Oid, recorded: RecordedCommit, earlier: Mapping[Oid, CostRecord | None] = NO_COSTS
) -> CostRecord | None:
    """Return what a commit cost, with its other versions if it is counted; None if nothing is recorded.

    ``earlier``: costs to take in place of those that are recorded.
    """
    every = [
        earlier[one] if one in earlier else snapshot.get(COSTS, keys.cost(one))
        for one in (oid, *recorded.standing.stands_for)
    ]
    return cost_amounts.cost_with_versions(every[0], every[1:])


def is_scored(snapshot: Snapshot, agent: str) -> bool:
    """Return True if the agent has a score, or is unknown to the ledger (docs/scoring.md)."""
    known = snapshot.get(AGENTS, keys.agent(agent))
    return scoring.is_scored(known.kind if known else "agent", agent)


def _cost_amount(
    snapshot: Snapshot, commit: CommitId, recorded: RecordedCommit, earlier: Mapping[Oid, CostRecord | None]
) -> Sums:
    """Return what the costs of a counted commit and of its other versions add to its account."""
    cost = cost_of(snapshot, commit[1], recorded, earlier)
    if cost is None:
        return NOTHING
    return cost_amounts.cost_amount(recorded, cost, snapshot.get(OUTCOMES, keys.commit(*commit)))


def _put_or_delete(transaction: Transaction, table: Table[R], key: bytes, record: R) -> None:
    """Write a row of sums, or delete it if all of them are 0."""
    if any(record.sums):
        transaction.put(table, key, record)
    else:
        transaction.delete(table, key)
