"""Computation of totals anew from the facts, after the ledger was migrated: their columns or accounts may have changed.

The outcome is the same as if every commit, bug and outcome had been recorded by the present version.
"""

from collections.abc import Iterator
from typing import Any

from tracker import keys
from tracker.ledger import lifetimes, maker_months, totals
from tracker.ledger.commits import held_by, standing_of
from tracker.ledger.expected_totals import ExpectedLifetimes, ExpectedTotals, Outcomes
from tracker.ledger.scan import Derivation, HeldCommit, held_commits, read_relations
from tracker.ledger.tables import (
    AGENT_TOTALS,
    BUGS,
    LIFETIMES,
    MAKER_MONTHS,
    STANDINGS,
    TOTALS,
    Table,
    Transaction,
)
from tracker.lineage import contributions, sums
from tracker.records import AgentTotalsRecord, CommitStanding, RecordedCommit


def rebuild_totals(transaction: Transaction) -> None:
    """Replace all standings, totals, totals of agents, lifetimes and maker months, and the accounts of bugs."""
    _renew_standings(transaction)
    _charge_bugs(transaction)
    tables: tuple[Table[Any], ...] = (TOTALS, AGENT_TOTALS, LIFETIMES, MAKER_MONTHS)
    for table in tables:
        for key in [*transaction.keys(table)]:
            transaction.delete(table, key)
    outcomes, months = Outcomes(transaction), maker_months.ExpectedRows()
    expected, ages = ExpectedTotals(transaction, outcomes), ExpectedLifetimes(outcomes)
    for oid, holdings in held_commits(transaction):
        held = {
            project: RecordedCommit(facts, standing_of(transaction, project, oid, facts)) for project, facts in holdings
        }
        months.add(held)
        for project, commit in held.items():
            expected.add((project, oid), commit)
            ages.add((project, oid), commit)
    for key, (account, total) in expected.by_key().items():
        row = total.row()
        if any(row):
            transaction.put(TOTALS, key, account.record(row))
    for (agent, project), row in [*totals.expected_agent_totals(transaction)]:
        record = AgentTotalsRecord(agent=agent, project=project, sums=sums.trimmed(row))
        transaction.put(AGENT_TOTALS, keys.agent_totals(agent, project), record)
    for key, month in months.by_key().items():
        transaction.put(MAKER_MONTHS, key, month)
    lifetimes.write(transaction, ages.found)


def _renew_standings(transaction: Transaction) -> None:
    """Replace the standings that the present version derives from the facts in another way."""
    derivation = Derivation(transaction, read_relations(transaction))
    renewed = [row for held in held_commits(transaction) for row in _changed(transaction, derivation, held)]
    for key, standing in renewed:
        transaction.put(STANDINGS, key, standing)


def _changed(
    transaction: Transaction, derivation: Derivation, held: HeldCommit
) -> Iterator[tuple[bytes, CommitStanding]]:
    """Yield the keys of stored standings that are not those which the facts give, and the right ones."""
    for oid, commits in derivation.derived_with(held):
        for project, (facts, standing) in commits.items():
            key = keys.standing(project, facts.committed_at, oid)
            stored = transaction.get(STANDINGS, key)
            if stored is not None and stored != standing:
                yield key, standing


def _charge_bugs(transaction: Transaction) -> None:
    """Charge each bug to the account that its commit has."""
    for key, bug in [*transaction.scan(BUGS)]:
        charged = contributions.charged(bug, held_by(transaction, bug.oid)) if bug.oid else bug
        if charged != bug:
            transaction.put(BUGS, key, charged)
