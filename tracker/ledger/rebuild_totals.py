"""Computation of totals anew from the facts, after the ledger was migrated: their columns or accounts may have changed.

The outcome is the same as if every commit, bug and outcome had been recorded by the present version.
"""

from typing import Any

from tracker import keys
from tracker.ledger import lifetimes, maker_months, totals
from tracker.ledger.commits import find_commit, scan_commits
from tracker.ledger.scan import derive_all, read_facts
from tracker.ledger.tables import (
    AGENT_TOTALS,
    BUGS,
    COMMITS,
    LIFETIMES,
    MAKER_MONTHS,
    STANDINGS,
    TOTALS,
    Table,
    Transaction,
)
from tracker.lineage import contributions, sums
from tracker.model import Oid, ProjectId
from tracker.records import AgentTotalsRecord


def rebuild_totals(transaction: Transaction) -> None:
    """Replace all standings, totals, totals of agents, lifetimes and maker months, and the accounts of bugs."""
    _renew_standings(transaction)
    _charge_bugs(transaction)
    tables: tuple[Table[Any], ...] = (TOTALS, AGENT_TOTALS, LIFETIMES, MAKER_MONTHS)
    for table in tables:
        for key in [*transaction.keys(table)]:
            transaction.delete(table, key)
    for key, (account, row) in totals.expected_totals(transaction, scan_commits(transaction)).items():
        if any(row):
            transaction.put(TOTALS, key, account.record(row))
    for (agent, project), row in [*totals.expected_agent_totals(transaction)]:
        record = AgentTotalsRecord(agent=agent, project=project, sums=sums.trimmed(row))
        transaction.put(AGENT_TOTALS, keys.agent_totals(agent, project), record)
    for key, months in maker_months.expected_rows(transaction, scan_commits(transaction)).items():
        transaction.put(MAKER_MONTHS, key, months)
    lifetimes.write(transaction, totals.expected_lifetimes(transaction, scan_commits(transaction)))


def _renew_standings(transaction: Transaction) -> None:
    """Replace the standings that the present version derives from the facts in another way."""
    for project, oid, standing in [*derive_all(transaction, read_facts(transaction))]:
        facts = transaction.get(COMMITS, keys.commit(project, oid))
        if facts is None:
            continue
        key = keys.standing(project, facts.committed_at, oid)
        stored = transaction.get(STANDINGS, key)
        if stored is not None and stored != standing:
            transaction.put(STANDINGS, key, standing)


def _charge_bugs(transaction: Transaction) -> None:
    """Charge each bug to the account that its commit has."""
    for key, bug in [*transaction.scan(BUGS)]:
        commit = find_commit(transaction, ProjectId(bug.project), Oid(bug.oid)) if bug.oid else None
        if commit is not None and contributions.charged(bug, commit) != bug:
            transaction.put(BUGS, key, contributions.charged(bug, commit))
